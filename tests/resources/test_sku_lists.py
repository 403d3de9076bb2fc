"""SKU lists and their members (neighbours.md §13, §14)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to, values
from tests.refusals import got, refused, refused_with, violation
from tests.scene import alter, digest, sku, stored

JOHN = "john@example.com"
LISTS, ITEMS = "sku_lists", "sku_list_items"
CODES = ("CAPBLACK", "CAPWHITE", "SCARF", "HAT-1")


@pytest.fixture
def skus(api: Api) -> dict[str, Document]:
    """Return four SKUs by code."""
    return {code: sku(api, code, name=code.title()) for code in CODES}


@pytest.fixture
def wishes(api: Api) -> Document:
    """Return a list made by hand."""
    return api.create(LISTS, name="Wishes")


def automatic(api: Api, regex: str) -> Document:
    """Return an automatic list."""
    return api.create(LISTS, name="Caps", manual=False, sku_code_regex=regex)


def put(api: Api, list_: Document, sku: Document, **attributes: Any) -> Document:
    """Put a SKU on a list."""
    return api.create(ITEMS, links={"sku_list": to(list_), "sku": to(sku)}, **attributes)


def members(api: Api, list_: Document, **query: str) -> list[str]:
    """Return the codes of the SKUs of a list, in its order."""
    found: list[str] = values(api.get(f"{path_of(list_)}/skus", query), "code")
    return found


# --- lists ----------------------------------------------------------------------------------------

#: A name, and the slug that is made of it.
SLUGS = {
    "Wishes": "wishes",
    "My  Favourite_Things": "my-favourite-things",
    "Ünï & Co. 2": "uni-co-2",
    "---": "",
}


@pytest.mark.parametrize(("name", "slug"), SLUGS.items())
def test_a_list(api: Api, name: str, slug: str) -> None:
    """Made by hand unless said otherwise; the slug follows the name (catalogue.md §5)."""
    made = api.create(LISTS, name=name)
    renamed = api.update(made, name="Another")["attributes"]

    assert list(made["attributes"].items())[:6] == [
        *(("name", name), ("slug", slug), ("description", None), ("image_url", None)),
        *(("manual", True), ("sku_code_regex", None)),
    ]
    assert (renamed["name"], renamed["slug"]) == ("Another", "another")


def test_slugs_that_are_taken(api: Api) -> None:
    """A number tells lists of one name apart."""
    made = [api.create(LISTS, name="Personal list") for _ in range(3)]
    slugs = [each["attributes"]["slug"] for each in made]
    again = api.update(made[2], name="Personal  List")["attributes"]["slug"]

    assert slugs == ["personal-list", "personal-list-2", "personal-list-3"]
    assert again == "personal-list-3"


def test_by_the_codes_on_it(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """Lists are found by what they hold, by hand or by an expression (catalogue.md §5)."""
    put(api, wishes, skus["SCARF"])
    caps = automatic(api, "^CAP")
    filters = {
        "eq": ("SCARF", [wishes]),
        "start": ("CAP", [caps]),
        "end": ("WHITE", [caps]),
        "matches": ("%A%", [wishes, caps]),
        "in": ("HAT-1,CAPBLACK", [caps]),
    }
    found = {
        predicate: ids(api.get(f"/api/{LISTS}", {f"filter[q][sku_code_{predicate}]": value}))
        for predicate, (value, _) in filters.items()
    }

    assert found == {name: [each["id"] for each in lists] for name, (_, lists) in filters.items()}


REGEX = "attributes/sku_code_regex"
BLANK = violation(REGEX, "can't be blank", "blank")
#: What a list cannot be.
REFUSED: dict[str, tuple[Document, list[Document]]] = {
    "no-name": ({"name": None}, [violation("attributes/name", "can't be blank", "blank")]),
    "automatic-by-nothing": ({"manual": False}, [BLANK]),
    "automatic-by-blanks": ({"manual": False, "sku_code_regex": " "}, [BLANK]),
    "neither": ({"manual": None}, [BLANK]),
    "no-regex": (
        {"manual": False, "sku_code_regex": "(CAP"},
        [violation(REGEX, "is invalid", "invalid", value="(CAP")],
    ),
    "no-regex-that-is-not-used": (
        {"sku_code_regex": "(CAP"},
        [violation(REGEX, "is invalid", "invalid", value="(CAP")],
    ),
    "long": (
        {"manual": False, "sku_code_regex": "(" * 5001},
        [violation(REGEX, "is too long (maximum is 5000 characters)", "too_long", count=5000)],
    ),
}


@pytest.mark.parametrize(("attributes", "errors"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(
    api: Api, sandbox: Sandbox, wishes: Document, attributes: Document, errors: list[Document]
) -> None:
    """On create and on update."""
    before = digest(sandbox)
    body = document(LISTS, wishes["id"], **attributes)

    assert got(api.patch(path_of(wishes), body)) == refused_with(errors)
    assert got(
        api.post(f"/api/{LISTS}", document(LISTS, **{"name": "Caps", **attributes}))
    ) == refused_with(errors)
    assert digest(sandbox) == before


def test_the_length_is_the_organizations(api: Api, sandbox: Sandbox) -> None:
    """``api_max_regex_length``; an older, longer one may stay."""
    list_ = automatic(api, "^CAP")
    organization = sandbox.organization_record()
    sandbox.partition.put("organizations", {**organization, "api_max_regex_length": 3})
    body = document(LISTS, list_["id"], sku_code_regex="^CAT")

    title = "is too long (maximum is 3 characters)"
    assert got(api.patch(path_of(list_), body)) == refused_with(
        [violation(REGEX, title, "too_long", count=3)]
    )
    assert api.update(list_, sku_code_regex="^CAP", name="n")["attributes"]["name"] == "n"


# --- which SKUs are on a list ---------------------------------------------------------------------


def test_by_hand(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """In the order of their positions, wherever the list is looked at."""
    positions = {"SCARF": 3, "CAPBLACK": 1, "HAT-1": 2}
    for code, position in positions.items():
        put(api, wishes, skus[code], position=position)
    wanted = ["CAPBLACK", "HAT-1", "SCARF"]
    linkage = [to(skus[code]) for code in wanted]
    page = api.get(f"{path_of(wishes)}/skus", {"page[size]": "2", "page[number]": "2"})
    whole = api.get(path_of(wishes), {"include": "skus"}).json

    assert members(api, wishes) == wanted
    assert values(page, "code") == ["SCARF"]
    assert page.json["meta"] == {"record_count": 3, "page_count": 2}
    assert members(api, wishes, sort="-code") == ["SCARF", "HAT-1", "CAPBLACK"]
    assert members(api, wishes, **{"filter[q][code_start]": "CAP"}) == ["CAPBLACK"]
    assert api.get(f"{path_of(wishes)}/relationships/skus").json["data"] == linkage
    assert whole["data"]["relationships"]["skus"]["data"] == linkage
    assert [to(each) for each in whole["included"]] == linkage


#: A regular expression, and the codes it chooses.
CHOSEN = {
    "^CAP": ["CAPBLACK", "CAPWHITE"],
    "A": ["CAPBLACK", "CAPWHITE", "HAT-1", "SCARF"],
    "^(CAPBLACK|SCARF)$": ["CAPBLACK", "SCARF"],
    r"\d$": ["HAT-1"],
    "cap": [],
    "^(?!CAP)": ["HAT-1", "SCARF"],
    "(A+)+$": [],
}


@pytest.mark.parametrize(("regex", "codes"), CHOSEN.items())
@pytest.mark.usefixtures("skus")
def test_automatic(api: Api, regex: str, codes: list[str]) -> None:
    """Whose codes match, by code."""
    assert members(api, automatic(api, regex)) == codes


@pytest.mark.usefixtures("skus")
def test_automatic_by_and_by(api: Api) -> None:
    """It is looked at anew each time."""
    list_ = automatic(api, "^CAP")
    red = sku(api, "CAPRED", name="Cap")
    more = members(api, list_)
    api.update(red, code="REDCAP")

    assert more == ["CAPBLACK", "CAPRED", "CAPWHITE"]
    assert members(api, list_) == ["CAPBLACK", "CAPWHITE"]


def test_from_one_kind_to_the_other(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """The members made by hand wait."""
    put(api, wishes, skus["SCARF"])
    api.update(wishes, manual=False, sku_code_regex="^CAP")
    as_automatic = members(api, wishes)
    api.update(wishes, manual=True)

    assert as_automatic == ["CAPBLACK", "CAPWHITE"]
    assert members(api, wishes) == ["SCARF"]


@pytest.mark.parametrize("regex", [None, "", "(broken"])
@pytest.mark.usefixtures("skus")
def test_a_regex_from_elsewhere(api: Api, sandbox: Sandbox, wishes: Document, regex: Any) -> None:
    """A record that was not made by the rules chooses nothing."""
    alter(sandbox, wishes, manual=False, sku_code_regex=regex)

    assert members(api, wishes) == []


# --- members --------------------------------------------------------------------------------------


def test_a_member(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """One piece, behind the others."""
    made = [put(api, wishes, skus[code]) for code in CODES[:2]]
    made.append(put(api, wishes, skus["SCARF"], position=9, quantity=3))
    made.append(put(api, wishes, skus["HAT-1"]))
    other = put(api, api.create(LISTS, name="Others"), skus["SCARF"])

    shown = [[*each["attributes"].values()][:3] for each in (*made, other)]
    assert list(made[0]["attributes"])[:3] == ["position", "sku_code", "quantity"]
    assert shown == [
        [1, "CAPBLACK", 1],
        [2, "CAPWHITE", 1],
        [9, "SCARF", 3],
        [10, "HAT-1", 1],
        [1, "SCARF", 1],
    ]


def test_by_code(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """On create and on update; the code shown is the SKU's of now."""
    made = api.create(ITEMS, links={"sku_list": to(wishes)}, sku_code="SCARF")
    first = members(api, wishes)
    api.update(made, sku_code="HAT-1", position=5)
    api.update(skus["HAT-1"], code="HAT-2")

    assert first == ["SCARF"]
    assert members(api, wishes) == ["HAT-2"]
    assert api.get(path_of(made)).json["data"]["attributes"]["sku_code"] == "HAT-2"
    assert ids(api.get(f"/api/{ITEMS}", {"filter[q][sku_code_eq]": "HAT-2"})) == [made["id"]]


NO_SKU = violation("relationships/sku", "can't be blank", "blank")
NO_LIST = violation("relationships/sku_list", "can't be blank", "blank")
TOO_FEW = violation(
    "attributes/quantity",
    "must be greater than or equal to 1",
    "greater_than_or_equal_to",
    value=0,
    count=1,
)
#: Whether it is put on the list, what is sent, and what is wrong with it.
NO_MEMBERS: dict[str, tuple[bool, Document, list[Document]]] = {
    "unknown": (True, {"sku_code": "GLOVE"}, [NO_SKU]),
    "nothing": (True, {}, [NO_SKU]),
    "nowhere": (False, {"sku_code": "SCARF"}, [NO_LIST]),
    "none": (True, {"sku_code": "SCARF", "quantity": 0}, [TOO_FEW]),
}


@pytest.mark.parametrize(("on_list", "attributes", "errors"), NO_MEMBERS.values(), ids=NO_MEMBERS)
def test_no_members(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    skus: dict[str, Document],
    wishes: Document,
    *,
    on_list: bool,
    attributes: Document,
    errors: list[Document],
) -> None:
    """A SKU that is there, on a list that is there."""
    put(api, wishes, skus["CAPBLACK"])
    links = {"sku_list": to(wishes)} if on_list else {}
    before = digest(sandbox)

    assert got(
        api.post(f"/api/{ITEMS}", document(ITEMS, links=links, **attributes))
    ) == refused_with(errors)
    assert digest(sandbox) == before


def test_no_such_update(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """A member does not become one that is not there."""
    scarf = put(api, wishes, skus["SCARF"])
    answer = api.patch(path_of(scarf), document(ITEMS, scarf["id"], sku_code="GLOVE"))

    assert got(answer) == refused_with([NO_SKU])
    assert members(api, wishes) == ["SCARF"]


def test_the_same_twice(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """A list may hold a SKU twice, and shows it once (catalogue.md §5)."""
    for code in ("SCARF", "CAPBLACK", "SCARF"):
        put(api, wishes, skus[code])

    assert members(api, wishes) == ["SCARF", "CAPBLACK"]
    assert len(ids(api.get(f"{path_of(wishes)}/{ITEMS}"))) == 3


def test_places(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """Who comes in between moves the others on; who moves, those that are passed."""
    made = [put(api, wishes, skus[code]) for code in ("CAPBLACK", "SCARF", "HAT-1")]
    first = put(api, wishes, skus["CAPWHITE"], position=1)
    inserted = members(api, wishes)
    api.update(first, position=3)
    down = members(api, wishes)
    api.update(made[2], position=1)

    assert inserted == ["CAPWHITE", "CAPBLACK", "SCARF", "HAT-1"]
    assert down == ["CAPBLACK", "SCARF", "CAPWHITE", "HAT-1"]
    assert members(api, wishes) == ["HAT-1", "CAPBLACK", "SCARF", "CAPWHITE"]
    assert sorted(values(api.get(f"{path_of(wishes)}/{ITEMS}"), "position")) == [1, 2, 3, 4]


def test_a_place_that_is_free_again(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """Those behind move up, as in ``acts_as_list``."""
    made = [put(api, wishes, skus[code]) for code in ("CAPBLACK", "SCARF", "HAT-1", "CAPWHITE")]
    assert api.delete(path_of(made[1])).status_code == 204
    assert api.delete(path_of(skus["CAPBLACK"])).status_code == 204
    last = put(api, wishes, skus["SCARF"])

    assert members(api, wishes) == ["HAT-1", "CAPWHITE", "SCARF"]
    assert values(api.get(f"{path_of(wishes)}/{ITEMS}", {"sort": "position"}), "position") == [
        1,
        2,
        3,
    ]
    assert last["attributes"]["position"] == 3
    assert api.delete(path_of(wishes)).status_code == 204


def test_items_of_an_automatic_list(api: Api, skus: dict[str, Document]) -> None:
    """It has none that are put there by hand."""
    links = {"sku_list": to(automatic(api, "^CAP")), "sku": to(skus["SCARF"])}

    assert got(api.post(f"/api/{ITEMS}", document(ITEMS, links=links))) == refused_with(
        [violation("relationships/sku_list", "is invalid", "invalid")]
    )


@pytest.mark.parametrize("gone", ["member", "list", "sku"])
def test_deleting(api: Api, skus: dict[str, Document], wishes: Document, gone: str) -> None:
    """A member goes alone, with its list, or with its SKU."""
    made, other = (put(api, wishes, skus[code]) for code in ("SCARF", "HAT-1"))
    whole = {"member": made, "list": wishes, "sku": skus["SCARF"]}[gone]

    assert api.delete(path_of(whole)).status_code == 204
    assert api.get(path_of(made)).status_code == 404
    assert api.get(path_of(other)).status_code == (404 if gone == "list" else 200)
    assert api.get(path_of(skus["SCARF"])).status_code == (404 if gone == "sku" else 200)
    if gone != "list":
        assert members(api, wishes) == ["HAT-1"]


def test_a_list_that_backs_a_bundle(
    api: Api, sandbox: Sandbox, skus: dict[str, Document], wishes: Document
) -> None:
    """Its members stay, those of other lists do not."""
    made = put(api, wishes, skus["SCARF"])
    other = put(api, api.create(LISTS, name="Others"), skus["SCARF"])
    sandbox.insert("bundles", {"sku_list": wishes["id"]})
    number = stored(sandbox, made)["serial"]
    refusal = refused("LOCKED", f"Failed to destroy SkuListItem with id={number}")
    before = digest(sandbox)

    whole = stored(sandbox, wishes)["serial"]
    assert got(api.delete(path_of(made))) == refusal
    assert got(api.delete(path_of(wishes))) == refused(
        "LOCKED", f"Failed to destroy SkuList with id={whole}"
    )
    assert digest(sandbox) == before
    assert api.delete(path_of(other)).status_code == 204


def test_relationships(api: Api, skus: dict[str, Document], wishes: Document) -> None:
    """List and SKU lead to their members, and back."""
    made = put(api, wishes, skus["SCARF"])
    paths = "sku_list.sku_list_items,sku.sku_list_items"
    document_ = api.get(path_of(made), {"include": paths}).json

    assert sorted(each["type"] for each in document_["included"]) == ["sku_lists", "skus"]
    for whose in (wishes, skus["SCARF"]):
        assert ids(api.get(f"{path_of(whose)}/{ITEMS}")) == [made["id"]]
        assert api.get(f"{path_of(whose)}/relationships/{ITEMS}").json["data"] == [to(made)]
    found = api.get(f"/api/{LISTS}", {"filter[q][sku_list_items_position_eq]": "1"})
    assert ids(found) == [wishes["id"]]
    assert ids(api.get(f"/api/{ITEMS}", {"sort": "-sku.code,sku_list.name"})) == [made["id"]]


# --- whose list it is -----------------------------------------------------------------------------


def test_a_customers_own(api: Api, wishes: Document) -> None:
    """Linked on create or later, found from the customer, kept when the customer goes."""
    customer = api.create("customers", email=JOHN)
    own = api.create(LISTS, name="Own", links={"customer": to(customer)})
    api.update(wishes, links={"customer": to(customer)})
    path = f"{path_of(customer)}/{LISTS}"
    listed = ids(api.get(path))
    api.update(wishes, links={"customer": None})

    assert listed == [wishes["id"], own["id"]]
    assert ids(api.get(path)) == [own["id"]]
    assert api.get(f"{path_of(own)}/customer").json["data"]["id"] == customer["id"]
    api.delete(path_of(customer))
    assert api.get(f"{path_of(own)}/customer").json["data"] is None


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_sales_channels(
    token_bearers: TokenBearers, api: Api, skus: dict[str, Document], kind: str
) -> None:
    """They handle single lists and members, and see the SKUs on them."""
    api.create("customers", email=JOHN, password=PASSWORD)
    channel = token_bearers.guest() if kind == "guest" else token_bearers.customer(JOHN)
    list_ = channel.create(LISTS, name="Wishes")
    made = put(channel, list_, skus["SCARF"])
    channel.update(made, quantity=2)

    assert members(channel, list_) == ["SCARF"]
    for path in (f"/api/{LISTS}", f"/api/{ITEMS}"):
        assert got(channel.get(path)) == refused("UNAUTHORIZED")
    assert ids(channel.get(f"{path_of(list_)}/{ITEMS}")) == [made["id"]]
    assert channel.delete(path_of(made)).status_code == 204
    assert channel.delete(path_of(list_)).status_code == 204
