"""Interception around a request besides answering it: faults, stubs, the journal, advice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from flask import Request, Response

from mockserver.access import Access
from mockserver.clock import monotonic
from mockserver.entropy import Entropy
from mockserver.errors import refusal
from mockserver.oauth.errors import OAuthError
from mockserver.reasons import reason
from mockserver.traffic import advice
from mockserver.traffic.canned_responses import CannedResponse, refused, written
from mockserver.traffic.effects import TOO_MANY_REQUESTS, FaultEffect, seconds
from mockserver.traffic.exchange import Exchange
from mockserver.traffic.fault_header import HEADER, ONE_OFF, NoEffect, parse_header
from mockserver.traffic.head import Head
from mockserver.traffic.note import Note
from mockserver.traffic.response_templates import TemplateContext
from mockserver.traffic.stubs import Stub
from mockserver.traffic.traffic import Traffic
from mockserver.web.attribution import Attribution, sent_body
from mockserver.web.bridge import DELIVERY, Delivery
from mockserver.web.heads import head_of
from mockserver.web.oauth import JSON_TYPE, UNCACHED
from mockserver.web.read import Read, ReadAnswer
from mockserver.web.request_context import Interception, RequestContext

FAULT_HEADER = "HTTP_" + HEADER.upper().replace("-", "_")

MANGLED: Mapping[str, Callable[[bytes], bytes]] = {
    "cut": lambda body: body[: len(body) // 2],
    "malformed": lambda body: b"{" + body,
}


class Interceptor:
    """Looks at every request before it is answered, and at every answer before it is sent."""

    def __init__(self, traffic: Traffic, attribution: Attribution, seed: object = 1) -> None:
        """Intercept for the traffic of one server.

        Args:
            traffic: what is done to requests, and remembered of them.
            attribution: tells what a request is.
            seed: what the ids of stubs, and delays asked for by header, are drawn from.
        """
        self._traffic = traffic
        self._attribution = attribution
        self._entropy = Entropy(seed, "observation")

    def looks_at(self, head: Head) -> bool:
        """Say whether something may be done to a request, or said of it with its answer."""
        return self._traffic.intervenes or HEADER.lower() in head.headers

    # --- before --------------------------------------------------------------------------------

    def enter(self, request: Request, context: RequestContext) -> Response | None:
        """Return the answer of a fault or a stub, or nothing: the request goes its way.

        Raises:
            Refusal: the error a fault answers; 400 for a fault header that says nothing.
        """
        header = request.environ.get(FAULT_HEADER)
        looked_at = self._traffic.intervenes or header is not None
        if not looked_at or context.route.place == "control":
            return None
        seen = context.interception = self._observe(request, context)
        context.why = self._strike(seen, header)
        if seen.effect.prevents:
            return self._struck(seen, context)
        stubs = self._traffic.stubs
        stub = stubs.find(seen.recorded) if stubs.in_force else None
        return self._stubbed(stub, seen) if stub else None

    def _stubbed(self, stub: Stub, seen: Interception) -> Response:
        seen.stub = stub.id
        seen.delay += seconds(stub.response.delay, self._entropy)
        return _response(stub.answer(self._scene(seen)))

    def _strike(self, seen: Interception, header: str | None) -> str | None:
        """Let a fault strike if one does; return which one, in words."""
        faults = self._traffic.faults
        if header is not None and faults.by_header:
            seen.effect, seen.fault, entropy = _one_off(header), ONE_OFF, self._entropy
            why = reason("fault_by_header")
        elif faults.in_force and (fault := faults.strike(seen.recorded)):
            seen.effect, seen.fault, entropy = fault.effect, fault.id, fault.entropy
            why = reason("fault", fault=fault.id, effect=fault.effect_text)
        else:
            return None
        seen.delay = seconds(seen.effect.delay, entropy)
        return why

    @staticmethod
    def _struck(seen: Interception, context: RequestContext) -> Response:
        """Return the answer that takes the place of carrying out the request."""
        effect = seen.effect
        if effect.silences:
            # What a server that cannot keep silent, unlike ours, says instead.
            return Response(status=504)
        if effect.status:
            return _response(written(effect.status, effect.headers, effect.body, seen.recorded))
        if effect.error == TOO_MANY_REQUESTS and context.standing:
            context.standing = replace(context.standing, remaining=0)
        error = refused(effect, seen.recorded)
        if not isinstance(error, OAuthError):
            error.because = context.why
            raise error
        headers = {"Content-Type": JSON_TYPE, **UNCACHED}
        return Response(orjson.dumps(error.body()), error.status, headers)

    def _scene(self, seen: Interception) -> TemplateContext:
        sandbox = self._attribution.sandbox(seen.recorded)
        return TemplateContext(seen.recorded, seen.clock.timestamp(), self._entropy, sandbox)

    # --- after ---------------------------------------------------------------------------------

    def leave(self, request: Request, context: RequestContext, response: Response) -> None:
        """Do to an answer what the fault says, and add the exchange to the journal."""
        seen, traffic = context.interception, self._traffic
        if context.route.place == "control":
            return
        if seen is None and not traffic.intervenes:
            if traffic.journal.on:
                self._note(request, context, response)
            return
        # Not looked at before is what the gate has refused.
        seen = seen or self._observe(request, context)
        if seen.fault or seen.stub:
            _deform(response, context, seen.effect)
            _delay(request.environ, seen)
        if traffic.journal.on or traffic.headers.advice:
            self._keep(request, context, seen, response)

    def note(self, read: Read, reply: ReadAnswer, request_id: str, *, is_over: bool) -> None:
        """Have the journal keep a read of the fast way."""
        if not self._traffic.journal.on:
            return
        note = Note(
            read.head,
            b"",
            read.route,
            read.access,
            read.moment,
            request_id,
            reply.status,
            (reply.headers, reply.length, reply.surrounding),
            reply.body,
            read.began,
            monotonic() - read.began,
            is_over,
        )
        self._traffic.journal.note(note)

    def _note(self, request: Request, context: RequestContext, response: Response) -> None:
        """Have the journal keep an exchange that nothing was done to; whose it is may take time."""
        access, standing = context.access, context.standing
        if not isinstance(access, Access) or context.moment is None:
            self._keep(request, context, self._observe(request, context), response)
            return
        note = Note(
            head_of(request.environ),
            sent_body(request),
            context.route,
            access,
            context.moment,
            context.request_id,
            response.status_code,
            (response.headers, context.headers),
            _sent(response),
            context.started,
            monotonic() - context.started,
            over=standing is not None and standing.over,
            reason=context.why,
            ignored=context.ignored,
            routed=request.url_rule is not None,
        )
        self._traffic.journal.note(note)

    def _keep(
        self, request: Request, context: RequestContext, seen: Interception, response: Response
    ) -> None:
        traffic, effect = self._traffic, seen.effect
        standing = context.standing
        exchange = Exchange(
            seen.recorded,
            context.moment or seen.clock.seconds(),
            context.request_id,
            body=_sent(response),
            duration=monotonic() - context.started + seen.delay,
            delivered=not effect.loses,
            fault=seen.fault,
            stub=seen.stub,
            genuine=not (seen.stub or effect.prevents),
            routed=request.url_rule is not None,
            started=context.started,
            over=standing is not None and standing.over,
            reason=context.why,
            ignored=context.ignored,
        )
        if not effect.silences:
            exchange.status = response.status_code
            if traffic.headers.advice:
                self._advise(exchange, response)
            exchange.headers = [*response.headers.to_wsgi_list(), *context.headers]
        if traffic.journal.on:
            traffic.journal.add(exchange)

    def _observe(self, request: Request, context: RequestContext) -> Interception:
        recorded, sandbox = self._attribution.recorded(request, context), context.sandbox
        clock = sandbox.clock if sandbox else self._attribution.clock(recorded)
        return Interception(recorded, clock)

    def _advise(self, exchange: Exchange, response: Response) -> None:
        self._traffic.journal.notice(exchange)
        line = advice.header_line(exchange.advice)
        if line:
            response.headers[advice.HEADER] = line


def _one_off(header: str) -> FaultEffect:
    try:
        return parse_header(header)
    except NoEffect as error:
        raise refusal("BAD_REQUEST", reason=f"{HEADER}: {error}") from None


def _response(answer: CannedResponse) -> Response:
    response = Response(answer.body, answer.status)
    del response.headers["Content-Type"]
    response.headers.update(answer.headers)
    return response


def _sent(response: Response) -> bytes:
    """Return the body of an answer; nothing of a file, which the framework passes through."""
    return b"" if response.direct_passthrough else response.get_data()


def _deform(response: Response, context: RequestContext, effect: FaultEffect) -> None:
    if effect.mangle:
        response.set_data(MANGLED[effect.mangle](_sent(response)))
    replaced = {name.lower() for name in (*effect.headers, *effect.remove_headers)}
    context.headers = [(n, v) for n, v in context.headers if n.lower() not in replaced]
    response.headers.update(effect.headers)
    for name in effect.remove_headers:
        response.headers.remove(name)


def _delay(environ: dict[str, Any], seen: Interception) -> None:
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
