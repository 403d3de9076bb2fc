"""Links: from when until when they lead somewhere, and by which address (commerce.md §21)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from calendar import monthrange
from datetime import datetime

from mockserver.clock import timestamp
from mockserver.schema.protocols import Change, Engine, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TYPE = "links"
#: The region that codes begin with; there is only one here.
REGION = "eu-west-1"
ITEMS = ("orders", "skus", "sku_lists")
ACTIVE = "active"


def now(change: Change) -> str:
    """Return the moment of the request: when a link starts, unless somebody says otherwise."""
    return change.engine.clock.timestamp()


def a_month_later(change: Change) -> str:
    """Return when a link expires of which nothing is said: a month after it starts."""
    start: str = change.sent.get("starts_at") or now(change)
    try:
        return timestamp(_month_after(datetime.fromisoformat(start)))
    except ValueError:
        # Beyond the calendar, where nothing is after the start.
        return start


def _month_after(moment: datetime) -> datetime:
    """Return the same day of the next month, or the last one that it has."""
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def type_follows_item(change: Change) -> None:
    """Refuse a type of items that there is none of; the one that is linked says the type."""
    sent = change.sent.get("item_type")
    if sent is not None and sent not in ITEMS:
        change.invalid("item_type", "inclusion", value=sent)


def unique_code(change: Change) -> None:
    """Give a new link the identifier that its address is made of, for good."""
    if change.before is None:
        change.record["uuid"] = change.engine.entropy.uuid()


# --- what it shows -------------------------------------------------------------------------------


def url(record: Record) -> str:
    """Return the address of a link: parameters are added where it leads to."""
    return f"https://{record['domain']}/{code_of(record)}"


def code_of(record: Record) -> str:
    """Return the last part of the address."""
    # Who brings a link along may have none.
    named = f"{REGION}/{record.get('uuid') or record['id']}".encode()
    return urlsafe_b64encode(named).decode().rstrip("=")


def status(record: Record, view: View) -> str:
    """Return how a link stands; the first that applies."""
    return status_at(record, view.engine.clock.timestamp())


def status_at(record: Record, moment: str) -> str:
    """Return how a link stands at a moment."""
    if record["disabled_at"]:
        return "disabled"
    # Both can be taken away by an update: then there is no such limit.
    if record["starts_at"] and moment < record["starts_at"]:
        return "pending"
    is_over = record["expires_at"] and moment >= record["expires_at"]
    return "expired" if is_over else ACTIVE


def is_active(record: Record, view: View) -> bool:
    """Say whether it leads somewhere."""
    return status(record, view) == ACTIVE


# --- finding one ---------------------------------------------------------------------------------


def link_by_code(engine: Engine, code: str) -> Record | None:
    """Return the link of a code, if it leads somewhere now."""
    named = _named_by(code)
    found = (*engine.find(TYPE, Compare("uuid", "eq", named)), engine.get(TYPE, named))
    moment = engine.clock.timestamp()
    return next((link for link in found if link and status_at(link, moment) == ACTIVE), None)


def _named_by(code: str) -> str:
    try:
        named = urlsafe_b64decode(f"{code}{'=' * (-len(code) % 4)}").decode()
    except (Error, ValueError):
        return ""
    region, _, name = named.partition("/")
    return name if region == REGION else ""
