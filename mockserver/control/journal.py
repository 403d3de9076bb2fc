"""The journal as the control plane shows it: searched, counted, exported, streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from mockserver.control.components import Json
from mockserver.refusals import invalid, missing, refused
from mockserver.traffic.exchange import Exchange
from mockserver.traffic.har_and_curl import curl_lines, har
from mockserver.traffic.journal import RequestJournal
from mockserver.traffic.journal_search import Search, SearchSchema
from mockserver.traffic.journal_stream import events
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.summaries import summary

Parameters = Mapping[str, str]
EXCHANGE = "exchange"
#: What each event of the stream can say.
FORMS: Mapping[str, Callable[[Exchange], Json]] = {
    EXCHANGE: Exchange.serialized,
    "summary": summary,
}


class JournalControl:
    """Journal of one server: its requests and answers, searched, counted, exported."""

    def __init__(self, journal: RequestJournal) -> None:
        """Show the journal."""
        self._journal = journal

    def list(self, parameters: Parameters) -> Json:
        """Return a page of the exchanges that the parameters of a URL ask for.

        Returns:
            ``{"exchanges": [...], "total": how many match in all}``.

        Raises:
            Refusal: 422 with pointers.
        """
        return self._page(_search(Search.from_query, parameters))

    def find(self, body: Any) -> Json:
        """Return a page of the exchanges that a search asks for, like ``list``."""
        return self._page(_search(Search.load, body))

    def count(self, body: Any) -> Json:
        """Return how many exchanges a search finds."""
        return {"count": self._journal.count(_search(Search.load, body))}

    def unmatched(self, parameters: Parameters) -> Json:
        """Return the exchanges the API does not know, with the nearest name it knows."""
        search = _search(Search.from_query, parameters)
        return self._page(replace(search, unmatched=True))

    def retrieve(self, id_: int) -> Json:
        """Return one exchange.

        Raises:
            Refusal: 404.
        """
        exchange = self._journal.get(id_)
        if exchange is None:
            raise missing(f"exchange {id_} (any more)")
        return exchange.serialized()

    def recorded(self, id_: int) -> RecordedRequest:
        """Return the request of an exchange as it was sent, secrets and all, to send it again.

        Raises:
            Refusal: 404; 409 for one whose body was too long to be kept.
        """
        exchange = self._journal.get(id_)
        if exchange is None:
            raise missing(f"exchange {id_} (any more)")
        recorded, sent = exchange.recorded, exchange.cut.request_size
        if len(recorded.body) < sent:
            detail = f"Of its body of {sent} bytes only {len(recorded.body)} were kept."
            raise invalid("", detail, title="Conflict", status=409)
        return recorded

    def har(self, parameters: Parameters) -> Json:
        """Return exchanges as an HTTP archive."""
        return har(self._found(parameters))

    def curl(self, parameters: Parameters) -> str:
        """Return exchanges as curl commands, one a line."""
        return "".join(f"{line}\n" for line in curl_lines(self._found(parameters)))

    def stream(self, parameters: Parameters) -> AsyncGenerator[bytes, None]:
        """Return the exchanges from now on, as server-sent events.

        Args:
            parameters: conditions, and ``form``: whole exchanges, unless ``summary``.

        Raises:
            Refusal: 422 with pointers.
        """
        conditions = dict(parameters)
        shown = FORMS.get(conditions.pop("form", EXCHANGE))
        if shown is None:
            raise invalid("/form", f"Not one of {', '.join(FORMS)}.")
        return events(self._journal, _search(Search.from_query, conditions), shown=shown)

    def clear(self, organization: str | None = None) -> None:
        """Forget everything, or what was asked of one organization."""
        self._journal.clear(organization)

    def _found(self, parameters: Parameters) -> tuple[Exchange, ...]:
        return tuple(self._journal.find(_search(Search.from_query, parameters)))

    def _page(self, search: Search) -> Json:
        exchanges, total = self._journal.page(search)
        return {"exchanges": [exchange.serialized() for exchange in exchanges], "total": total}


def _search(read: Callable[[Any], Search], source: Any) -> Search:
    if not isinstance(source, Mapping):
        raise invalid("", "Not an object.")
    try:
        return read(source)
    except ValidationError as error:
        raise refused(error, schema=SearchSchema()) from None
