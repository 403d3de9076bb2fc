"""Tags themselves: their names (neighbours.md §17, customers.md §10)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of
from tests.refusals import got, refused, refused_with, violation
from tests.scene import digest, events

PATH = "/api/tags"
BLANK = violation("attributes/name", "can't be blank", "blank")
TAKEN = violation("attributes/name", "has already been taken", "taken", value="vip")


def too_long(limit: int = 25) -> Document:
    """Return the error object of a name that is too long."""
    title = f"is too long (maximum is {limit} characters)"
    return violation("attributes/name", title, "too_long", count=limit)


def invalid(name: Any) -> Document:
    """Return the error object of a name that is none."""
    return violation("attributes/name", "is invalid", "invalid", value=name)


REFUSED: dict[str, tuple[Any, list[Document]]] = {
    "null": (None, [BLANK]),
    "empty": ("", [BLANK]),
    "blanks": ("  ", [BLANK]),
    "taken": ("vip", [TAKEN]),
    "space": ("very important", [invalid("very important")]),
    "space-around": (" vip ", [invalid(" vip ")]),
    "line-end": ("vip\n", [invalid("vip\n")]),
    "comma": ("a,b", [invalid("a,b")]),
    "dot": ("a.b", [invalid("a.b")]),
    "umlaut": ("für", [invalid("für")]),
    "digits-of-others": ("٣", [invalid("٣")]),
    "object": ({}, [invalid({})]),
    "26": ("a" * 26, [too_long()]),
    "26-and-a-space": ("a" * 25 + " ", [invalid("a" * 25 + " "), too_long()]),
}


@pytest.mark.parametrize(("name", "errors"), REFUSED.values(), ids=REFUSED)
def test_names_that_will_not_do(
    api: Api, sandbox: Sandbox, name: Any, errors: list[Document]
) -> None:
    """On create and on update; every broken rule has its error."""
    api.create("tags", name="vip")
    other = api.create("tags", name="other")
    before = digest(sandbox)
    changed = document("tags", other["id"], name=name)

    assert got(api.post(PATH, document("tags", name=name))) == refused_with(errors)
    assert got(api.patch(path_of(other), changed)) == refused_with(errors)
    assert digest(sandbox) == before


def test_no_name_at_all(api: Api) -> None:
    """It is required."""
    assert got(api.post(PATH, document("tags"))) == refused_with([BLANK])


@pytest.mark.parametrize("name", ["a", "A-Z_09", "-", "_", "0", "a" * 25])
def test_names_that_will_do(api: Api, name: str) -> None:
    """Letters, digits, hyphens and underscores, up to 25."""
    tag = api.create("tags", name=name)

    assert next(iter(tag["attributes"].items())) == ("name", name)
    assert list(tag["relationships"]) == ["event_stores"]
    assert ids(api.get(PATH, {"filter[q][name_eq]": name})) == [tag["id"]]


def test_case_makes_another_name(api: Api) -> None:
    """Comparison is case-sensitive, also for uniqueness."""
    made = [api.create("tags", name=name)["id"] for name in ("vip", "VIP", "Vip")]

    assert ids(api.get(PATH)) == made
    assert ids(api.get(PATH, {"filter[q][name_eq]": "VIP"})) == [made[1]]


def test_a_name_is_free_again(api: Api) -> None:
    """After a renaming and after a deletion."""
    tag = api.create("tags", name="vip")
    api.update(tag, name="vip")
    api.update(tag, name="new")
    second = api.create("tags", name="vip")
    api.delete(path_of(second))

    assert api.create("tags", name="vip")["id"] != second["id"]


def test_names_are_unique_in_their_mode(api: Api) -> None:
    """The other mode has tags of its own."""
    api.create("tags", name="vip")
    live = {"X-Mock-Mode": "live"}
    answer = api.request("POST", PATH, document("tags", name="vip"), headers=live)

    assert answer.status_code == 201


def test_the_length_is_the_organizations(api: Api, sandbox: Sandbox) -> None:
    """``tags_max_name_length``; an older, longer name may stay."""
    old = api.create("tags", name="twelve-chars")
    organization = sandbox.organization_record()
    sandbox.partition.put("organizations", {**organization, "tags_max_name_length": 5})

    assert got(api.post(PATH, document("tags", name="sixsix"))) == refused_with([too_long(5)])
    assert api.update(old, reference="r")["attributes"]["name"] == "twelve-chars"


def test_no_events(api: Api, sandbox: Sandbox) -> None:
    """Tags have no topics (customers.md §16)."""
    tag = api.create("tags", name="vip")
    api.update(tag, name="new")
    api.delete(path_of(tag))

    assert events(sandbox, tag) == []


def test_not_for_sales_channels(token_bearers: TokenBearers, api: Api) -> None:
    """They are not in its table (authentication.md §13.1)."""
    tag, guest = api.create("tags", name="vip"), token_bearers.guest()

    assert got(guest.get(PATH)) == refused("UNAUTHORIZED")
    assert got(guest.get(path_of(tag))) == refused("UNAUTHORIZED")
    assert got(guest.post(PATH, document("tags", name="new"))) == refused("UNAUTHORIZED")
