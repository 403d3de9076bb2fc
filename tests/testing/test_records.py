"""The five actions from a test: flat records, the API's rules, nothing in the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver import Refusal
from mockserver.testing.world import World


def test_a_record_goes_through_the_five_actions(sandbox: World) -> None:
    records = sandbox.test
    group = records.create("customer_groups", name="vip")
    made = records.create("customers", email="jane@example.com", customer_group=group["id"])

    assert ("customers", "jane@example.com", "prospect") == (
        made["type"],
        made["email"],
        made["status"],
    )
    assert group["id"] == made["customer_group"]
    assert made == records.retrieve("customers", made["id"])
    assert [made["id"]] == records.retrieve("customer_groups", group["id"])["customers"]

    changed = records.update("customers", made["id"], reference="A-1", customer_group=None)

    assert ("A-1", None) == (changed["reference"], changed["customer_group"])
    assert [changed] == records.list("customers")

    records.delete("customers", made["id"])

    assert 0 == records.count("customers")
    assert [] == sandbox.journal.exchanges()


def test_http_sees_what_a_test_makes_and_the_other_way_round(sandbox: World) -> None:
    made = sandbox.test.create("customers", email="jane@example.com")
    with sandbox.session() as session:
        read = session.get(f"/api/customers/{made['id']}").json()["data"]["attributes"]
        session.patch(
            f"/api/customers/{made['id']}",
            json={
                "data": {"type": "customers", "id": made["id"], "attributes": {"reference": "B"}}
            },
        ).raise_for_status()

    assert {name: made[name] for name in read} == read
    assert "B" == sandbox.test.retrieve("customers", made["id"])["reference"]


def test_modes_do_not_meet(sandbox: World) -> None:
    sandbox.live.create("customers", email="jane@example.com")

    assert (0, 1) == (sandbox.test.count("customers"), sandbox.live.count("customers"))


@pytest.mark.mockserver(customers=40)
def test_lists_are_whole_filtered_and_sorted(sandbox: World) -> None:
    """Whatever the page size; with predicates and criteria as in a query string."""
    records = sandbox.test
    everybody = records.list("customers")
    some = sorted(customer["email"] for customer in everybody[:2])

    assert 40 == len(everybody)
    assert some == [c["email"] for c in records.list("customers", sort="email", email_in=some)]
    assert some[::-1] == [
        c["email"] for c in records.list("customers", sort="-email", email_in=tuple(some))
    ]
    assert [c for c in everybody if c["has_password"]] == records.list(
        "customers", password_present=True
    )
    assert everybody == records.list("customers", created_at_lt=datetime.now(UTC))


def test_conditions_without_a_predicate(sandbox: World) -> None:
    """Those that the metadata names as scopes."""
    card = sandbox.test.create("gift_cards", balance_cents=100, currency_code="EUR")
    bought = sandbox.test.create("gift_cards", balance_cents=100, currency_code="EUR")
    sandbox.test.update("gift_cards", bought["id"], _purchase=True)

    assert [card] == sandbox.test.list("gift_cards", with_status="draft")


def test_relationships_to_several_types_name_the_type(sandbox: World) -> None:
    customer = sandbox.test.create("customers", email="jane@example.com")
    sandbox.test.create("attachments", name="photo", attachable=("customers", customer["id"]))
    (attachment,) = sandbox.test.list("attachments")

    assert ("customers", customer["id"]) == attachment["attachable"]


Action = Callable[[World], Any]


@pytest.mark.parametrize(
    ("action", "refused"),
    [
        (lambda w: w.test.create("customers"), "422 VALIDATION_ERROR: email - can't be blank"),
        (lambda w: w.test.create("customers", status="repeat"), "400 PARAM_NOT_ALLOWED: status"),
        (lambda w: w.test.create("customers", colour="red"), "400 PARAM_NOT_ALLOWED: colour"),
        (lambda w: w.test.retrieve("customers", "nobody"), "404 RECORD_NOT_FOUND"),
        (lambda w: w.test.update("customers", "nobody"), "404 RECORD_NOT_FOUND"),
        (lambda w: w.test.delete("customers", "nobody"), "404 RECORD_NOT_FOUND"),
        (lambda w: w.test.list("customers", colour_eq="red"), "400 FILTER_NOT_ALLOWED"),
        (lambda w: w.test.list("customers", sort="colour"), "400 INVALID_SORT_CRITERIA"),
        (lambda w: w.test.create("organizations"), "405 METHOD_NOT_ALLOWED"),
        (
            lambda w: w.test.create("customers", email="a@example.com", customer_group="none"),
            "404 RECORD_NOT_FOUND",
        ),
    ],
)
def test_refusals_are_those_of_the_api(sandbox: World, action: Action, refused: str) -> None:
    with pytest.raises(Refusal) as refusal:
        action(sandbox)

    assert str(refusal.value).startswith(refused)


@pytest.mark.parametrize(
    ("type_", "hint"), [("customer", "did you mean 'customers'?"), ("xyz", "there are: ")]
)
def test_an_unknown_type_is_a_mistake_of_the_test(sandbox: World, type_: str, hint: str) -> None:
    with pytest.raises(LookupError, match="is not a resource type") as mistake:
        sandbox.test.list(type_)

    assert hint in str(mistake.value)


@pytest.mark.mockserver(customers=2)
def test_what_comes_out_can_be_changed_without_changing_what_is_there(sandbox: World) -> None:
    first = sandbox.test.list("customers")[0]
    first["metadata"]["mine"] = True

    assert "mine" not in sandbox.test.retrieve("customers", first["id"])["metadata"]


def test_a_record_in_any_state_in_one_call(sandbox: World) -> None:
    """Flat, as it comes back; an id that is there changes that record."""
    group = sandbox.test.create("customer_groups", name="vip")
    tag = sandbox.test.create("tags", name="old")
    made = sandbox.test.put(
        "customers",
        email="jane@example.com",
        status="repeat",
        created_at=datetime(2019, 1, 1, tzinfo=UTC),
        customer_group=group["id"],
        tags=[tag["id"]],
    )
    changed = sandbox.test.put("customers", id=made["id"], status="acquired", customer_group=None)
    order = sandbox.live.put("orders", status="placed")

    assert ("repeat", "2019-01-01T00:00:00.000Z", group["id"], [tag["id"]]) == tuple(
        made[name] for name in ("status", "created_at", "customer_group", "tags")
    )
    assert ("acquired", None, [tag["id"]]) == tuple(
        changed[name] for name in ("status", "customer_group", "tags")
    )
    assert changed == sandbox.test.retrieve("customers", made["id"])
    assert "placed" == order["status"]
    with pytest.raises(Refusal, match="422"):
        sandbox.test.put("customers", email="joan@example.com", status="gone")
    assert 1 == sandbox.test.count("customers")


def test_what_is_put_and_linked_to_one_of_several_types(sandbox: World) -> None:
    customer = sandbox.test.create("customers", email="jane@example.com")
    made = sandbox.test.put(
        "attachments", name="Letter", url="https://a.test/", attachable=("customers", customer.id)
    )

    assert ("customers", customer["id"]) == tuple(made["attachable"])
