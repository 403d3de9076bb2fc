"""What happens around a request besides answering it: faults, stubs, the journal, advice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from flask import Request, Response

from mockserver.clock import Clock, monotonic
from mockserver.control import advice
from mockserver.control.answers import Answer, refused, written
from mockserver.control.effects import NO_EFFECT, TOO_MANY_REQUESTS, Effect, seconds
from mockserver.control.facts import Facts
from mockserver.control.journal import Exchange
from mockserver.control.observatory import Observatory
from mockserver.control.one_off import HEADER, ONE_OFF, NoEffect, parse_header
from mockserver.control.routes import is_control
from mockserver.control.stubs import Stub
from mockserver.control.templating import Scene
from mockserver.entropy import Entropy
from mockserver.errors import refusal
from mockserver.oauth.errors import OAuthError
from mockserver.reasons import reason
from mockserver.sandbox.organization import Organization
from mockserver.web.bridge import DELIVERY, Delivery
from mockserver.web.gate import Passage
from mockserver.web.oauth import JSON_TYPE, UNCACHED
from mockserver.web.recognition import Recognition

FAULT_HEADER = "HTTP_" + HEADER.upper().replace("-", "_")

MANGLED: Mapping[str, Callable[[bytes], bytes]] = {
    "cut": lambda body: body[: len(body) // 2],
    "malformed": lambda body: b"{" + body,
}


@dataclass(slots=True)
class Observation:
    """One request while it is answered.

    Attributes:
        facts: the request.
        organization: whose it is, if it is known.
        clock: what times it.
        started: for its duration.
        effect: of the fault that struck.
        fault: its id.
        stub: the id of the stub that answered.
        delay: seconds to wait before the answer.
    """

    facts: Facts
    organization: Organization | None
    clock: Clock
    started: float
    effect: Effect = field(default=NO_EFFECT)
    fault: str | None = None
    stub: str | None = None
    delay: float = 0.0


class Observer:
    """Looks at every request before it is answered, and at every answer before it is sent."""

    def __init__(
        self, observatory: Observatory, recognition: Recognition, seed: object = 1
    ) -> None:
        """Observe for the observatory.

        Args:
            observatory: what is done to requests, and remembered of them.
            recognition: tells what a request is.
            seed: what the ids of stubs, and delays asked for by header, are drawn from.
        """
        self._observatory = observatory
        self._recognition = recognition
        self._entropy = Entropy(seed, "observation")

    # --- before --------------------------------------------------------------------------------

    def enter(self, request: Request, passage: Passage) -> Response | None:
        """Return what a fault or a stub answers, or nothing: the request goes its way.

        Raises:
            Refusal: the error a fault answers; 400 for a fault header that says nothing.
        """
        header = request.environ.get(FAULT_HEADER)
        if (self._observatory.idle and header is None) or is_control(request.path):
            return None
        seen = passage.observation = self._observe(request, passage)
        passage.why = self._strike(seen, header)
        if seen.effect.prevents:
            return self._struck(seen, passage)
        stubs = self._observatory.stubs
        stub = stubs.find(seen.facts) if stubs else None
        return self._stubbed(stub, seen) if stub else None

    def _stubbed(self, stub: Stub, seen: Observation) -> Response:
        seen.stub = stub.id
        seen.delay += seconds(stub.response.delay, self._entropy)
        return _response(stub.answer(self._scene(seen)))

    def _strike(self, seen: Observation, header: str | None) -> str | None:
        """Let a fault strike if one does; return which one, in words."""
        faults = self._observatory.faults
        if header is not None and faults.by_header:
            seen.effect, seen.fault, entropy = _one_off(header), ONE_OFF, self._entropy
            why = reason("fault_by_header")
        elif faults and (fault := faults.strike(seen.facts)):
            seen.effect, seen.fault, entropy = fault.effect, fault.id, fault.entropy
            why = reason("fault", fault=fault.id, effect=fault.effect_text)
        else:
            return None
        seen.delay = seconds(seen.effect.delay, entropy)
        return why

    @staticmethod
    def _struck(seen: Observation, passage: Passage) -> Response:
        """Return what is answered instead of carrying out the request."""
        effect = seen.effect
        if effect.silences:
            # What a server that cannot keep silent, unlike ours, says instead.
            return Response(status=504)
        if effect.status:
            return _response(written(effect.status, effect.headers, effect.body, seen.facts))
        if effect.error == TOO_MANY_REQUESTS and passage.standing:
            passage.standing = replace(passage.standing, remaining=0)
        error = refused(effect, seen.facts)
        if not isinstance(error, OAuthError):
            error.because = passage.why
            raise error
        headers = {"Content-Type": JSON_TYPE, **UNCACHED}
        return Response(orjson.dumps(error.body()), error.status, headers)

    def _scene(self, seen: Observation) -> Scene:
        facts, own = seen.facts, seen.organization
        sandbox = own.sandbox(facts.mode) if own and facts.mode else None
        return Scene(facts, seen.clock.timestamp(), self._entropy, sandbox)

    # --- after ---------------------------------------------------------------------------------

    def leave(self, request: Request, passage: Passage, response: Response) -> None:
        """Do to an answer what the fault says, and add the exchange to the journal."""
        seen = passage.observation
        if seen is None:
            if self._observatory.idle or is_control(request.path):
                return
            # Refused by the gate.
            seen = self._observe(request, passage)
        if seen.fault or seen.stub:
            _deform(response, passage, seen.effect)
            _delay(request.environ, seen)
        if self._observatory.journal.on or self._observatory.headers.advice:
            self._keep(request, passage, seen, response)

    def _keep(
        self, request: Request, passage: Passage, seen: Observation, response: Response
    ) -> None:
        observatory, effect = self._observatory, seen.effect
        standing = passage.standing
        exchange = Exchange(
            seen.facts,
            seen.clock.seconds(),
            passage.request_id,
            body=_sent(response),
            duration=monotonic() - seen.started + seen.delay,
            delivered=not effect.loses,
            fault=seen.fault,
            stub=seen.stub,
            genuine=not (seen.stub or effect.prevents),
            routed=passage.routed or request.url_rule is not None,
            started=seen.started,
            over=standing is not None and standing.over,
            reason=passage.why,
            ignored=passage.ignored,
        )
        if not effect.silences:
            exchange.status = response.status_code
            if observatory.headers.advice:
                self._advise(exchange, response)
            exchange.headers = [*response.headers.to_wsgi_list(), *passage.headers]
        if observatory.journal.on:
            observatory.journal.add(exchange)

    def _observe(self, request: Request, passage: Passage) -> Observation:
        started = monotonic()
        facts = self._recognition.facts(request, passage.access)
        own = self._recognition.organization(facts)
        return Observation(facts, own, self._recognition.clock(own), started)

    def _advise(self, exchange: Exchange, response: Response) -> None:
        self._observatory.journal.notice(exchange)
        line = advice.header_line(exchange.advice)
        if line:
            response.headers[advice.HEADER] = line


def _one_off(header: str) -> Effect:
    try:
        return parse_header(header)
    except NoEffect as error:
        raise refusal("BAD_REQUEST", reason=f"{HEADER}: {error}") from None


def _response(answer: Answer) -> Response:
    response = Response(answer.body, answer.status)
    del response.headers["Content-Type"]
    response.headers.update(answer.headers)
    return response


def _sent(response: Response) -> bytes:
    """Return the body of an answer; nothing of a file, which the framework passes through."""
    return b"" if response.direct_passthrough else response.get_data()


def _deform(response: Response, passage: Passage, effect: Effect) -> None:
    if effect.mangle:
        response.set_data(MANGLED[effect.mangle](_sent(response)))
    replaced = {name.lower() for name in (*effect.headers, *effect.remove_headers)}
    passage.headers = [(n, v) for n, v in passage.headers if n.lower() not in replaced]
    response.headers.update(effect.headers)
    for name in effect.remove_headers:
        response.headers.remove(name)


def _delay(environ: dict[str, Any], seen: Observation) -> None:
    """Say how the answer is to be delivered, where it is not at once and whole."""
    effect = seen.effect
    if effect.timeout:
        environ[DELIVERY] = Delivery(never=True)
    elif effect.drop:
        # After the request was carried out, the first byte is yet to come.
        drop = "during" if effect.drop == "during" else "before"
        environ[DELIVERY] = Delivery(seen.delay, drop)  # type: ignore[arg-type]
    elif seen.delay:
        environ[DELIVERY] = Delivery(seen.delay)
