"""Has the engine take every step that seeding needs: ``python -m mockserver.seeding.recording``.

A few records are made by the verbs of the API, with a clock that is set, and what each verb changes
is written to ``steps.json``. To be done anew when a rule of the engine has changed; a test says so.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from mockserver.seeding.markets import CARD
from mockserver.seeding.recorder import Recorder, Target
from mockserver.seeding.steps import STEPS
from mockserver.storage.conditions import EVERYTHING, Compare

#: An address with something in every place where it can say something of somebody.
ADDRESS: Mapping[str, Any] = {
    **dict.fromkeys(("first_name", "last_name", "company", "line_1", "line_2", "city"), "A"),
    **dict.fromkeys(("zip_code", "state_code", "phone", "notes", "billing_info"), "1"),
    **dict.fromkeys(("lat", "lng"), 1.0),
    "business": True,
    "country_code": "DE",
    "email": "a@example.com",
}
#: A customer of whom something is known.
CUSTOMER: Mapping[str, Any] = {
    **dict.fromkeys(("tax_exemption_code", "reference", "reference_origin"), "A"),
    "password": "secret123",
    "metadata": {"a": 1},
}
SKU = "RECORDED"
#: The commands that a shipment takes to be on its way.
SHIPPED: Mapping[str, str] = {
    "pack": "_packing",
    "make_ready": "_ready_to_ship",
    "ship": "_ship",
}
#: The commands that a return takes on each way it can go.
RETURNS = (
    ("_request", "_approve", "_ship", "_receive"),
    ("_request", "_reject"),
    ("_request", "_cancel"),
)


def recorded() -> Recorder:
    """Return a recorder that has recorded every step."""
    recorder = Recorder()
    recorder.sell(SKU)
    _buy(recorder)
    _send_back(recorder)
    _forget(recorder)
    return recorder


def steps_json() -> bytes:
    """Return the whole file, one value a line."""
    found = {
        type_: {
            name: {n: v for n, v in asdict(step).items() if v}
            for name, step in sorted(steps.items())
        }
        for type_, steps in sorted(recorded().found.items())
    }
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _cart(recorder: Recorder, customer: Target) -> Target:
    """Return an order with nothing in it."""
    market = recorder.sandbox.partition.select("markets", limit=1)[0][0]
    _, address = recorder.add("addresses", **ADDRESS)
    return recorder.add(
        "orders",
        customer=customer[1],
        market=market["id"],
        billing_address=address,
        shipping_address=address,
    )


def _fill(recorder: Recorder, order: Target) -> Target:
    """Put something into an order; return the line item."""
    return recorder.add("line_items", order=order[1], sku_code=SKU, quantity=1, frequency="weekly")


def _bought(recorder: Recorder, customer: Target) -> Target:
    """Return an order that can be placed."""
    order = _cart(recorder, customer)
    _fill(recorder, order)
    sandbox, shipment = recorder.sandbox, _shipment(recorder, order)
    (method, *_), (way, *_) = (
        sandbox.find(type_, EVERYTHING) for type_ in ("payment_methods", "shipping_methods")
    )
    sandbox.change(*shipment, {"shipping_method": way["id"]})
    sandbox.change(*order, {"payment_method": method["id"]})
    recorder.add(CARD, order=order[1])
    return order


def _shipment(recorder: Recorder, order: Target) -> Target:
    """Return the shipment of an order."""
    (shipment,) = recorder.sandbox.find("shipments", Compare("order", "eq", order[1]))
    return "shipments", shipment["id"]


def _asleep(recorder: Recorder, order: Target) -> Target:
    """Return a subscription to a placed order that has not begun."""
    values = {"frequency": "monthly", "activate_by_source_order": False}
    starts_at = recorder.sandbox.clock.timestamp()
    return recorder.add("order_subscriptions", source_order=order[1], starts_at=starts_at, **values)


def _buy(recorder: Recorder) -> None:
    """Have orders filled, placed, subscribed to, approved, fulfilled; and one cancelled."""
    do, record = recorder.trigger, recorder.record
    # Guests subscribe to nothing (commerce.md §19.2).
    customer = recorder.add("customers", email="buyer@example.com", password="secret123")  # noqa: S106 - nobody's
    record("pending", _cart(recorder, customer), lambda order: _fill(recorder, order))
    first, second, third = (_bought(recorder, customer) for _ in range(3))
    upcoming = _shipment(recorder, first)
    placed = {"acquired": customer, "upcoming": upcoming}
    record("place", first, do("_place"), **placed)
    record("create_subscriptions", first, do("_create_subscriptions"))
    asleep = _asleep(recorder, first)
    record("activate", asleep, do("_activate"))
    record("deactivate", asleep, do("_deactivate"))
    record("approve", first, do("_approve_and_capture"), picking=upcoming)
    for step, command in SHIPPED.items():
        others = {"fulfill": first} if step == "ship" else {}
        record(step, upcoming, do(command), **others)
    record("place", second, do("_place"), repeat=customer)
    record("place", third, do("_place"), again=customer)
    record("cancel", third, do("_cancel"), called_off=_shipment(recorder, third))


def _send_back(recorder: Recorder) -> None:
    """Have what was ordered sent back, on every way that a return can go."""
    customer = recorder.add("customers", email="returner@example.com")
    order = _bought(recorder, customer)
    recorder.trigger("_place")(order)
    for commands in RETURNS:
        sent = recorder.add("returns", order=order[1])
        for command in commands:
            recorder.record(command.strip("_"), sent, recorder.trigger(command))


def _forget(recorder: Recorder) -> None:
    """Have customers forgotten, one of them with an address, as far as each of them comes."""
    request = recorder.trigger("_request_anonymization")
    forgotten, failed, kept = (
        recorder.add("customers", email=f"{name}@example.com", **CUSTOMER)
        for name in ("forgotten", "failed", "kept")
    )
    address = recorder.add("addresses", **ADDRESS)
    recorder.add("customer_addresses", customer=forgotten[1], address=address[1])
    recorder.record("anonymization_requested", forgotten, request)
    recorder.record("anonymization_started", forgotten, recorder.job)
    recorder.record("anonymization_completed", forgotten, recorder.job, forget=address)
    request(failed)
    recorder.job(failed)
    recorder.record("anonymization_failed", failed, recorder.failure)
    request(kept)
    cancel = recorder.trigger("_cancel_anonymization")
    recorder.record("anonymization_cancelled", kept, cancel)


if __name__ == "__main__":
    STEPS.write_bytes(steps_json())
    sys.stdout.write(f"{STEPS}\n")
