"""Why requests are refused: told to the journal, the log, advice and a header, never in a body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import MockServerApp, create_app
from mockserver.oauth.keys import SigningKey
from mockserver.reasons import REASONS
from mockserver.settings import Settings
from mockserver.traffic.advice import HEADER as ADVICE
from mockserver.traffic.summaries import summary
from mockserver.web.headers import REASON
from tests.client import Api, Bearers, Document, document, path_of, to

PASSWORD = "secret123"
NOBODY = "AAAAAAAAAA"
CHANNEL = "test_sales_channel_client_id_".ljust(43, "0")
INTEGRATION = "test_integration_client_id_".ljust(43, "0")
SECRET = "test_integration_client_secret_".ljust(43, "0")


class Scene:
    """A server of the test's own, with what most refusals are about."""

    def __init__(self, app: MockServerApp) -> None:
        """Look at the application."""
        self.app = app
        self.bearers = Bearers(app)
        self.api = self.bearers.integration()
        self.nobody = Api(app)

    def customer(self, email: str = "john@example.com", **attributes: Any) -> Document:
        """Return a new customer."""
        return self.api.create("customers", email=email, **attributes)

    def told(self) -> str | None:
        """Return why the last request was refused."""
        return self.app.journal.find()[-1].reason

    def token(self, **parameters: str) -> None:
        """Ask for a token that there is none of."""
        answer = self.app.test_client().post("/oauth/token", json=parameters)
        assert answer.status_code in (400, 401)


@pytest.fixture
def scene(data_directory: Path) -> Iterator[Scene]:
    """Return a scene, whose server ends with the test."""
    app = create_app(
        Settings(seeded=False, reason=True, advice=True, data_directory=data_directory)
    )
    yield Scene(app)
    app.close()


def _expired(s: Scene) -> None:
    next(iter(s.app.organizations)).clock.freeze(datetime(2040, 1, 1, tzinfo=UTC))
    s.api.get("/api/tags")


def _revoked(s: Scene) -> None:
    sent = {"token": s.api.token, "client_id": INTEGRATION, "client_secret": SECRET}
    assert s.app.test_client().post("/oauth/revoke", json=sent).status_code == 200
    s.api.get("/api/tags")


def _of_another_key(s: Scene) -> None:
    Api(s.app, SigningKey.generate().sign("{}")).get("/api/tags")


def _of_another_organization(s: Scene) -> None:
    s.app.plane.organizations.create({"slug": "shop"})
    s.api.request("GET", "/api/tags", headers={"Host": "shop.cl.localhost"})


def _of_a_gone_organization(s: Scene) -> None:
    s.app.plane.organizations.create({"slug": "shop"})
    s.app.plane.organizations.delete("acme")
    s.api.get("/api/tags")


def _of_a_gone_application(s: Scene) -> None:
    sandbox = next(iter(s.app.organizations)).sandbox("test")
    for application in sandbox.partition.select("applications")[0]:
        sandbox.partition.remove("applications", application["id"])
    s.api.get("/api/tags")


def _of_a_gone_customer(s: Scene) -> None:
    john = s.customer(password=PASSWORD)
    logged = s.bearers.customer("john@example.com", PASSWORD)
    s.api.delete(path_of(john))
    logged.get("/api/customers")


def _of_the_other_mode(s: Scene) -> None:
    live = s.bearers.integration("live").create("customers", email="live@example.com")
    s.api.get(path_of(live))


def _deleted(s: Scene) -> None:
    john = s.customer()
    s.api.delete(path_of(john))
    s.api.get(path_of(john))


def _linkage(s: Scene) -> None:
    links = {"customer_group": {"type": "customer_groups", "id": NOBODY}}
    s.api.post("/api/customers", document("customers", email="a@example.com", links=links))


def _link(s: Scene, name: str, data: object) -> None:
    body = document("customers", email="a@example.com")
    body["data"]["relationships"] = {name: {"data": data}}
    s.api.post("/api/customers", body)


def _deleted_linkage(s: Scene) -> None:
    tag = s.api.create("tags", name="vip")
    s.api.delete(path_of(tag))
    body = document("customers", email="a@example.com", links={"tags": [to(tag)]})
    s.api.post("/api/customers", body)


def _of_another_customer(s: Scene) -> None:
    jane = s.customer("jane@example.com")
    s.customer(password=PASSWORD)
    s.bearers.customer("john@example.com", PASSWORD).get(path_of(jane))


def _password(s: Scene) -> None:
    john = s.customer(password=PASSWORD)
    logged = s.bearers.customer("john@example.com", PASSWORD)
    logged.patch(path_of(john), document("customers", john["id"], password="another123"))


def _anonymization(s: Scene) -> None:
    john = s.customer()
    sent = document("customers", john["id"], _request_anonymization=True)
    s.api.patch(path_of(john), sent)


def _role(s: Scene) -> None:
    reader = s.bearers.integration(name="read_only_integration")
    reader.post("/api/tags", document("tags", name="x"))


def _header(s: Scene, value: str) -> None:
    s.nobody.request("GET", "/api/tags", headers={"Authorization": value})


def _fault(s: Scene, effect: Document) -> None:
    s.app.plane.faults.add({"effect": effect})
    s.api.get("/api/tags")


def _login(s: Scene, email: str, password: str = PASSWORD) -> None:
    grant = {"grant_type": "password", "username": email, "password": password}
    s.token(**grant, client_id=CHANNEL, scope="market:code:europe")


def _with_john(s: Scene, act: Callable[[Scene], None], **attributes: Any) -> None:
    s.customer(**attributes)
    act(s)


_CLIENT = {"grant_type": "client_credentials", "client_id": CHANNEL}
_CODE = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "http://localhost"}
_WEBAPP = {
    "client_id": "test_webapp_client_id_".ljust(43, "0"),
    "client_secret": "test_webapp_client_secret_".ljust(43, "0"),
}

#: What is done last, and the reason it is refused for.
CASES: dict[str, tuple[Callable[[Scene], object], str]] = {
    "no token": (
        lambda s: s.nobody.get("/api/tags"),
        "No token was sent: there is no Authorization header.",
    ),
    "no bearer": (
        lambda s: _header(s, "Basic eA=="),
        "The Authorization header is none of Bearer, a space and the token.",
    ),
    "no JWT": (lambda s: _header(s, "Bearer x"), "The token is no JSON Web Token."),
    "another key": (_of_another_key, "The token is signed by another key: that of another server"),
    "expired": (_expired, r"The token expired at \d{4}-.*Z, and it is 2040-01-01T00:00:00.000Z in"),
    "revoked": (_revoked, "The token was revoked"),
    "another organization": (
        _of_another_organization,
        "The token is of the organization acme, the host of shop.",
    ),
    "organization gone": (
        _of_a_gone_organization,
        "The token is of the organization acme, which is not here.",
    ),
    "application gone": (
        _of_a_gone_application,
        "The token's application is gone from test mode of acme.",
    ),
    "owner gone": (_of_a_gone_customer, "The customer that the token acts for is gone."),
    "type": (
        lambda s: s.bearers.guest().get("/api/webhooks"),
        r"A token of kind sales_channel \(guest\) may not list webhooks.",
    ),
    "role": (_role, r"The role \w+ of this token of kind integration does not let it create tags."),
    "record": (
        _of_another_customer,
        r"A token of kind sales_channel \(customer\) with the scope market:code:europe may not ",
    ),
    "password": (_password, "A sales channel may not change a password"),
    "anonymization": (_anonymization, "Only the token of a user may request"),
    "path": (lambda s: s.api.get("/nowhere"), "The path leads nowhere."),
    "path below": (
        lambda s: s.api.get("/api/tags/x/y/z/a"),
        "The path leads nowhere.",
    ),
    "unknown type": (lambda s: s.api.get("/api/custmers"), "There is no type custmers."),
    "relationship": (
        lambda s: s.api.get("/api/customers/x/ordres"),
        "customers have no relationship ordres.",
    ),
    "record missing": (
        lambda s: s.api.get(f"/api/customers/{NOBODY}"),
        f"There is no record {NOBODY} of customers in test mode.",
    ),
    "record deleted": (_deleted, r"The record \w{10} of customers was deleted."),
    "other mode": (
        _of_the_other_mode,
        r"The record \w{10} of customers exists in live mode, and the token is of test mode.",
    ),
    "linkage": (
        _linkage,
        f"The relationship customer_group: There is no record {NOBODY} of customer_groups in test",
    ),
    "deleted linkage": (_deleted_linkage, r"The relationship tags: The record \w+ of tags was"),
    "no id": (
        lambda s: s.api.patch(path_of(s.customer()), document("customers", email="a@example.com")),
        "An update names the record in its body too: data.id is missing.",
    ),
    "no linkage to one": (
        lambda s: _link(s, "customer_group", {"id": NOBODY}),
        r'The relationship customer_group has to be {"data": {"type": "customer_groups", "id"',
    ),
    "no linkage to many": (
        lambda s: _link(s, "tags", {"type": "tags", "id": NOBODY}),
        r'The relationship tags has to be {"data": \[{"type": "tags", "id": "..."}\]}.',
    ),
    "attribute": (
        lambda s: s.api.post("/api/customers", document("customers")),
        "The attribute email can't be blank",
    ),
    "required relationship": (
        lambda s: s.api.post("/api/customer_addresses", document("customer_addresses")),
        "The relationship customer can't be blank; The relationship address can't be blank",
    ),
    "no client": (lambda s: s.token(grant_type="client_credentials"), "No client_id was sent."),
    "unknown client": (
        lambda s: s.token(grant_type="client_credentials", client_id="nope"),
        "There is no client nope.",
    ),
    "no secret": (
        lambda s: s.token(grant_type="client_credentials", client_id=INTEGRATION),
        "The client has to send its client_secret here.",
    ),
    "wrong secret": (
        lambda s: s.token(
            grant_type="client_credentials", client_id=INTEGRATION, client_secret="geheim"
        ),
        "The client_secret is not that of the client.",
    ),
    "grant": (
        lambda s: s.token(**_CODE, client_id=INTEGRATION, client_secret=SECRET),
        "A client of kind integration may not use the grant authorization_code.",
    ),
    "code": (lambda s: s.token(**_CODE, **_WEBAPP), "The code is used or expired"),
    "refresh token": (
        lambda s: s.token(grant_type="refresh_token", refresh_token="x", **_WEBAPP),
        "The refresh token is used or expired",
    ),
    "no scope": (lambda s: s.token(**_CLIENT), "A client of kind sales_channel has to ask for a"),
    "unknown scope": (
        lambda s: s.token(**_CLIENT, scope="market:code:mars"),
        "The scope market:code:mars leads to nothing in test mode.",
    ),
    "nobody's email": (
        lambda s: _login(s, "nobody@example.com"),
        "No customer of test mode has this email.",
    ),
    "a guest's email": (
        lambda s: _with_john(s, lambda s: _login(s, "john@example.com")),
        "The customer is a guest, who has no password.",
    ),
    "wrong password": (
        lambda s: _with_john(
            s, lambda s: _login(s, "john@example.com", "geheim"), password=PASSWORD
        ),
        "The password is not that of the customer.",
    ),
    "fault": (
        lambda s: _fault(s, {"error": "INVALID_TOKEN"}),
        'The fault fault-1 struck, {"error":"INVALID_TOKEN"}: mockserver faults remove fault-1',
    ),
    "fault like a rule": (
        lambda s: _fault(s, {"error": "VALIDATION_ERROR", "values": {"name": "email"}}),
        "The fault fault-1 struck, {",
    ),
    "fault by header": (
        lambda s: s.api.request("GET", "/api/tags", headers={"X-Mock-Fault": "503"}),
        "The request's own header X-Mock-Fault struck.",
    ),
}


@pytest.mark.parametrize(("act", "expected"), CASES.values(), ids=CASES)
def test_reason(scene: Scene, act: Callable[[Scene], object], expected: str) -> None:
    """In one sentence: by the journal, and by the log, without a secret."""
    act(scene)
    exchange = scene.app.journal.find()[-1]
    printed = exchange.serialized()["reason"]

    assert re.match(expected, exchange.reason or ""), exchange.reason
    assert (printed, summary(exchange)["reason"]) == (exchange.reason, exchange.reason)
    assert dict(exchange.headers)[REASON] == printed
    assert "geheim" not in printed
    if exchange.status in (400, 401, 404, 422):
        assert {"code": "reason", "detail": printed} in exchange.serialized()["advice"]
        assert f"reason: {printed}" in dict(exchange.headers)[ADVICE]


def test_bodies_stay_as_they_are(scene: Scene) -> None:
    """Nothing of an answer but the header differs, which is there only if asked for."""
    answers = []
    for wanted in (True, False):
        scene.app.plane.settings.change({"reason": wanted, "advice": False})
        answers.append(scene.nobody.get("/api/tags"))
    with_reason, without = answers

    assert with_reason.data == without.data
    assert (REASON in with_reason.headers, REASON in without.headers) == (True, False)
    assert {*with_reason.headers.keys()} - {*without.headers.keys()} == {REASON}


def test_without_a_journal(data_directory: Path) -> None:
    """The header is there all the same; what is answered well has none."""
    told = Settings(seeded=False, reason=True, journal_size=0, data_directory=data_directory)
    app = create_app(told)
    refused, answered = Api(app).get("/api/tags"), Bearers(app).integration().get("/api/tags")
    app.close()

    assert refused.headers[REASON] == REASONS["token_missing"]
    assert REASON not in answered.headers


def test_a_reason_fits_into_a_header(scene: Scene) -> None:
    """Whatever a request has in it."""
    answer = scene.api.get("/api/tags/%0d%0aX-Evil:%201%E2%82%AC" + "x" * 4000)

    assert answer.status_code == 404
    assert answer.headers[REASON].startswith("There is no record ??X-Evil: 1?xxx")
    assert len(answer.headers[REASON]) == 2000
    assert "X-Evil" not in answer.headers
