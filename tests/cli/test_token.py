"""Tokens and credentials of a running server, as its users ask for them."""

from __future__ import annotations

import json
import subprocess

import pytest

from mockserver.seeding.credentials import PASSWORD
from tests.cli.processes import CUSTOMER, ROOT, Run, Served, claims


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize("kind", ["integration", "sales_channel", "webapp"])
def test_token_of_each_kind_and_mode(ask: Run, server: Served, kind: str, mode: str) -> None:
    """What is printed is the token alone, of the issuer that goes with the port."""
    done = ask("token", "--kind", kind, "--mode", mode)

    assert (done.returncode, done.stderr) == (0, "")
    found = claims(done.stdout.removesuffix("\n"))
    assert (kind, mode == "test") == (found["application"]["kind"], found["test"])
    assert found["iss"] == f"https://auth.{server.ready['domain']}"


def test_a_token_opens_the_api(ask: Run, server: Served) -> None:
    """Without options it is an integration's, which may do everything."""
    status, document = server.ask("GET", "/api/customers", ask("token").stdout.strip())

    assert (status, document["meta"]["record_count"]) == (200, 10)


def test_a_token_by_the_name_of_the_credentials(ask: Run, server: Served) -> None:
    """A kind may have several."""
    reader = ask("token", "--name", "Read-only integration").stdout.strip()

    assert server.ask("GET", "/api/customers", reader)[0] == 200
    assert server.ask("POST", "/api/customers", reader, CUSTOMER)[0] == 401


def test_a_token_of_a_sales_channel_with_a_secret(ask: Run) -> None:
    """It is confidential, unlike that of the one that comes first."""
    options = ("token", "--kind", "sales_channel")
    tokens = (ask(*options), ask(*options, "--name", "Confidential sales channel"))

    said = [claims(done.stdout.strip())["application"]["confidential"] for done in tokens]
    assert [False, True] == said


def test_a_token_of_a_customer(ask: Run, server: Served) -> None:
    """A seeded customer logs in with the documented password, which need not be said."""
    query = "/api/customers?filter[q][password_present]=true&page[size]=1"
    token = ask("token").stdout.strip()
    customer = server.ask("GET", query, token)[1]["data"][0]

    done = ask("token", "--customer", customer["attributes"]["email"])

    assert PASSWORD in (ROOT / "docs" / "command-line.md").read_text()
    assert claims(done.stdout.strip())["owner"] == {"id": customer["id"], "type": "Customer"}


USERS = ["admin@example.com", "viewer@example.com"]


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize(
    ("arguments", "email"),
    [
        (["--user"], USERS[0]),
        (["--user", ""], USERS[0]),
        (["--user="], USERS[0]),
        (["--user", USERS[0]], USERS[0]),
        (["--user", USERS[1]], USERS[1]),
        (["--user", USERS[1], "--kind", "webapp"], USERS[1]),
    ],
)
def test_a_token_of_a_user(
    ask: Run, server: Served, arguments: list[str], email: str, mode: str
) -> None:
    """Of a web app, in the name of the user with the email; without, of the first."""
    token = ask("token", *arguments, "--mode", mode).stdout.strip()

    said = claims(token)
    assert ("webapp", "User", mode == "test") == (
        said["application"]["kind"],
        said["owner"]["type"],
        said["test"],
    )
    status, information = server.ask("GET", "/oauth/tokeninfo", token)
    assert (200, email) == (status, information["owner"]["email"])


def test_a_users_token_requests_an_anonymization(ask: Run, server: Served) -> None:
    """Which no other token does; the journal then names the command."""
    first = server.ask("GET", "/api/customers?page[size]=1", ask("token").stdout.strip())[1]
    id_ = first["data"][0]["id"]
    attributes = {"_request_anonymization": True}
    body = {"data": {"type": "customers", "id": id_, "attributes": attributes}}
    path = f"/api/customers/{id_}"
    refused, _ = server.ask("PATCH", path, ask("token").stdout.strip(), body)
    done, document = server.ask("PATCH", path, ask("token", "--user").stdout.strip(), body)

    assert (401, 200) == (refused, done)
    assert "requested" == document["data"]["attributes"]["anonymization_status"]
    found = json.loads(ask("journal", "list", "status=401", "advice=true").stdout)["exchanges"]
    assert "`mockserver token --user`" in found[-1]["advice"][0]["detail"]


@pytest.mark.parametrize("mode", ["test", "live"])
def test_a_user_that_does_not_exist(ask: Run, mode: str) -> None:
    """Those that do are named, by what the server says now."""
    done = ask("token", "--user", "nobody@example.com", "--mode", mode)

    assert (done.returncode, done.stdout) == (1, "")
    named = f"acme has no user 'nobody@example.com' in {mode} mode; there are: {', '.join(USERS)}"
    assert done.stderr == f"mockserver: {named}\n"


def test_users_are_told_with_the_credentials(ask: Run, server: Served) -> None:
    """In the ready file, in the table, and the command on the screen."""
    said = server.ready["organizations"][0]["users"]
    assert [(email, mode) for mode in ("test", "live") for email in USERS] == [
        (user["email"], user["mode"]) for user in said
    ]
    table = ask("credentials").stdout
    assert "mockserver token --user" in table
    assert [f"{u['email']} {u['mode']} {u['role']}" for u in said] == [
        " ".join(line.split()) for line in table.splitlines() if "@" in line
    ]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("--customer nobody@example.com --password wrong", "invalid_grant: "),
        ("--customer nobody@example.com --kind integration", "unauthorized_client: "),
        ("--kind sales_channel --scope market:code:nowhere", "invalid_scope: "),
        ("--kind webapp --scope market:code:nowhere", "invalid_scope: "),
    ],
)
def test_a_refusal_is_one_line_and_status_1(ask: Run, arguments: str, named: str) -> None:
    """It is what the server says."""
    done = ask("token", *arguments.split())

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"mockserver: {named}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("--name nobody", "there are: 'Integration', 'Read-only integration'"),
        ("--user --kind integration", "not to credentials of kind integration"),
        ("--user --customer a@b.test", "give --customer or --user"),
        ("--organization nowhere", "there is no organization 'nowhere'; there are: acme"),
    ],
)
def test_credentials_that_do_not_exist(ask: Run, arguments: str, named: str) -> None:
    """Those that do are named."""
    done = ask("token", *arguments.split())

    assert done.returncode == 2
    assert named in done.stderr


def test_credentials_as_json_are_the_ready_file(ask: Run, server: Served) -> None:
    assert json.loads(ask("credentials", "--format", "json").stdout) == server.ready


def test_credentials_as_a_table(ask: Run, server: Served) -> None:
    """A client id, and beside it all that is to be sent with it."""
    heading, *lines = ask("credentials").stdout.splitlines()

    said = server.ready["organizations"][0]["credentials"]
    members = [[c["client_id"], c["client_secret"], c["scope"]] for c in said]
    place, lines = heading.index("Client id"), lines[: len(said)]
    assert [[m for m in each if m] for each in members] == [line[place:].split() for line in lines]


def test_credentials_as_variables(ask: Run, server: Served) -> None:
    """A shell takes them as they are."""
    assignments = ask("credentials", "--format", "env").stdout
    channel = "CL_LIVE_CONFIDENTIAL_SALES_CHANNEL_CLIENT_SECRET"
    names = ("CL_DOMAIN", "CL_TEST_READ_ONLY_INTEGRATION_CLIENT_SECRET", channel)
    script = f"set -eu\n{assignments}\necho {' '.join(f'${name}' for name in names)}"

    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603, S607

    credentials = server.ready["organizations"][0]["credentials"]
    secrets = [credentials[place]["client_secret"] for place in (1, 9)]
    assert done.stdout.split() == [server.ready["domain"], *secrets]


def test_credentials_for_a_bundler(ask: Run) -> None:
    """Under the names that it hands on to pages, handed on by the shell itself."""
    plain = ask("credentials", "--format", "env").stdout.splitlines()
    said = ask("credentials", "--format", "env", "--prefix", "VITE_", "--export").stdout
    script = f"{said}\nexec sh -c 'printf %s \"$VITE_CL_TEST_SALES_CHANNEL_SCOPE\"'"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603, S607

    assert said.splitlines() == [f"export VITE_{line}" for line in plain]
    assert done.stdout == "market:code:europe"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "env", "--prefix", "VITE-"], "'VITE-' cannot begin the name of a variable"),
        (["--format", "env", "--prefix", "X Y"], "'X Y' cannot begin the name of a variable"),
        (["--prefix", "VITE_"], "--prefix and --export are of --format env"),
        (["--format", "json", "--export"], "--prefix and --export are of --format env"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_makes_no_variables(ask: Run, arguments: list[str], says: str) -> None:
    done = ask("credentials", *arguments)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr


def test_hosts(ask: Run, run: Run) -> None:
    """It can be asked before the first start too."""
    assert ask("hosts").stdout == "127.0.0.1 acme.cl.localhost auth.cl.localhost\n"
    assert run("hosts", "--domain", "a.test").stdout == "127.0.0.1 acme.a.test auth.a.test\n"
