"""Rules are tried one by one, each on records of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mockserver.verification.clause import Clause, Probe, Verdict
from mockserver.verification.expected import differences, filled
from mockserver.verification.remote import Received, RemoteService


def verify(service: RemoteService, rules: Iterable[Clause], run: str) -> Iterator[Verdict]:
    """Yield the outcome of each rule.

    Args:
        service: the server, with a token.
        rules: in order; what one keeps, the later ones know.
        run: what the texts of this run begin with, so that nothing of others is met.

    Raises:
        Unreachable: the server does not answer any more.
    """
    names = {"run": run}
    for rule in rules:
        yield _tried(service, rule, names)


def _tried(service: RemoteService, rule: Clause, names: dict[str, str]) -> Verdict:
    for step in rule.steps:
        asked = _filled(step, names)
        answer = service.ask(asked)
        found = list(_differences(asked, answer))
        if found:
            line = f"{asked.method} {asked.path}"
            request = f"{line} {asked.body}" if asked.body else line
            return Verdict(rule, found, request, answer.status, answer.text)
        if step.keep:
            names[step.keep] = answer.document["data"]["id"]
    return Verdict(rule)


def _filled(step: Probe, names: dict[str, str]) -> Probe:
    return replace(
        step,
        path=filled(step.path, names),
        body=filled(step.body, names),
        headers=filled(dict(step.headers), names),
        document=filled(step.document, names),
    )


def _differences(step: Probe, answer: Received) -> Iterator[str]:
    if answer.status != step.status:
        yield f"status: {answer.status} instead of {step.status}"
        return
    yield from differences(dict(step.answered), dict(answer.headers), "header")
    if step.document is not None:
        yield from differences(step.document, answer.document)
