"""What is answered and what is refused, as somebody at a prompt or in an editor meets it."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mockserver as package
from mockserver import Faults, Journal, Refusal, Result, World
from mockserver.testing.running import RunningServer
from mockserver.testing.sharing import Desk, SharedServer


def test_results_are_objects_and_mappings(mockserver: RunningServer, sandbox: World) -> None:
    """Of every kind of call, as deep as they go; sent back they are what they were."""
    made = sandbox.test.create("customers", email="jane@example.com", metadata={"a": {"b": 1}})
    (stored,) = sandbox.records({"type": "tags", "attributes": {"name": "vip"}})
    fault = sandbox.faults.add("503", times=1)
    with sandbox.session() as session:
        session.get("/api/customers")
    (exchange,) = sandbox.journal.exchanges()
    snapshot = sandbox.snapshot()
    sandbox.restore(snapshot)
    settings = mockserver.change_settings(strict_filters=False)

    assert ("jane@example.com", 1) == (made.email, made["metadata"].a.b)
    assert ("tags", {"status": 503}) == (stored.type, fault.effect)
    assert (503, fault.id) == (exchange.response.status, exchange.fault)
    assert {"test", "live"} == set(snapshot) == {"test", "live"}
    assert settings.strict_filters is settings["strict_filters"]
    assert sandbox.credentials[0].client_id == sandbox.credentials[0]["client_id"]
    assert sandbox.users[0].email == sandbox.users[0]["email"]
    assert made == json.loads(json.dumps(made)) == pickle.loads(pickle.dumps(made))  # noqa: S301
    assert {"email", "metadata"} <= set(dir(made))
    with pytest.raises(AttributeError, match=r"there is no 'emial'; there are: id, type, email"):
        _ = made.emial


def test_a_shared_server_answers_the_same(mockserver: RunningServer, sandbox: World) -> None:
    desk = Desk(mockserver)  # type: ignore[arg-type]
    shared = SharedServer(desk.address)
    try:
        world = shared.organization(sandbox.slug)
        made = world.test.create("customers", email="jane@example.com")
        with pytest.raises(Refusal, match=r"emial is not allowed\. Did you mean email\?"):
            world.test.create("customers", emial="joan@example.com")
        completed = set(dir(world.test))
    finally:
        shared.close()
        desk.close()

    assert "jane@example.com" == made.email
    assert {"create", "list", "retrieve"} <= completed


REFUSED: dict[str, tuple[Any, str]] = {
    "a typo": (
        lambda world: world.test.create("customers", emial="a@b.it"),
        "400 PARAM_NOT_ALLOWED: emial is not allowed. Did you mean email?",
    ),
    "a name far from any": (
        lambda world: world.test.create("tags", zzz=1),
        "400 PARAM_NOT_ALLOWED: zzz is not allowed. There are: name, reference, reference_origin,",
    ),
    "what clients cannot set": (
        lambda world: world.test.create("customers", email="a@b.it", status="repeat"),
        "status is not allowed. Clients cannot set it; put('customers', status=...) stores",
    ),
    "a typo of what is put": (
        lambda world: world.test.put("customers", stauts="repeat"),
        "There is no such attribute. (/data/attributes/stauts) Did you mean status?",
    ),
    "a type that is put": (lambda world: world.test.put("custmers"), "Did you mean customers?"),
    "a filter": (
        lambda world: world.test.list("customers", emial_eq="a@b.it"),
        "Did you mean email_eq?",
    ),
    "a broken rule": (
        lambda world: world.test.create("customers", email="nobody"),
        "422 VALIDATION_ERROR: email - is invalid (/data/attributes/email: 'nobody')",
    ),
    "a member of a match": (
        lambda world: world.faults.add({"typ": "customers"}, effect="503"),
        "422 INVALID: Unknown field. (/match/typ) Did you mean type?",
    ),
    "a member of an effect": (
        lambda world: world.faults.add(effect={"dealy": 1}),
        "422 INVALID: Unknown field. (/effect/dealy) Did you mean delay?",
    ),
    "a record that is not there": (
        lambda world: world.test.retrieve("customers", "nope"),
        "There is no record nope of customers in test mode.",
    ),
    "a word of an effect": (
        lambda world: world.faults.add(effect={"drop": "befor"}),
        "422 INVALID: Must be one of: before, during, after. (/effect/drop) Did you mean before?",
    ),
    "a search for jobs": (
        lambda world: world.jobs(resorce="x"),
        "422 INVALID: Unknown field. (/resorce) Did you mean resource?",
    ),
    "a condition of the journal": (
        lambda world: world.journal.count(staus=404),
        "422 INVALID: Unknown field. (/staus) Did you mean status?",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_name_place_value_and_what_was_meant(sandbox: World, case: str) -> None:
    call, said = REFUSED[case]
    with pytest.raises(Refusal) as raised:
        call(sandbox)

    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda faults: faults.add(efect="503"), "add() has no 'efect'; did you mean 'effect'?"),
        (lambda faults: faults.add(delay=2), "'delay'; it belongs into effect={'delay': ...}"),
        (lambda faults: faults.add(zzz=2), "there are: match, effect, times, nth, probability"),
        (lambda faults: faults.add("503", effect="503"), "add() is told effect twice"),
    ],
)
def test_wrong_words_of_a_fault(sandbox: World, call: Any, said: str) -> None:
    with pytest.raises(TypeError) as raised:
        call(sandbox.faults)

    assert said in str(raised.value)
    assert 0 == len(sandbox.faults)


def test_a_fault_in_words(sandbox: World) -> None:
    """Those of the header, about some requests or all."""
    sandbox.faults.add("503", match={"method": "POST"}, times=1)
    sandbox.faults.add("delay=0.01; INVALID_TOKEN")

    assert [{"status": 503}, {"delay": 0.01, "error": "INVALID_TOKEN"}] == [
        fault.effect for fault in sandbox.faults
    ]


def test_names_are_completed(sandbox: World, mockserver: RunningServer) -> None:
    assert {"World", "MockServer", "Faults"} <= set(dir(package))
    assert {"create", "list", "retrieve"} <= set(dir(sandbox.test))
    assert {"list", "retrieve", "create"} <= set(dir(mockserver.plane.organizations))


@pytest.mark.parametrize("name", package.__all__)
def test_what_is_exported_is_there(name: str) -> None:
    assert getattr(package, name)
    assert (Faults, Journal, Result) == (package.Faults, package.Journal, package.Result)


USER = """
import mockserver
from mockserver import Clock, Faults, Journal, MockServer, Refusal, Result, World


def prepare(world: World) -> str:
    faults: Faults = world.faults
    clock: Clock = world.clock
    journal: Journal = world.journal
    clock.advance("PT1H")
    made: Result = faults.add("503", times=1)
    journal.assert_not_requested("GET", "/api/customers")
    try:
        customer = world.test.create("customers", email="jane@example.com")
    except Refusal as refused:
        return str(refused)
    return f"{customer.email} {made['id']} {world.credentials[0].client_id}"


async def wait(world: World) -> list[Result]:
    return await world.async_wait_for_deliveries(1)


with MockServer(customers=3) as server:
    print(prepare(server.organization()), mockserver.__version__)
"""
WRONG = """
from mockserver import World


def prepare(world: World) -> None:
    world.faults.add("503", tiems=1)
    world.clock.advanec("PT1H")
"""


@pytest.mark.parametrize(("text", "errors"), [(USER, 0), (WRONG, 2)], ids=["right", "wrong"])
def test_users_files_are_checked_by_mypy(tmp_path: Path, text: str, errors: int) -> None:
    """Strictly, by the package's own types."""
    (tmp_path / "user.py").write_text(text)
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "user.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )

    said = f"Found {errors} errors" if errors else "Success: no issues found"
    assert said in done.stdout, done.stdout
