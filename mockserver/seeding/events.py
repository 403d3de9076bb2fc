"""The events of the documented customers: what would have been fired, told from their records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter

from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import read, written
from mockserver.storage.base import Record

#: A moment, the type and the id of a record, and what happened to it then.
Happening = tuple[str, str, str, str]

#: What happened to the records of a type, in turn, and the field that says when, if it did.
COURSES: Mapping[str, Sequence[tuple[str, str]]] = {
    "customers": (("create", "created_at"),),
    "customer_addresses": (("create", "created_at"),),
    "customer_subscriptions": (("create", "created_at"),),
    "orders": (
        ("create", "created_at"),
        ("pending", "placed_at"),
        ("authorize", "placed_at"),
        ("place", "placed_at"),
        ("create_subscriptions", "subscription_created_at"),
        ("approve", "approved_at"),
        ("pay", "approved_at"),
        ("start_fulfilling", "approved_at"),
        ("cancel", "cancelled_at"),
        ("void", "cancelled_at"),
    ),
    "order_subscriptions": (
        ("create", "created_at"),
        ("activate", "starts_at"),
        ("last_run_succeeded", "last_run_at"),
    ),
    "returns": (
        ("create", "created_at"),
        ("request", "created_at"),
        ("approve", "approved_at"),
        ("reject", "rejected_at"),
        ("ship", "shipped_at"),
        ("receive", "received_at"),
    ),
}
#: What is told of an anonymization, by the member of its information that says when.
ANONYMIZATION: Mapping[str, str] = {
    "started_at": "anonymization_started",
    "completed_at": "anonymization_completed",
    "cancelled_at": "anonymization_cancelled",
    "failed_at": "anonymization_failed",
}
#: What a customer becomes with the first order that counts, and with the second.
STEPS = ("acquired", "repeat")


def tell(batch: Batch, customer_ids: Collection[str]) -> None:
    """Add the events of these customers and of what belongs to them, oldest first."""
    for at, type_, id_, event in sorted(_happenings(batch, customer_ids), key=itemgetter(0)):
        batch.add(
            "events",
            at,
            name=f"{type_}.{event}",
            metadata=EMPTY,
            resource=id_,
            resource_type=type_,
        )


def _happenings(batch: Batch, customer_ids: Collection[str]) -> Iterator[Happening]:
    placed: dict[str, list[str]] = {id_: [] for id_ in customer_ids}
    for type_, course in COURSES.items():
        owner = "id" if type_ == "customers" else "customer"
        for record in batch.records(type_):
            if record[owner] in customer_ids:
                yield from _course(type_, record, course)
    for order in batch.records("orders"):
        if order["customer"] in customer_ids:
            yield from _states(order)
            placed[order["customer"]] += [order["placed_at"]] * bool(order["placed_at"])
    for customer in batch.records("customers"):
        if customer["id"] in customer_ids:
            yield from _steps(customer, placed[customer["id"]])


def _course(type_: str, record: Record, course: Sequence[tuple[str, str]]) -> Iterator[Happening]:
    for event, field in course:
        if record[field]:
            yield record[field], type_, record["id"], event


def _steps(customer: Record, placed: Sequence[str]) -> Iterator[Happening]:
    """Yield what happened to a customer after its creation, whose orders come in turn."""
    own = "customers", customer["id"]
    if customer["password"]:
        yield customer["created_at"], *own, "create_password"
    for step, at in zip(STEPS, placed, strict=False):
        yield at, *own, step
    for member, event in ANONYMIZATION.items():
        if spelled := customer["anonymization_info"].get(member):
            yield written(read(spelled)), *own, event


def _states(order: Record) -> Iterator[Happening]:
    """Yield what the statuses of an order say, that has no stamp of its own."""
    own = "orders", order["id"]
    if order["status"] == "pending":
        yield order["created_at"], *own, "pending"
    if order["fulfillment_status"] == "fulfilled":
        yield order["fulfillment_updated_at"], *own, "fulfill"
