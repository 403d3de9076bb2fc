"""Private markets: a group closes a market to everybody but its members (authentication.md §6)."""

from __future__ import annotations

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import ADMIN, EUROPE, PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused
from tests.scene import digest, market, order, stored

JOHN, JANE = "john@example.com", "jane@example.com"
INVALID_SCOPE = 400, "invalid_scope"
GRANTED = 200, ""


@pytest.fixture
def group(api: Api) -> Document:
    """Return a group that no market has yet."""
    return api.create("customer_groups", name="Gold")


@pytest.fixture
def members(api: Api, group: Document) -> dict[str, Document]:
    """Return a member of the group, and somebody who is none."""
    link = {"customer_group": to(group)}
    return {
        JOHN: api.create("customers", email=JOHN, password=PASSWORD, links=link),
        JANE: api.create("customers", email=JANE, password=PASSWORD),
    }


def close(api: Api, group: Document | None) -> Document:
    """Link the European market with a group, or with none."""
    return api.update(market(api), links={"customer_group": to(group) if group else None})


def outcome(answer: tuple[int, Document]) -> tuple[int, str]:
    """Return the status of a token request and the title of its error."""
    status, body = answer
    return status, body["errors"][0]["title"] if "errors" in body else ""


def guest(token_bearers: TokenBearers, scope: str = EUROPE) -> tuple[int, str]:
    """Ask for a guest's token."""
    return outcome(token_bearers.answer("Sales channel", "client_credentials", scope=scope))


def login(token_bearers: TokenBearers, email: str) -> tuple[int, str]:
    """Ask for a customer's token."""
    return outcome(token_bearers.login(email))


@pytest.mark.usefixtures("members")
def test_who_enters(token_bearers: TokenBearers, api: Api, group: Document) -> None:
    """Members who log in; no guest, and nobody else."""
    close(api, group)

    assert login(token_bearers, JOHN) == GRANTED
    assert [login(token_bearers, JANE), guest(token_bearers)] == [INVALID_SCOPE] * 2
    assert guest(token_bearers, "market:code:usa") == GRANTED


@pytest.mark.usefixtures("members")
def test_by_whatever_name(token_bearers: TokenBearers, api: Api, group: Document) -> None:
    """The id, the number, beside another market, or by a store of it."""
    closed = close(api, group)
    number = closed["attributes"]["number"]
    scopes = [f"market:id:{closed['id']}", f"market:{number}", f"market:code:usa {EUROPE}"]

    assert [guest(token_bearers, scope) for scope in scopes] == [INVALID_SCOPE] * 3


@pytest.mark.usefixtures("members")
def test_every_market_at_once(token_bearers: TokenBearers, api: Api, group: Document) -> None:
    """A scope that names none is not refused: it is that of back-ends, open to all."""
    close(api, group)

    assert guest(token_bearers, "market:all") == GRANTED


def test_back_ends_enter(token_bearers: TokenBearers, api: Api, group: Document) -> None:
    """An integration, and a web app for a user of the organization."""
    close(api, group)
    user = {"type": "User", "id": token_bearers.record("users", "email", ADMIN)["id"]}

    assert token_bearers.integration(scope=EUROPE).get("/api/markets").status_code == 200
    assert token_bearers.on_behalf("Web app", {"owner": user}, scope=EUROPE).token


def test_on_behalf_of_a_customer(
    token_bearers: TokenBearers, api: Api, group: Document, members: dict[str, Document]
) -> None:
    """The back-end enters as the customer would."""
    close(api, group)
    owners = [{"type": "Customer", "id": members[email]["id"]} for email in (JOHN, JANE)]

    assert token_bearers.on_behalf("Integration", {"owner": owners[0]}, scope=EUROPE).token
    with pytest.raises(AssertionError, match="invalid_scope"):
        token_bearers.on_behalf("Integration", {"owner": owners[1]}, scope=EUROPE)


def test_a_market_that_is_closed_later(
    token_bearers: TokenBearers, api: Api, group: Document, members: dict[str, Document]
) -> None:
    """Tokens that were given stay good until they expire; no new one is given, nor renewed."""
    _, session = token_bearers.login(JANE)
    shopper, visitor = Api(token_bearers.app, session["access_token"]), token_bearers.guest()
    close(api, group)

    assert shopper.get(path_of(members[JANE])).status_code == 200
    assert visitor.post("/api/orders", document("orders")).status_code == 201
    assert [login(token_bearers, JANE), guest(token_bearers)] == [INVALID_SCOPE] * 2
    assert outcome(token_bearers.refresh(session)) == INVALID_SCOPE


@pytest.mark.usefixtures("members")
def test_a_refused_renewal_spends_nothing(
    token_bearers: TokenBearers, api: Api, group: Document
) -> None:
    """The refresh token is good again when the market is open again."""
    _, session = token_bearers.login(JANE)
    close(api, group)
    refused_once = outcome(token_bearers.refresh(session))
    close(api, None)

    assert [refused_once, outcome(token_bearers.refresh(session))] == [INVALID_SCOPE, GRANTED]
    assert guest(token_bearers) == GRANTED


def test_joining_and_leaving(
    token_bearers: TokenBearers, api: Api, group: Document, members: dict[str, Document]
) -> None:
    """Membership counts at the moment of the request: of a token, and of its renewal."""
    close(api, group)
    api.update(members[JANE], links={"customer_group": to(group)})
    joined, session = token_bearers.login(JANE)
    api.update(members[JANE], links={"customer_group": None})

    assert joined == 200
    assert Api(token_bearers.app, session["access_token"]).get("/api/customers").status_code == 200
    assert login(token_bearers, JANE) == outcome(token_bearers.refresh(session)) == INVALID_SCOPE


def test_another_group(
    token_bearers: TokenBearers, api: Api, group: Document, members: dict[str, Document]
) -> None:
    """A customer has one, and it must be the one of the market."""
    close(api, group)
    silver = api.create("customer_groups", name="Gold")
    api.update(members[JOHN], links={"customer_group": to(silver)})

    assert login(token_bearers, JOHN) == INVALID_SCOPE


@pytest.mark.parametrize("kind", ["guest", "customer"])
@pytest.mark.usefixtures("members")
def test_nobody_lets_themselves_in(
    token_bearers: TokenBearers,
    sandbox: Sandbox,
    group: Document,
    members: dict[str, Document],
    kind: str,
) -> None:
    """A sales channel cannot set the group, neither signing up nor afterwards (customers.md §5)."""
    channel = token_bearers.guest() if kind == "guest" else token_bearers.customer(JANE)
    link = {"customer_group": to(group)}
    expected = refused("PARAM_NOT_ALLOWED", "customer_group is not allowed.")
    new = document("customers", email="new@example.com", password=PASSWORD, links=link)
    before = digest(sandbox)

    assert got(channel.post("/api/customers", new)) == expected
    change = document("customers", members[JANE]["id"], links=link)
    assert got(channel.patch(path_of(members[JANE]), change)) == expected
    assert digest(sandbox) == before


def test_a_member_shops_there(
    token_bearers: TokenBearers, api: Api, group: Document, members: dict[str, Document]
) -> None:
    """The order is the member's, in the market of the token."""
    closed = close(api, group)
    made = token_bearers.customer(JOHN).create("orders")

    assert ids(api.get(f"{path_of(members[JOHN])}/orders")) == [made["id"]]
    assert api.get(f"{path_of(made)}/market").json["data"]["id"] == closed["id"]


# --- the group goes (neighbours.md §1, §43) -------------------------------------------------------


def test_deleting_a_group_that_a_market_uses(
    api: Api, sandbox: Sandbox, group: Document, members: dict[str, Document]
) -> None:
    """Refused, or the market would be open to everybody; nothing is detached."""
    closed = close(api, group)
    number, before = stored(sandbox, group)["serial"], digest(sandbox)
    answer = got(api.delete(path_of(group)))

    assert answer == refused("LOCKED", f"Failed to destroy CustomerGroup with id={number}")
    assert digest(sandbox) == before
    assert stored(sandbox, members[JOHN])["customer_group"] == group["id"]
    assert market(api)["attributes"]["private"] is closed["attributes"]["private"] is True


@pytest.mark.usefixtures("members")
def test_deleting_a_group_that_no_market_uses_any_more(
    token_bearers: TokenBearers, api: Api, group: Document, members: dict[str, Document]
) -> None:
    """Its customers are detached, keep their orders, and log in where it is open."""
    close(api, group)
    bought = order(api, {"customer": to(members[JOHN])})
    close(api, None)

    assert api.delete(path_of(group)).status_code == 204
    assert api.get(f"{path_of(members[JOHN])}/customer_group").json["data"] is None
    assert ids(api.get(f"{path_of(members[JOHN])}/orders")) == [bought["id"]]
    assert login(token_bearers, JOHN) == GRANTED
