"""What takes the place of personal data when a customer is forgotten (customers §11.4).

There is no other definition: what is seeded as forgotten looks the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from mockserver.schema.protocols import Engine
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare, both

#: What is left of a customer, beside an email and identities of nobody.
CUSTOMER: Mapping[str, Any] = {
    "password": None,
    "tax_exemption_code": None,
    "reference": None,
    "reference_origin": None,
    "metadata": {},
}
#: What is left of an address; it is no longer that of a company, for a company needs a name.
ADDRESS: Mapping[str, Any] = {
    "business": False,
    "first_name": "Anonymized",
    "last_name": "Customer",
    "company": None,
    "line_1": "***",
    "line_2": None,
    "city": "***",
    "zip_code": "***",
    "state_code": None,
    "phone": "***",
    "email": None,
    "notes": None,
    "lat": None,
    "lng": None,
    "map_url": None,
    "static_map_url": None,
    "billing_info": None,
}
#: Where a customer's addresses are: the type, and its linkages to them.
ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "customer_addresses": ("address",),
    "orders": ("billing_address", "shipping_address"),
    "returns": ("origin_address",),
}
#: What goes altogether.
REMOVED = ("customer_payment_sources", "customer_password_resets")


def email(id_: str, number: int) -> str:
    """Return what takes the place of a customer's email; ids may differ in case alone."""
    return f"anonymized-{id_.lower()}-{number}@anonymized.invalid"


def forgotten(engine: Engine, customer: Record) -> Record:
    """Return what the fields of a customer become."""
    entropy = engine.entropy
    return {
        **CUSTOMER,
        "email": _free_email(engine, customer),
        "shopper_reference": entropy.uuid(),
        "profile_id": entropy.uuid(),
    }


def forget_belongings(engine: Engine, customer: Record) -> None:
    """Rewrite or remove what else tells of a customer, and blank its history."""
    own = Compare("customer", "eq", customer["id"])
    addresses = {
        record[name]
        for type_, names in ADDRESSES.items()
        for record in engine.find(type_, own)
        for name in names
        if record.get(name)
    }
    for id_ in sorted(addresses):
        engine.rewrite("addresses", id_, ADDRESS)
        engine.forget_history("addresses", id_)
    for type_ in REMOVED:
        _remove(engine, type_, engine.find(type_, own))
    attached = both(
        Compare("attachable", "eq", customer["id"]), Compare("attachable_type", "eq", "customers")
    )
    _remove(engine, "attachments", engine.find("attachments", attached))


def _remove(engine: Engine, type_: str, records: list[Record]) -> None:
    for record in records:
        engine.remove(type_, record["id"])
        engine.forget_history(type_, record["id"])


def _free_email(engine: Engine, customer: Record) -> str:
    """Return an anonymized email that nobody has: another customer may have taken this one."""
    own = free = email(customer["id"], customer[SERIAL])
    for again in count(2):
        taken = engine.find("customers", Compare("email", "eq", free))
        if all(other["id"] == customer["id"] for other in taken):
            break
        free = own.replace("@", f"-{again}@")
    return free
