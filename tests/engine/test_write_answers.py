"""The answer to a write shows nothing that its bearer may not read (authentication.md §13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.resources.registry import registry
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.refusals import got, refused_with, violation
from tests.samples import Samples
from tests.scene import digest, stored

JOHN = "john@example.com"
RESETS = "customer_password_resets"
BLANK = refused_with([violation("attributes/_reset_password_token", "can't be blank", "blank")])


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


@pytest.fixture
def admin(token_bearers: TokenBearers) -> Api:
    """Return an integration that may do everything."""
    return token_bearers.integration()


@pytest.fixture
def reset(admin: Api) -> Document:
    """Return the password reset of a registered customer."""
    admin.create("customers", email=JOHN, password=PASSWORD)
    return admin.create(RESETS, customer_email=JOHN)


def role(token_bearers: TokenBearers, permissions: Mapping[str, Any]) -> Api:
    """Return an integration with these permissions."""
    sandbox = token_bearers.sandbox()
    made = sandbox.insert("roles", {"name": "Own", "kind": "custom", "permissions": permissions})
    own = token_bearers.record("applications", "name", "Read-only integration")
    sandbox.partition.put("applications", {**own, "role_id": made["id"]})
    return token_bearers.read_only()


# --- password resets ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["guest", "customer"])
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"reference": "r"},
        {"metadata": {"a": 1}},
        {"customer_password": "newsecret"},
        {"_reset_password_token": None, "customer_password": "newsecret"},
        {"_reset_password_token": ""},
    ],
    ids=lambda sent: "-".join(sent) or "nothing",
)
def test_a_reset_without_its_token(
    token_bearers: TokenBearers, reset: Document, sent: Document, kind: str
) -> None:
    """A sales channel that has not got the token does nothing, and learns nothing."""
    api = token_bearers.guest() if kind == "guest" else token_bearers.customer(JOHN)
    before = digest(token_bearers.sandbox())
    answer = api.patch(path_of(reset), document(RESETS, reset["id"], **sent))

    assert got(answer) == BLANK
    assert digest(token_bearers.sandbox()) == before


def test_a_reset_with_its_token(token_bearers: TokenBearers, admin: Api, reset: Document) -> None:
    """It answers with what it has done, and not with the token; a back end sees all."""
    token = reset["attributes"]["reset_password_token"]
    sent = {"_reset_password_token": token, "customer_password": "newsecret"}
    query = {"include": "customer,events"}
    answer = token_bearers.guest().patch(
        path_of(reset), document(RESETS, reset["id"], **sent), query
    )
    shown = answer.json["data"]

    assert answer.status_code == 200
    assert shown["attributes"]["reset_password_at"] is not None
    assert sorted(shown["attributes"]) == ["reset_password_at", "updated_at"]
    assert shown["relationships"]["customer"]["data"] is None
    assert shown["relationships"]["events"]["data"] == []
    assert "included" not in answer.json
    assert token not in answer.text
    assert JOHN not in answer.text
    assert token_bearers.login(JOHN, "newsecret")[0] == 200
    assert admin.update(reset, reference="r")["attributes"]["reset_password_token"] == token


def test_a_back_end_updates_a_reset_as_ever(admin: Api, reset: Document) -> None:
    """Without token and password it is an ordinary update."""
    assert admin.update(reset, reference="r")["attributes"]["reference"] == "r"


# --- any type -------------------------------------------------------------------------------------

WRITABLE = [
    type_
    for type_, resource in registry().items()
    if {"create", "update"} <= set(resource.actions) and not resource.singleton
]


@pytest.mark.parametrize("type_", WRITABLE)
def test_an_update_by_who_may_not_read(token_bearers: TokenBearers, admin: Api, type_: str) -> None:
    """Nothing of the record is told that was not sent, nor of what it leads to."""
    made = Samples(admin).new(type_)
    names = [n for n, r in registry()[type_].relationships.items() if r.includable]
    api = role(token_bearers, {"*": {"actions": ["read"]}, type_: {"actions": ["update"]}})
    answer = api.patch(path_of(made), document(type_, made["id"]), {"include": ",".join(names)})
    told = api.patch(path_of(made), document(type_, made["id"], reference="told"))

    assert answer.status_code == told.status_code == 200
    assert "attributes" not in answer.json["data"]
    assert "included" not in answer.json
    for name in names:
        many = registry()[type_].relationships[name].many
        assert answer.json["data"]["relationships"][name]["data"] == ([] if many else None)
    assert told.json["data"]["attributes"]["reference"] == "told"
    # An order is reckoned by what is written, and says when.
    moments = {"updated_at", "refreshed_at"}
    assert told.json["data"]["attributes"].keys() <= {"reference", *moments}


@pytest.mark.parametrize("type_", WRITABLE)
def test_a_creation_by_who_may_not_read(
    token_bearers: TokenBearers, admin: Api, type_: str
) -> None:
    """What was made is told, its secrets apart; who may read is told these, too."""
    samples = Samples(admin)
    both = [samples.apart().document(type_) for _ in range(2)]
    resource = registry()[type_]
    api = role(token_bearers, {"*": {"actions": ["read"]}, type_: {"actions": ["create"]}})
    mine, all_ = api.post(f"/api/{type_}", both[0]), admin.post(f"/api/{type_}", both[1])
    secrets = {n for n, a in resource.attributes.items() if a.secret}
    shown = [answer.json["data"]["attributes"].keys() for answer in (mine, all_)]

    assert mine.status_code == all_.status_code == 201, mine.text
    assert shown[1] - shown[0] == secrets
    record = stored(token_bearers.sandbox(), mine.json["data"])
    kept = [record[name] for name in secrets if isinstance(record.get(name), str)]
    assert not [value for value in kept if value and value in mine.text and value not in str(both)]


def test_secrets_say_so() -> None:
    """What lets somebody in, or speak for somebody, is declared as a secret."""
    words = ("secret", "token", "nonce")
    # Whether a token is asked for is none, nor is where one is asked for; public keys are public.
    public = {("axerve_payments", "request_token"), ("external_gateways", "token_url")}
    # Nor is until when one is good.
    public |= {("vertex_accounts", "token_expires_at")}
    speaking = {
        (type_, name)
        for type_, resource in registry().items()
        for name, attribute in resource.attributes.items()
        if attribute.flags.fetchable and any(word in name for word in words)
    }
    secret = {(t, n) for t, r in registry().items() for n, a in r.attributes.items() if a.secret}

    assert speaking - public <= secret
    assert {
        ("customer_password_resets", "reset_password_token"),
        ("webhooks", "shared_secret"),
        ("exports", "attachment_url"),
    } <= secret


def test_signing_up_answers_with_the_customer(token_bearers: TokenBearers) -> None:
    """A guest sees the customer it creates, and never again."""
    sent = document("customers", email="new@example.com", password=PASSWORD)
    answer = token_bearers.guest().post(
        "/api/customers", sent, {"include": "orders,customer_group"}
    )
    shown = answer.json["data"]
    (own,) = token_bearers.integration().get("/api/customers").json["data"]

    assert answer.status_code == 201
    assert shown["attributes"] == own["attributes"]
    assert shown["relationships"]["orders"]["data"] == []
    assert token_bearers.guest().get(path_of(shown)).status_code == 401


def test_a_customer_for_somebody_else(token_bearers: TokenBearers, reset: Document) -> None:
    """A logged customer may create another one, and sees what it has made."""
    assert reset["type"] == RESETS
    sent = document("customers", email="new@example.com")
    answer = token_bearers.customer(JOHN).post("/api/customers", sent)

    assert answer.status_code == 201
    assert answer.json["data"]["attributes"]["email"] == "new@example.com"
    assert to(answer.json["data"])["type"] == "customers"
