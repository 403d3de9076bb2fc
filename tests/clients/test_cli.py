"""The official command line with its plugins, unmodified, over https."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Environment, fail, succeed
from tests.clients.install import HERE, node

PACKAGES = HERE / "node_modules" / "@commercelayer"
PROGRAM = PACKAGES / "cli" / "bin" / "run.js"
PLUGINS = ("resources", "tags", "token", "triggers")
AS_JSON = ("--json", "--unformatted")


class Person:
    """Somebody who uses the command line, with a home of their own."""

    def __init__(self, home: Path, environment: Environment, sandbox: Mapping[str, Any]) -> None:
        """Begin with what is in the home."""
        places = {n: str(home / n) for n in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        own = {"HOME": str(home), "NO_COLOR": "1", "NO_UPDATE_NOTIFIER": "1"}
        self._environment = {**environment, **places, **own}
        self._sandbox = sandbox

    def cl(self, *arguments: str) -> str:
        """Run a command that must succeed and return what it prints."""
        done = succeed((node(), str(PROGRAM), *arguments), self._environment)
        return done.stdout + done.stderr

    def refused(self, *arguments: str) -> str:
        """Run a command that must fail and return what it says."""
        said = fail((node(), str(PROGRAM), *arguments), self._environment).stderr
        return re.sub(r"[\s\u203a]+", " ", said)

    def log_in(self, kind: str, mode: str, *further: str) -> str:
        """Log in to an application, which is the current one from then on."""
        organization = self._sandbox["organizations"][0]
        credential = next(
            c for c in organization["credentials"] if (c["kind"], c["mode"]) == (kind, mode)
        )
        secret = credential["client_secret"]
        where = ("-o", organization["slug"], "-d", self._sandbox["domain"])
        who = ("-i", credential["client_id"], *(("-s", secret) if secret else ()))
        return self.cl("applications:login", *where, *who, "-a", mode, *further)

    def create(self, **attributes: str) -> str:
        """Create a customer and return the id."""
        given = [part for name, value in attributes.items() for part in ("-a", f"{name}={value}")]
        id_: str = records(self.cl("resources:create", "customers", *given, *AS_JSON))["id"]
        return id_


@pytest.fixture(scope="module")
def newcomer(
    tmp_path_factory: pytest.TempPathFactory, environment: Environment, sandbox: Mapping[str, Any]
) -> Callable[[], Person]:
    """Return what gives somebody who has the plugins and has not logged in yet."""
    equipped = tmp_path_factory.mktemp("equipped")
    first = Person(equipped, environment, sandbox)
    for plugin in PLUGINS:
        first.cl("plugins:link", "--no-install", str(PACKAGES / f"cli-plugin-{plugin}"))

    def another() -> Person:
        home = tmp_path_factory.mktemp("person")
        return Person(shutil.copytree(equipped, home / "home"), environment, sandbox)

    return another


@pytest.fixture(scope="module")
def person(newcomer: Callable[[], Person]) -> Person:
    """Return somebody who has logged in to the integration of the test mode."""
    somebody = newcomer()
    somebody.log_in("integration", "test")
    return somebody


def records(said: str) -> Any:
    """Return the records that a command has printed as JSON."""
    return json.loads(said.strip().splitlines()[0])


def emails(said: str) -> list[str]:
    """Return the email of each customer in a list."""
    return [record["email"] for record in records(said)]


def test_login(newcomer: Callable[[], Person]) -> None:
    """It says whose application it is, in both modes."""
    somebody = newcomer()
    test, live = somebody.log_in("integration", "test"), somebody.log_in("integration", "live")

    assert "[ Acme | integration | test | test ]" in test
    assert "[ Acme | integration | live | live ]" in live
    assert re.search(r"^eyJ\S+\.\S+\.\S+$", somebody.cl("applications:token"), re.MULTILINE)


def test_login_with_a_wrong_secret(
    newcomer: Callable[[], Person], sandbox: Mapping[str, Any]
) -> None:
    """It says what the server says."""
    where = ("-o", "acme", "-d", sandbox["domain"])
    who = ("-i", "test_integration_client_id_0000000000000000", "-s", "no")

    said = newcomer().refused("applications:login", *where, *who, "-a", "wrong")
    assert "Client authentication failed due to unknown client" in said


def test_login_as_a_customer(newcomer: Callable[[], Person]) -> None:
    """The customer finds itself and nobody else."""
    somebody = newcomer()
    who = ("-e", "john@example.com", "-p", "secret123")
    somebody.log_in("sales_channel", "test", "-S", "market:code:europe", *who)

    assert emails(somebody.cl("resources:list", "customers", *AS_JSON)) == ["john@example.com"]


def test_create_retrieve_update_delete(person: Person) -> None:
    """A record lives from its creation to its end."""
    id_ = person.create(email="cli@example.org", reference="A-1")
    member = ("customers", id_)

    retrieved = records(person.cl("resources:retrieve", *member, *AS_JSON))
    assert (retrieved["email"], retrieved["reference"]) == ("cli@example.org", "A-1")

    changes = ("-a", "reference=null", "-m", "vip=true")
    updated = records(person.cl("resources:update", *member, *changes, *AS_JSON))
    assert (updated["reference"], updated["metadata"]) == (None, {"vip": True})

    assert id_ in person.cl("resources:delete", *member)
    assert "RECORD_NOT_FOUND" in person.refused("resources:retrieve", *member)


def test_raw_create(person: Person, tmp_path: Path) -> None:
    """A document is sent as it is, and answered as it came."""
    attributes = {"email": "raw@example.org"}
    file = tmp_path / "customer.json"
    file.write_text(json.dumps({"data": {"type": "customers", "attributes": attributes}}))

    said = person.cl("resources:create", "customers", "--raw", "-D", str(file), *AS_JSON)
    assert records(said)["data"]["attributes"]["email"] == "raw@example.org"


def test_list(person: Person) -> None:
    """Filters, order, pages, fields and included records are those asked for."""
    for name in ("a", "b", "c"):
        person.create(email=f"list-{name}@example.org", reference_origin="cli")
    found = ("resources:list", "customers", "-w", "reference_origin_eq=cli", "-n", "2", *AS_JSON)

    descending = person.cl(*found, "-s", "email,desc")
    assert emails(descending) == ["list-c@example.org", "list-b@example.org"]
    assert "Records: 2 of 3 | Page: 1 of 2" in descending

    second = records(person.cl(*found, "-p", "2", "-f", "email"))
    assert [set(record) for record in second] == [{"id", "type", "email"}]

    first = records(person.cl("resources:list", "customers", "-i", "orders", "-n", "1", *AS_JSON))
    assert first[0]["orders"]


def test_count_and_all(person: Person, tmp_path: Path) -> None:
    """Everything is counted, and fetched page by page."""
    file = tmp_path / "all.json"
    where = ("customers", "-w", "email_cont=@example.")
    counted = person.cl("resources:count", *where)
    person.cl("resources:all", *where, "--json", "-x", str(file))

    fetched = [record["email"] for record in json.loads(file.read_text())]
    assert len(set(fetched)) == len(fetched) > 25
    assert f"Counting customers... {len(fetched)}" in counted


def test_relationships(person: Person) -> None:
    """A related record can be fetched, or is not there."""
    john = records(person.cl("resources:list", "customers", "-n", "1", *AS_JSON))[0]["id"]
    nobody = person.create(email="nobody@example.org")

    group = records(person.cl("resources:fetch", f"customers/{john}/customer_group", *AS_JSON))
    assert group["type"] == "customer_groups"
    assert "is empty" in person.cl("resources:fetch", f"customers/{nobody}/customer_group")


def test_errors(person: Person) -> None:
    """What the server refuses is shown."""
    taken = person.refused("resources:create", "customers", "-a", "email=john@example.com")
    forbidden = person.refused("resources:create", "customers", "-a", "status=repeat")

    assert "email - has already been taken" in taken
    assert "status is not allowed" in forbidden


def test_tags_and_triggers(person: Person) -> None:
    """The other plugins work, and a trigger without a value does no harm."""
    id_ = person.create(email="tagged-cli@example.org")
    person.cl("tags:add", "-t", "customers", "-i", id_, "-n", "vip", "-n", "beta")
    person.cl("tags:remove", "-t", "customers", "-i", id_, "-n", "vip")
    person.cl("customer:add_tags", id_)

    tags = records(person.cl("resources:fetch", f"customers/{id_}/tags", *AS_JSON))
    assert [tag["name"] for tag in tags] == ["beta"]
    assert "Access denied" in person.refused("customer:request_anonymization", id_)
