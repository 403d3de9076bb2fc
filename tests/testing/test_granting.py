"""Tokens of every kind a test can ask for, in whose name, and by which grant."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from mockserver.access import Mode
from mockserver.oauth.errors import OAuthError
from mockserver.testing.running import RunningServer
from mockserver.testing.sharing import Desk, SharedServer
from mockserver.testing.world import World

CONFIDENTIAL = "Confidential sales channel"


def claims(token: str) -> dict[str, Any]:
    """Return what an access token says."""
    said: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return said


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, ("integration", None, True)),
        ({"name": "Read-only integration"}, ("integration", None, True)),
        ({"kind": "sales_channel"}, ("sales_channel", None, False)),
        ({"kind": "sales_channel", "name": CONFIDENTIAL}, ("sales_channel", None, True)),
        ({"customer": "jane@example.com"}, ("sales_channel", "Customer", False)),
        (
            {"customer": "jane@example.com", "name": CONFIDENTIAL},
            ("sales_channel", "Customer", True),
        ),
        ({"kind": "webapp"}, ("webapp", "User", True)),
        ({"user": ""}, ("webapp", "User", True)),
        ({"user": "viewer@example.com"}, ("webapp", "User", True)),
        ({"customer": "guest@example.com", "password": None}, ("sales_channel", "Customer", True)),
        ({"user": "viewer@example.com", "password": None}, ("webapp", "User", True)),
        ({"kind": "sales_channel", "custom_claim": {"a": 1}}, ("sales_channel", None, True)),
    ],
    ids=str,
)
def test_a_token_of_every_kind(
    sandbox: World, words: dict[str, Any], said: tuple[str, str | None, bool], mode: Mode
) -> None:
    """And a session of each: the API knows it."""
    records = sandbox.live if mode == "live" else sandbox.test
    records.create("customers", email="jane@example.com", password="secret123")
    records.create("customers", email="guest@example.com")
    found = claims(sandbox.token(mode=mode, **words))
    with sandbox.session(mode=mode, **words) as session:
        told = session.get("/oauth/tokeninfo").json()

    assert said == (
        found["application"]["kind"],
        found.get("owner", {}).get("type"),
        found["application"]["confidential"],
    )
    assert ((mode == "test"), said[0]) == (found["test"], told["application"]["kind"])
    assert words.get("custom_claim") == found.get("custom_claim")


def test_an_assertion_names_whom_it_is_for(sandbox: World) -> None:
    """A guest, who has no password to log in with."""
    guest = sandbox.test.create("customers", email="guest@example.com")
    token = sandbox.token(customer="guest@example.com", password=None, custom_claim={"vip": True})
    said = claims(token)

    assert ({"type": "Customer", "id": guest["id"]}, {"vip": True}) == (
        said["owner"],
        said["custom_claim"],
    )
    with pytest.raises(LookupError, match=r"no customer 'x@example\.com' .*: guest@example.com"):
        sandbox.token(customer="x@example.com", password=None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"customer": "a@example.com", "user": ""}, "a customer's or a user's, not both"),
        ({"kind": "integration", "user": ""}, "a user agrees to a web app"),
    ],
)
def test_words_that_do_not_go_together(sandbox: World, words: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sandbox.token(**words)


def test_who_does_not_exist_is_told_who_does(sandbox: World) -> None:
    with pytest.raises(OAuthError, match="access_denied") as raised:
        sandbox.token(user="nobody@example.com")

    assert ["admin@example.com", "viewer@example.com"] == [
        user["email"] for user in sandbox.users if user["mode"] == "test"
    ]
    assert [
        "There is no user 'nobody@example.com'; there are: admin@example.com, viewer@example.com."
    ] == raised.value.__notes__


# --- anonymization -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["test", "live"])
def test_a_customer_is_forgotten_at_once(make_sandbox: Any, mode: Mode) -> None:
    """By whom is noted; the clock stays, and so do the jobs of others."""
    world = make_sandbox(mode=mode, frozen="2026-01-15T10:00:00Z")
    jane = world.data.create("customers", email="jane@example.com", reference="A-1")
    other = world.data.create("customers", email="joan@example.com")
    world.anonymize(other["id"], until="requested")
    left = world.anonymize(jane["id"])

    info = left["anonymization_info"]
    assert ("completed", None, jane["id"]) == (
        left["anonymization_status"],
        left["reference"],
        left["id"],
    )
    assert left["email"].endswith("@anonymized.invalid")
    assert ("admin@example.com", "2026-01-15 10:00:00 UTC") == (
        info["requester"]["email"],
        info["completed_at"],
    )
    assert left == world.data.retrieve("customers", jane["id"])
    assert [other["id"]] == [job["resource"] for job in world.jobs()]
    assert "2026-01-15T10:00:00.000Z" == world.clock.now


@pytest.mark.parametrize("until", ["requested", "started", "completed", "failed"])
def test_it_ends_where_a_test_wants(sandbox: World, until: Any) -> None:
    jane = sandbox.test.create("customers", email="jane@example.com")

    assert until == sandbox.anonymize(jane["id"], until=until)["anonymization_status"]


def test_what_is_requested_already_goes_on(sandbox: World) -> None:
    """So that a test can look at it in between; it is requested once."""
    jane = sandbox.test.create("customers", email="jane@example.com")
    reached = [
        sandbox.anonymize(jane.id, until=until)["anonymization_status"]
        for until in ("requested", "started", "completed")
    ]

    assert ["requested", "started", "completed"] == reached


def test_an_anonymization_is_refused_as_over_http(sandbox: World) -> None:
    """To users who may not, twice, and of nobody; what is no end is said."""
    jane = sandbox.test.create("customers", email="jane@example.com")["id"]
    for words, error, said in (
        ({"user": "viewer@example.com"}, Exception, "401 UNAUTHORIZED"),
        ({"user": "nobody@example.com"}, LookupError, "there are: admin@example.com"),
        ({"until": "done"}, ValueError, "requested, started, completed, failed"),
    ):
        with pytest.raises(error, match=said):
            sandbox.anonymize(jane, **words)  # type: ignore[arg-type]
    assert None is sandbox.test.retrieve("customers", jane)["anonymization_status"]
    sandbox.anonymize(jane)
    with pytest.raises(Exception, match="422 VALIDATION_ERROR"):
        sandbox.anonymize(jane)
    with pytest.raises(Exception, match="404 RECORD_NOT_FOUND"):
        sandbox.anonymize("nobody")


def test_a_shared_server_does_the_same(mockserver: RunningServer, make_sandbox: Any) -> None:
    """From another process: tokens by consent and by assertion, and an anonymization."""
    slug = make_sandbox().slug
    desk = Desk(mockserver)  # type: ignore[arg-type]
    shared = SharedServer(desk.address)
    try:
        world = shared.organization(slug)
        jane = world.test.create("customers", email="jane@example.com")["id"]
        kinds = [
            claims(token)["owner"]["type"]
            for token in (
                world.token(user=""),
                world.token(customer="jane@example.com", password=None),
            )
        ]
        status = world.anonymize(jane)["anonymization_status"]
    finally:
        shared.close()
        desk.close()

    assert (["User", "Customer"], "completed") == (kinds, status)


def test_an_assertion_asks_over_http_too(sandbox: World) -> None:
    """With what the module makes, which anybody may send."""
    from mockserver.oauth.requesting import assertion_request  # noqa: PLC0415 - of this test alone

    credential = sandbox.credential("sales_channel", name=CONFIDENTIAL)
    who = {"client_id": credential.client_id, "client_secret": credential.client_secret}
    answer = httpx.post(
        f"{sandbox.url}/oauth/token", json={**who, **assertion_request(None, {"a": "b"})}
    )

    assert {"a": "b"} == claims(answer.json()["access_token"])["custom_claim"]
