"""One organization from a test: who asks it, what it holds, what leads others to it."""

from __future__ import annotations

import asyncio
import builtins
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import requests

from mockserver import MockServer, Refusal
from mockserver.access import Mode
from mockserver.oauth.errors import OAuthError
from mockserver.testing.world import World

Make = Callable[..., World]


def claims(token: str) -> dict[str, Any]:
    """Return what an access token says."""
    said: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return said


def emails(world: World) -> list[str]:
    """Return the emails of its customers."""
    return [customer["email"] for customer in world.data.list("customers")]


# --- what is done later --------------------------------------------------------------------------

LATER = 4102444800


def waiting(world: World, mode: Mode = "test") -> str:
    """Store a customer who has asked to be forgotten, and the job that starts it; return the id."""
    (customer,) = world.records(
        {
            "type": "customers",
            "attributes": {
                "email": "jane@example.com",
                "anonymization_status": "requested",
                "anonymization_info": {"status": "requested"},
            },
        },
        mode=mode,
    )
    job = {"job": "anonymization_start", "resource_type": "customers", "due_at": LATER}
    world.records(
        {"type": "jobs", "attributes": {**job, "resource": customer["id"]}},
        mode=mode,
    )
    id_: str = customer["id"]
    return id_


def test_jobs_are_done_when_a_test_says_so(make_sandbox: Make) -> None:
    """Its own ones: those that wait in another organization go on waiting."""
    world, other = make_sandbox(), make_sandbox("other")
    id_, _ = waiting(world), waiting(other)
    (job,) = world.jobs(type="customers", mode="test")
    done = world.run_jobs(resource=id_)

    assert (id_, "2100-01-01T00:00:00.000Z") == (job["resource"], job["due_at"])
    assert [("anonymization_start", "done"), ("anonymization_complete", "done")] == [
        (each["job"], each["outcome"]) for each in done
    ]
    assert "completed" == world.test.retrieve("customers", id_)["anonymization_status"]
    assert ([], 1) == (world.jobs(), len(other.jobs()))


def test_one_job_is_done_or_fails(sandbox: World) -> None:
    """What follows from the one that was done waits; one of another organization is not found."""
    test, live = waiting(sandbox), waiting(sandbox, "live")
    (first,), (second,) = sandbox.jobs(mode="test"), sandbox.jobs(mode="live")
    done, failed = sandbox.run_job(first["id"]), sandbox.fail_job(second["id"], mode="live")

    assert ("done", "failed") == (done["outcome"], failed["outcome"])
    assert ("started", "failed") == (
        sandbox.test.retrieve("customers", test)["anonymization_status"],
        sandbox.live.retrieve("customers", live)["anonymization_status"],
    )
    assert ["anonymization_complete"] == [job["job"] for job in sandbox.jobs()]
    with pytest.raises(Refusal, match="404"):
        sandbox.run_job(first["id"])


def test_a_server_has_the_jobs_of_all(mockserver: MockServer, make_sandbox: Make) -> None:
    worlds = [make_sandbox(), make_sandbox("other")]
    ids = [waiting(world) for world in worlds]
    slug = worlds[0].slug
    (job,) = mockserver.jobs(organization=slug)
    (other,) = worlds[1].jobs()

    assert set(ids) <= {each["resource"] for each in mockserver.jobs()}
    assert "failed" == mockserver.fail_job(job["id"], organization=slug)["outcome"]
    assert "done" == mockserver.run_job(other["id"])["outcome"]
    assert ["done"] == [job["outcome"] for job in mockserver.run_jobs(resource=ids[1])]
    assert [] == mockserver.jobs(resource=ids[1])


@pytest.mark.parametrize("search", [{"mode": "prod"}, {"type": "customer"}, {"job": "x"}])
def test_what_is_no_search_for_jobs_is_refused(sandbox: World, search: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="422"):
        sandbox.jobs(**search)


# --- who asks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["test", "live"])
def test_it_has_credentials_of_its_own(make_sandbox: Make, mode: Mode) -> None:
    """Of both modes; the first one that fits is as good as any over HTTP."""
    world, other = make_sandbox(mode=mode), make_sandbox("other")
    credential = world.credential("integration")
    answer = httpx.post(
        f"{world.url}/oauth/token",
        json={
            "grant_type": "client_credentials",
            "client_id": credential.client_id,
            "client_secret": credential.client_secret,
        },
    )

    assert mode == credential.mode
    assert (200, world.slug) == (
        answer.status_code,
        claims(answer.json()["access_token"])["organization"]["slug"],
    )
    ids = {c.client_id for c in (*world.credentials, *other.credentials)}
    assert len(ids) == len(world.credentials) + len(other.credentials)


def test_there_is_no_credential_of_an_unknown_kind(sandbox: World) -> None:
    with pytest.raises(LookupError, match="user in test mode; there are: integration, "):
        sandbox.credential("user")


@pytest.mark.parametrize("kind", ["integration", "sales_channel"])
def test_tokens_are_of_a_kind_and_a_mode(sandbox: World, kind: str) -> None:
    test, live = claims(sandbox.token(kind)), claims(sandbox.token(kind, "live"))

    assert [(kind, True), (kind, False)] == [
        (said["application"]["kind"], said["test"]) for said in (test, live)
    ]


@pytest.mark.parametrize("mode", ["test", "live"])
def test_credentials_may_be_named(sandbox: World, mode: Mode) -> None:
    """Where a kind has several: one sales channel has a secret, and is confidential with it."""
    name = "Confidential sales channel"
    named = sandbox.credential("sales_channel", mode, name=name)
    said = claims(sandbox.token("sales_channel", mode, name=name))["application"]

    assert (name, mode) == (named.name, named.mode)
    assert named.client_secret
    assert (named.client_id, True, True) == (
        said["client_id"],
        said["public"],
        said["confidential"],
    )
    with pytest.raises(LookupError, match=f"Nobody in {mode} mode; there are: Sales channel, Co"):
        sandbox.credential("sales_channel", mode, name="Nobody")


def test_a_token_may_be_a_customers(sandbox: World) -> None:
    made = sandbox.test.create("customers", email="jane@example.com", password="open-sesame")
    token = sandbox.token(customer="jane@example.com", password="open-sesame")

    assert {"type": "Customer", "id": made["id"]} == claims(token)["owner"]
    with pytest.raises(OAuthError, match=r"400 invalid_grant: .* The password is not"):
        sandbox.token(customer="jane@example.com", password="another")
    with pytest.raises(OAuthError, match="No customer of test mode has this email"):
        sandbox.token(customer="john@example.com")
    with pytest.raises(OAuthError, match="invalid_scope"):
        sandbox.token("sales_channel", scope="market:code:nowhere")


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize(
    ("words", "email"),
    [
        ({"user": ""}, "admin@example.com"),
        ({"user": "viewer@example.com"}, "viewer@example.com"),
        ({"kind": "webapp"}, "admin@example.com"),
    ],
)
def test_a_token_may_be_a_users(
    sandbox: World, words: dict[str, str], email: str, mode: Mode
) -> None:
    """Of a web app to which the user agrees; it may request an anonymization."""
    records = sandbox.test if mode == "test" else sandbox.live
    made = records.create("customers", email="jane@example.com")
    attributes = {"_request_anonymization": True}
    body = {"data": {"type": "customers", "id": made["id"], "attributes": attributes}}
    with sandbox.session(mode=mode, **words) as session:
        owner = session.get("/oauth/tokeninfo").json()["owner"]
        status = session.patch(f"/api/customers/{made['id']}", json=body).status_code

    assert email == owner["email"]
    assert (200 if email.startswith("admin") else 401) == status


def test_nobody_agrees_for_a_user_that_does_not_exist(sandbox: World) -> None:
    with pytest.raises(OAuthError, match="access_denied"):
        sandbox.token(user="nobody@example.com")


# --- clients -------------------------------------------------------------------------------------


def test_a_session_is_authorised(make_sandbox: Make) -> None:
    """For reading and writing, over both schemes, in the mode of the sandbox."""
    world = make_sandbox(mode="live")
    body = {"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}}
    with world.session() as session:
        assert 201 == session.post("/api/customers", json=body).status_code
        assert 200 == session.get(f"{world.tls_url}/api/customers").status_code
    with world.session("sales_channel", "test") as session:
        assert 401 == session.get("/api/customers").status_code

    assert (["jane@example.com"], 0) == (emails(world), world.test.count("customers"))


async def _get(world: World) -> int:
    async with world.async_session() as session:
        return (await session.get("/api/customers")).status_code


def test_an_asynchronous_session_lives_in_the_loop_of_the_test(sandbox: World) -> None:
    assert 200 == asyncio.run(_get(sandbox))


def without(*missing: str) -> Callable[..., Any]:
    """Return an import that does not find some libraries."""
    real = builtins.__import__

    def find(name: str, *words: Any, **more: Any) -> Any:
        if name.partition(".")[0] in missing:
            raise ImportError(name)
        return real(name, *words, **more)

    return find


def test_without_httpx_it_is_a_session_of_requests(
    sandbox: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which takes paths too, and whole URLs of other hosts."""
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "__import__", without("httpx"))
        session = sandbox.session()
    body = {"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}}
    with session:
        assert isinstance(session, requests.Session)
        assert 201 == session.post("/api/customers", json=body).status_code
        assert 200 == session.get("/api/customers", params={"page[size]": 1}).status_code
        assert 200 == session.get(f"{sandbox.tls_url}/api/customers").status_code


def test_without_any_library_it_says_what_to_install(
    sandbox: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtins, "__import__", without("httpx", "requests"))
    with pytest.raises(ImportError, match="pip install httpx"):
        sandbox.session()


# --- situations ----------------------------------------------------------------------------------


def test_it_goes_back_to_what_it_was_seeded_with(make_sandbox: Make) -> None:
    world = make_sandbox(customers=3)
    seeded = world.snapshot()
    token = world.token()
    world.data.create("customers", email="jane@example.com")
    world.reset()

    assert seeded == world.snapshot()
    assert token == world.token()


def test_a_snapshot_restores_it_exactly(sandbox: World) -> None:
    made = sandbox.test.create("customers", email="jane@example.com")
    snapshot = sandbox.snapshot()
    sandbox.test.update("customers", made["id"], email="joan@example.com")
    sandbox.test.create("customers", email="john@example.com")
    sandbox.restore(snapshot)

    assert snapshot == sandbox.snapshot()
    assert [made] == sandbox.test.list("customers")
    with pytest.raises(Refusal, match="Not a snapshot"):
        sandbox.restore({})


def test_its_people_come_from_where_it_is_told(make_sandbox: Make) -> None:
    """Those it begins with, and further ones unless they are told to come from elsewhere."""

    def countries() -> set[str]:
        found = sandbox.test.list("addresses", created_at_gt="2024-01-01", sort="-created_at")
        return {address["country_code"] for address in found}

    sandbox = make_sandbox(customers=40, locale=["sv_SE", "da-DK"])
    assert {"SE", "DK"} <= countries()
    before = sandbox.snapshot()
    sandbox.seed(customers=20, locale="it_IT")
    assert "IT" in countries()
    sandbox.reset()

    assert sandbox.snapshot() == before
    with pytest.raises(Refusal, match="the nearest is sv_SE"):
        sandbox.seed(customers=1, locale="sv_ES")


def test_it_can_be_seeded_further(sandbox: World) -> None:
    held = sandbox.seed(customers=4)

    assert 4 == held["test"]["customers"] == len(emails(sandbox))

    sandbox.seed(scenario="gdpr")

    assert "never@example.com" in emails(sandbox)
    with pytest.raises(Refusal, match="there are: "):
        sandbox.seed(scenario="nowhere")
    with pytest.raises(Refusal, match="one of"):
        sandbox.seed()


def test_records_may_be_in_any_state(make_sandbox: Make) -> None:
    """Past what can be created, in the mode of the sandbox or in the other one."""
    world = make_sandbox(mode="live")
    jane = {
        "type": "customers",
        "attributes": {
            "email": "jane@example.com",
            "status": "repeat",
            "created_at": "2019-01-01T00:00:00.000Z",
        },
    }
    (stored,) = world.records(jane)
    world.records(jane, mode="test")
    made = world.live.retrieve(stored["type"], stored["id"])

    assert ("repeat", "2019-01-01T00:00:00.000Z") == (made["status"], made["created_at"])
    assert 1 == world.test.count("customers")
    with pytest.raises(Refusal, match="422"):
        world.records({"type": "customers", "attributes": {"email": 1}})


# --- its end -------------------------------------------------------------------------------------


def test_it_removes_itself(mockserver: MockServer) -> None:
    with mockserver.create_organization("brief") as world:
        session = world.session()
        world.faults.add(effect={"error": "UNAUTHORIZED"})

        assert "brief" in mockserver.organizations
        assert "<World brief in test mode>" == repr(world)
        world.delete()
    with session:
        gone = session.get("/api/customers")

    assert "brief" not in mockserver.organizations
    assert "INVALID_TOKEN" == gone.json()["errors"][0]["code"]


# --- other programs ------------------------------------------------------------------------------

PROGRAM = """
import json, os, ssl, urllib.request
url = os.environ["MOCKSERVER_TLS_URL"]
who = {
    "grant_type": "client_credentials",
    "client_id": os.environ["CL_CLIENT_ID"],
    "client_secret": os.environ["CL_CLIENT_SECRET"],
}
context = ssl.create_default_context()
request = urllib.request.Request(
    f"{url}/oauth/token", json.dumps(who).encode(), {"Content-Type": "application/json"}
)
token = json.load(urllib.request.urlopen(request, context=context))["access_token"]
request = urllib.request.Request(
    f"{url}/api/organization", headers={"Authorization": f"Bearer {token}"}
)
found = json.load(urllib.request.urlopen(request, context=context))["data"]
print(found["attributes"]["slug"], found["meta"]["mode"])
"""


@pytest.mark.parametrize("mode", ["test", "live"])
def test_its_variables_lead_other_programs_to_it(make_sandbox: Make, mode: Mode) -> None:
    """In its mode, over https, trusting its authority."""
    world = make_sandbox(mode=mode)
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **world.environment()},
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"{world.slug} {mode}\n" == done.stdout


def test_the_variables_are_those_of_the_command_line(make_sandbox: Make) -> None:
    """By mode where the name says it; else of the mode of the sandbox."""
    test, live = (make_sandbox(mode, mode=mode).environment() for mode in ("test", "live"))

    assert test.keys() == live.keys() >= {"CL_ORGANIZATION", "CL_DOMAIN", "CL_URL", "CL_CA"}
    assert test["CL_TEST_INTEGRATION_CLIENT_ID"] == test["CL_CLIENT_ID"]
    assert live["CL_LIVE_INTEGRATION_CLIENT_ID"] == live["CL_CLIENT_ID"]
    assert live["CL_TEST_INTEGRATION_CLIENT_ID"] != live["CL_CLIENT_ID"]


def test_the_fixture_sets_them(sandbox: World, sandbox_environment: Mapping[str, str]) -> None:
    assert sandbox.slug == os.environ["CL_ORGANIZATION"]
    assert sandbox_environment.items() <= os.environ.items()
    assert Path(os.environ["SSL_CERT_FILE"]).exists()


def test_without_https_they_say_nothing_of_it(data_directory: Path) -> None:
    with MockServer(tls_port=None, data_directory=data_directory) as server:
        found = server.organization().environment()

    assert "SSL_CERT_FILE" not in found
    assert found["CL_URL"] == found["CL_HTTP_URL"]
