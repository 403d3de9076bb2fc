"""The forms of a report: lines to read, JSON, Markdown, JUnit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from mockserver.verification.clause import Mark, Verdict

Verdicts = Sequence[Verdict]
#: How much of an answer a line repeats.
LONGEST = 400
MARKS: Mapping[Mark, str] = {
    "D": "documented",
    "O": "observed",
    "F": "inferred from the framework",
    "C": "chosen",
}


def lines(verdicts: Verdicts) -> str:
    """Return the differences, and a summary by evidence."""
    return "\n".join((*_differing(verdicts), *_summary(verdicts)))


def _differing(verdicts: Verdicts) -> Iterator[str]:
    for verdict in verdicts:
        if not verdict.holds:
            rule = verdict.rule
            yield f"DIFFERS  {rule.cites} [{rule.mark}] {rule.says}"
            yield f"  asked     {verdict.request}"
            yield from (f"  expected  {difference}" for difference in verdict.differences)
            yield f"  answered  {verdict.status} {verdict.answer[:LONGEST]}"
            yield ""


def _summary(verdicts: Verdicts) -> Iterator[str]:
    asked = Counter(verdict.rule.mark for verdict in verdicts)
    kept = Counter(verdict.rule.mark for verdict in verdicts if verdict.holds)
    for mark, meaning in MARKS.items():
        if asked[mark]:
            yield f"{kept[mark]} of {asked[mark]} hold that are {meaning} [{mark}]"
    yield f"{sum(kept.values())} of {sum(asked.values())} rules hold"


def as_json(verdicts: Verdicts) -> str:
    """Return every rule with what was asked, expected and answered."""
    return json.dumps(
        {
            "rules": len(verdicts),
            "differing": sum(not verdict.holds for verdict in verdicts),
            "verdicts": [
                {
                    "cites": verdict.rule.cites,
                    "mark": verdict.rule.mark,
                    "says": verdict.rule.says,
                    "holds": verdict.holds,
                    "differences": list(verdict.differences),
                    "request": verdict.request or None,
                    "status": verdict.status or None,
                    "answer": verdict.answer or None,
                }
                for verdict in verdicts
            ],
        },
        indent=2,
    )


def as_markdown(verdicts: Verdicts) -> str:
    """Return a table of all rules, and below it what differs."""
    rows = [_row(verdict) for verdict in verdicts]
    table = ["| rule | evidence | says | holds |", "| --- | --- | --- | --- |", *rows]
    return "\n".join(
        ("# Verification", "", *_summary(verdicts), "", *table, "", *_details(verdicts))
    )


def _details(verdicts: Verdicts) -> Iterator[str]:
    for verdict in verdicts:
        if not verdict.holds:
            yield f"## {verdict.rule.cites}: {verdict.rule.says}"
            yield ""
            yield f"Asked `{verdict.request}`, answered {verdict.status}."
            yield ""
            yield from (f"* {difference}" for difference in verdict.differences)
            yield ""


def _row(verdict: Verdict) -> str:
    rule, holds = verdict.rule, "yes" if verdict.holds else "**no**"
    return f"| {rule.cites} | {rule.mark} | {_cell(rule.says)} | {holds} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def as_junit(verdicts: Verdicts) -> str:
    """Return the report that CI services show: a test case for each rule."""
    failures = sum(not verdict.holds for verdict in verdicts)
    suite = Element(
        "testsuite", name="mockserver verify", tests=str(len(verdicts)), failures=str(failures)
    )
    for verdict in verdicts:
        name = f"[{verdict.rule.mark}] {verdict.rule.says}"
        case = SubElement(suite, "testcase", classname=verdict.rule.cites, name=name)
        if not verdict.holds:
            failure = SubElement(case, "failure", message="; ".join(verdict.differences))
            failure.text = f"{verdict.request}\n{verdict.status} {verdict.answer[:LONGEST]}"
    return tostring(suite, encoding="unicode", xml_declaration=True)


FORMS: Mapping[str, Callable[[Verdicts], str]] = {
    "lines": lines,
    "json": as_json,
    "markdown": as_markdown,
    "junit": as_junit,
}
