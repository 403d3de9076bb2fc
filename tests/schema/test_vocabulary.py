"""The words of a declaration mean what their descriptions say."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from marshmallow import validate

from mockserver.access import Access
from mockserver.schema.amounts import money
from mockserver.schema.disabling import disabling
from mockserver.schema.flags import Flags
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.validations import Format, InvalidError, Length
from mockserver.schema.vocabulary import (
    SERIAL,
    Resource,
    attribute,
    base_attributes,
    internal,
    metadata,
    own_number,
    serial,
    to_many,
    to_one,
    trigger,
)
from mockserver.storage.base import Index

SALES_CHANNEL = Access("acme", "test", "sales_channel")
INTEGRATION = Access("acme", "test", "integration")
Member = TypeVar("Member", Attribute, Relationship)


def named(name: str, member: Member) -> Member:
    """Return the member as the registry names it."""
    member.name = name
    return member


@pytest.mark.parametrize("letters", ["", "C", "CURfs", "Rfs"])
def test_flags(letters: str) -> None:
    """Each letter sets one flag."""
    flags = Flags(letters)
    found = (flags.creatable, flags.updatable, flags.fetchable, flags.filterable, flags.sortable)

    assert tuple(letter in letters for letter in "CURfs") == found


def test_unknown_flag() -> None:
    """A slip of the pen in a declaration does not pass."""
    with pytest.raises(ValueError, match="'F'"):
        Flags("CUF")


STORED = {
    "plain": ("email", attribute("string", "CURfs"), True),
    "with an effect": ("password", attribute("string", "CU", effect=lambda *_: None), True),
    "never shown": ("uid", attribute("string", ""), True),
    "derived": ("name", attribute("string", "R", derive=lambda *_: None), False),
    "derived, and stored": (
        "url",
        attribute("string", "Rfs", derive_from=lambda *_: None, stored=True),
        True,
    ),
    "delegated": ("customer_email", attribute("string", "R", delegate="customer.email"), False),
    "a trigger": ("_place", trigger(), False),
    "a command with a value": ("_refund_amount_cents", attribute("integer", "U"), False),
}


@pytest.mark.parametrize(("name", "member", "stored"), STORED.values(), ids=STORED)
def test_stored_attributes(name: str, member: Attribute, *, stored: bool) -> None:
    """Records hold data; what is computed or an order to the service they do not."""
    assert stored is named(name, member).stored


LINKED = {
    "to-one": (to_one("markets", "CU"), True),
    "read-only to-one": (to_one("markets"), True),
    "hidden to-one": (to_one((), hidden=True), True),
    "virtual to-one": (to_one("markets", virtual=True), False),
    "computed to-one": (to_one("customers", targets=lambda *_: []), False),
    "to-one stored at the other end": (to_one("items", inverse="order"), False),
    "writable to-many": (to_many("tags", "CURf"), True),
    "to-many stored at the other end": (to_many("orders", inverse="customer"), False),
    "to-many of nobody": (to_many("orders"), False),
}


@pytest.mark.parametrize(("member", "stored"), LINKED.values(), ids=LINKED)
def test_stored_relationships(member: Relationship, *, stored: bool) -> None:
    """Each relationship is stored at one end."""
    assert stored is member.stored


def test_polymorphic() -> None:
    """A relationship to several types keeps the type beside the id; to one type it does not."""
    several = named("payment_source", to_one(("adyen_payments", "wire_transfers")))

    assert ("payment_source_type", True) == (several.type_field, several.polymorphic)
    assert not to_one("markets").polymorphic


CLOSED = {
    "prohibited attribute": (attribute("string", "U", prohibited=True), False),
    "prohibited trigger": (trigger(prohibited=True), False),
    "prohibited relationship": (to_many("tags", "CURf", prohibited=True), False),
    "closed relationship": (to_one("customer_groups", "C", closed_to_sales_channels=True), False),
    "open attribute": (attribute("string", "U"), True),
    "open relationship": (to_one("markets", "C"), True),
}


@pytest.mark.parametrize(("member", "is_open"), CLOSED.values(), ids=CLOSED)
def test_open_to(member: Attribute | Relationship, *, is_open: bool) -> None:
    """Some members are closed to sales channels, and to nobody else."""
    assert is_open is member.open_to(SALES_CHANNEL)
    assert member.open_to(INTEGRATION)


def test_closed_is_not_prohibited() -> None:
    """What the contract alone closes is not what the vendor's metadata flags."""
    assert not to_one("customer_groups", "C", closed_to_sales_channels=True).prohibited


def test_cast_then_normalised() -> None:
    """A value is cast, then normalised; null needs no normalising."""
    email = attribute("string", "CUR", normalise=lambda text: text.strip().lower())

    assert ("a@b.c", "12", None) == (email.cast(" A@B.c "), email.cast(12), email.cast(None))
    with pytest.raises(InvalidError, match="is invalid") as refused:
        email.cast({})
    assert [{"error": "invalid", "value": {}}] == refused.value.messages


def test_a_secret_is_not_repeated() -> None:
    """What is never returned is not part of an error either."""
    password = named("password", attribute("string", "CU", effect=lambda *_: None))

    with pytest.raises(InvalidError) as refused:
        password.cast({})
    assert {} == refused.value.meta


CHECKED: dict[str, tuple[Attribute, Any, tuple[str, dict[str, Any]] | None]] = {
    "within": (attribute("string", "CUR", validate=Length(2)), "ab", None),
    "one rule": (attribute("string", "CUR", validate=Length(2)), "a", ("too_short", {"count": 2})),
    "the first of several": (
        attribute("string", "CUR", validate=(Length(2), Format("[a-z]+"))),
        "1",
        ("too_short", {"count": 2}),
    ),
    "an enum": (attribute("string", "CUR", enum=("a",)), "b", ("inclusion", {"value": "b"})),
    "a validator of the library": (
        attribute("string", "CUR", validate=validate.Email()),
        "nobody",
        ("invalid", {"value": "nobody"}),
    ),
    "a function": (
        attribute("integer", "CUR", validate=lambda value: value > 1),
        1,
        ("invalid", {"value": 1}),
    ),
}


@pytest.mark.parametrize(("member", "value", "broken"), CHECKED.values(), ids=CHECKED)
def test_check(member: Attribute, value: Any, broken: tuple[str, dict[str, Any]] | None) -> None:
    """A value is held to every rule; the first one that it breaks is told."""
    found = None
    try:
        member.check(value)
    except InvalidError as invalid:
        found = (invalid.rule, invalid.meta)

    assert broken == found


AMOUNTS: dict[str, tuple[dict[str, Any], float | None, str | None]] = {
    "euro": ({"x_cents": 123456, "currency_code": "EUR"}, 1234.56, "€1.234,56"),
    "dollar": ({"x_cents": 3480, "currency_code": "USD"}, 34.8, "$34.80"),
    "no currency": ({"x_cents": 1000}, 10.0, "€10,00"),
    "negative": ({"x_cents": -5, "currency_code": "USD"}, -0.05, "-$0.05"),
    "another currency": ({"x_cents": 100, "currency_code": "CHF"}, 1.0, "CHF1.00"),
    "nothing": ({"x_cents": None}, None, None),
}


@pytest.mark.parametrize(("record", "amount", "formatted"), AMOUNTS.values(), ids=AMOUNTS)
def test_money(record: dict[str, Any], amount: float | None, formatted: str | None) -> None:
    """An amount is three attributes, of which the cents are stored."""
    cents, as_float, as_text = money("CURfs", initial=0).members("x").values()
    derived = [member.derive and member.derive(record) for member in (as_float, as_text)]

    assert [amount, formatted] == derived
    assert (True, 0) == (named("x_cents", cents).stored, cents.initial)
    assert not as_float.flags.creatable


def test_base_attributes() -> None:
    """What nearly every type has stands in wire order, with room for what stands between."""
    block = base_attributes(disabling(), claim=metadata())

    assert [
        *("id", "_disable", "_enable", "disabled_at", "created_at", "updated_at"),
        *("reference", "reference_origin", "claim", "metadata"),
    ] == list(block.members("base"))


def test_type() -> None:
    """The type is a keyword of the class; without one it is what several declarations share."""

    class Shared(Resource):
        name = attribute("string", "R")

    class Thing(Shared, type_="things"):
        base = base_attributes()

    assert ("", "things", "things") == (Shared.type_, Thing.type_, Thing().opts.type_)
    assert ["name", "id"] == list(Thing.members)[:2]


def test_serial() -> None:
    """``number`` is the record's own integer: as such, or as the text it is by default."""

    class Draft:
        record = {SERIAL: 12}  # noqa: RUF012 - read only

    number = serial()

    assert number.derive
    assert number.derive({SERIAL: 12}) == 12
    assert own_number(Draft()) == "12"  # type: ignore[arg-type]


def test_internal() -> None:
    """What records hold and no document shows is no member of documents; subclasses have it too."""

    class Shared(Resource):
        asked = internal("integer", required=True)

    class Thing(Shared, type_="things"):
        base = base_attributes()
        weight = internal("float", indexed=True, references=("skus",))

    assert ["asked", "weight"] == list(Thing.internals)
    assert not Thing.internals.keys() & Thing.members.keys()
    assert (True, Index("float", references=("skus",))) == (
        Thing.internals["asked"].required,
        Thing.internals["weight"].index,
    )
