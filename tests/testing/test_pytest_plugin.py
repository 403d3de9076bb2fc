"""The pytest plugin in projects of its users: fixtures, markers, ini options, reports."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mockserver import MockServer, pytest_plugin
from mockserver.settings import Settings
from mockserver.testing.fixtures import slug_of

pytest_plugins = ["pytester"]

#: Hypothesis is imported anew by each of these runs, which takes seconds.
INI = """
[pytest]
addopts = --strict-markers --strict-config -p no:hypothesispytest -p no:faker
filterwarnings = error
asyncio_default_fixture_loop_scope = function
"""


@pytest.fixture(scope="session")
def loaded(mockserver: MockServer) -> None:
    """Import whatever is imported when it is used.

    Pytester takes out of memory what the tests it runs were the first to import; some of it cannot
    be imported twice, and of the rest there would be two.
    """
    world = mockserver.organization()
    world.environment()
    with world.session() as session:
        session.get("/api/customers")

    async def get() -> None:
        async with world.async_session() as session:
            await session.get("/api/customers")

    asyncio.run(get())


@pytest.fixture
def project(
    loaded: None,  # noqa: ARG001 - done before
    pytester: pytest.Pytester,
    data_directory: Path,
) -> pytest.Pytester:
    """Return a project with strict settings."""
    pytester.makeini(f"{INI}mockserver_data_directory = {data_directory}\n")
    return pytester


def passes(project: pytest.Pytester, source: str, *options: str, tests: int = 1) -> None:
    """Run a module of tests that must all pass."""
    project.makepyfile(source)
    project.runpytest_inprocess(*options).assert_outcomes(passed=tests)


def output(project: pytest.Pytester, source: str, *options: str) -> str:
    """Return what pytest prints about a module of tests."""
    project.makepyfile(source)
    return project.runpytest_inprocess(*options).stdout.str()


# --- costs nothing -------------------------------------------------------------------------------


def test_it_imports_nothing_until_it_is_used(tmp_path: Path) -> None:
    """Coverage would miss what is imported before it starts, and everybody would wait for it."""
    (tmp_path / "test_it.py").write_text(
        "import sys\n"
        "def test_it():\n"
        "    ours = {n for n in sys.modules if n.partition('.')[0] == 'mockserver'}\n"
        "    assert ours == {'mockserver', 'mockserver.pytest_plugin'}\n"
        "    heavy = {'flask', 'granian', 'marshmallow', 'orjson', 'httpx', 'cryptography'}\n"
        "    assert set() == heavy & set(sys.modules)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stdout


def test_every_setting_has_an_option() -> None:
    """Except what a test never wants: the seeding of ``customers`` says it all."""
    assert {field.name for field in fields(Settings)} - {"seeded"} == set(pytest_plugin.SETTINGS)


# --- the fixtures --------------------------------------------------------------------------------


def test_every_test_has_its_own_organization(project: pytest.Pytester) -> None:
    """On one server; at the end nothing is left of it, whatever the test has forgotten."""
    passes(
        project,
        """
        import pytest
        slugs = []

        @pytest.mark.parametrize("number", range(3))
        def test_own(sandbox, mockserver, number):
            assert mockserver.organizations == ["acme", sandbox.slug]
            assert sandbox.test.list("customers") == []
            sandbox.test.create("customers", email="jane@example.com")
            sandbox.faults.add(effect={"error": "UNAUTHORIZED"})
            sandbox.clock.freeze()
            slugs.append(sandbox.slug)

        def test_gone(mockserver):
            assert mockserver.organizations == ["acme"]
            assert mockserver.plane.faults.list() == []
            assert len(set(slugs)) == 3
            assert all(slug.startswith("test-own-") for slug in slugs)
        """,
        tests=4,
    )


def test_a_test_may_have_several(project: pytest.Pytester) -> None:
    passes(
        project,
        """
        import pytest
        from mockserver import Refusal

        def test_two(sandbox, make_sandbox, mockserver):
            other = make_sandbox("other", customers=2, mode="live")
            assert mockserver.organizations == ["acme", sandbox.slug, other.slug]
            assert (2, 0) == (other.data.count("customers"), sandbox.data.count("customers"))
            with pytest.raises(Refusal, match="taken"):
                make_sandbox("other")
            with pytest.raises(ValueError, match="test or live"):
                make_sandbox("third", mode="production")
            sandbox.delete()

        def test_gone(mockserver):
            assert mockserver.organizations == ["acme"]
        """,
        tests=2,
    )


def test_what_was_set_for_the_whole_server_is_undone(project: pytest.Pytester) -> None:
    """What the session had set before the test is not."""
    passes(
        project,
        """
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def strict(mockserver):
            mockserver.change_settings(strict_filters=True)
            mockserver.plane.stubs.add({"match": {"path": "/hello"}, "response": {"body": "hi"}})

        def test_spoil(sandbox, mockserver, sandbox_session):
            mockserver.change_settings(rate_limits={"scale": 0.1}, journal_size=3)
            mockserver.plane.faults.add({"effect": {"error": "UNAUTHORIZED"}})
            mockserver.clock.freeze("2026-01-15T10:00:00Z")
            for _ in range(4):
                sandbox_session.get("/api/customers")

        def test_unspoilt(sandbox, mockserver, sandbox_session):
            settings = mockserver.plane.settings.settings()
            assert ("off", True) == (settings["rate_limits"], settings["strict_filters"])
            assert settings["journal_size"] > 3
            assert mockserver.plane.faults.list() == []
            assert len(mockserver.plane.stubs.list()) == 1
            assert not sandbox.clock.is_frozen
            answer = sandbox_session.get("/api/customers")
            assert (200, "99") == (answer.status_code, answer.headers["x-ratelimit-remaining"])
        """,
        tests=2,
    )


def test_ids_depend_on_the_test_alone(project: pytest.Pytester) -> None:
    """Not on which tests run before it."""
    source = """
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_own(sandbox, number):
            made = sandbox.test.create("customers", email="jane@example.com")
            print(sandbox.slug, made["id"], sandbox.credential().client_id)
        """
    whole = output(project, source, "-s", "-q").splitlines()
    alone = output(project, source, "-s", "-q", "-k", "2").splitlines()

    lines = [line.lstrip(".") for line in whole if "test-own-" in line]
    assert 3 == len(set(lines))
    assert [lines[2]] == [line.lstrip(".") for line in alone if "test-own-" in line]


@pytest.mark.parametrize("words", [{"args": ("slow",)}, {"kwargs": {"name": "slow"}}], ids=str)
def test_groups_of_xdist_change_no_ids(words: dict[str, Any]) -> None:
    """Distributing by groups, it appends their names to the node ids."""
    group = SimpleNamespace(**{"args": (), "kwargs": {}, **words})
    alone, grouped = (
        SimpleNamespace(
            nodeid=f"test_a.py::test_it[Ä-{'x' * 99}]{suffix}",
            name=f"test_it[Ä-{'x' * 99}]",
            get_closest_marker=lambda _, marker=marker: marker,
        )
        for suffix, marker in (("", None), ("@slow", group))
    )

    assert re.fullmatch(r"test-it-[0-9a-f]{12}", slug_of(alone))  # type: ignore[arg-type]
    assert slug_of(alone) == slug_of(grouped)  # type: ignore[arg-type]


def test_clients_and_variables_have_fixtures(project: pytest.Pytester) -> None:
    passes(
        project,
        """
        import os

        def test_session(sandbox, sandbox_session, sandbox_environment):
            assert sandbox_session.get("/api/customers").status_code == 200
            assert os.environ["CL_ORGANIZATION"] == sandbox.slug
            assert sandbox_environment["CL_URL"] == sandbox.url

        def test_nothing_stays():
            assert "CL_ORGANIZATION" not in os.environ
        """,
        tests=2,
    )


def test_asynchronous_tests_work(project: pytest.Pytester) -> None:
    """With pytest-asyncio: fixtures and tests in their loop, the server on its own thread."""
    passes(
        project,
        """
        import asyncio
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def client(sandbox):
            async with sandbox.async_session() as session:
                yield session

        async def test_async(sandbox, client):
            sandbox.faults.add({"path": "/api/customers"}, effect={"delay": 0.1}, times=1)
            answers = await asyncio.gather(*(client.get("/api/customers") for _ in range(10)))
            assert [200] * 10 == [answer.status_code for answer in answers]
            sandbox.journal.assert_requested("GET", "/api/customers", times=10)
        """,
        "-o",
        "asyncio_mode=auto",
    )


def test_unittest_classes_can_use_it(project: pytest.Pytester) -> None:
    passes(
        project,
        """
        import unittest
        import pytest

        class Case(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _sandbox(self, sandbox):
                self.sandbox = sandbox

            def test_it(self):
                self.assertEqual([], self.sandbox.test.list("customers"))
        """,
    )


# --- markers -------------------------------------------------------------------------------------


def test_filters_may_be_strict(project: pytest.Pytester) -> None:
    """For a test, for all of a module but one, beside other settings, and by an ini file."""
    source = """
        import pytest

        pytestmark = pytest.mark.mockserver(
            strict_filters=True, settings={"tags_max_allowed_number": 2}
        )
        URL = "/api/customers?filter[q][nope_eq]=x"

        def test_strict(sandbox, sandbox_session):
            assert sandbox_session.get(URL).status_code == 400

        @pytest.mark.mockserver(strict_filters=False)
        def test_usual(sandbox, sandbox_session, make_sandbox):
            with make_sandbox("other", strict_filters=True).session() as other:
                assert other.get(URL).status_code == 400
            assert sandbox_session.get(URL).status_code == 200
        """
    passes(project, source, tests=2)
    passes(
        project,
        """
        def test_strict(sandbox_session):
            answer = sandbox_session.get("/api/customers?filter[q][nope_eq]=x")
            assert answer.json()["errors"][0]["code"] == "FILTER_NOT_ALLOWED"
        """,
        "-o",
        "mockserver_strict_filters=true",
    )


def test_the_marker_says_what_the_sandbox_begins_in(project: pytest.Pytester) -> None:
    passes(
        project,
        """
        import pytest
        pytestmark = pytest.mark.mockserver(customers=2, frozen="2026-01-15T10:00:00Z")

        @pytest.mark.mockserver(mode="live", settings={"tags_max_allowed_number": 3})
        class TestLive:
            def test_class(self, sandbox):
                assert (sandbox.mode, sandbox.data) == ("live", sandbox.live)
                assert 2 == sandbox.live.count("customers")
                assert "2026-01-15T10:00:00.000Z" == sandbox.clock.now
                with sandbox.session() as session:
                    found = session.get("/api/organization").json()["data"]["attributes"]
                assert 3 == found["tags_max_allowed_number"]

            @pytest.mark.mockserver(frozen=None, customers=0, scenario="gdpr", seed=5)
            def test_nearest_counts(self, sandbox):
                assert not sandbox.clock.is_frozen
                assert sandbox.live.list("customers", email_eq="never@example.com")

        @pytest.mark.mockserver(
            faults=[{"match": {"method": "GET"}, "effect": {"error": "UNAUTHORIZED"}, "nth": 2}],
            stubs=[{"match": {"path": "/hello"}, "response": {"body": "hi"}}],
        )
        def test_rules(sandbox, sandbox_session):
            asked = [sandbox_session.get("/api/customers").status_code for _ in range(3)]
            assert [200, 401, 200] == asked
            assert "hi" == sandbox_session.get("/hello").text
        """,
        tests=3,
    )


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("colour='red'", "mockserver marker: colour is not one of: mode, scenario"),
        ("'live'", "mockserver marker: 'live' is not one of: mode, scenario"),
        ("mode='production'", "mode must be test or live, not 'production'"),
        ("frozen='noon'", "ISO 8601"),
        ("scenario='nowhere'", "there are: b2b-groups"),
        ("customers='many'", "Not a valid integer"),
        ("faults=[{'effect': {'error': 'NONE'}}]", "Must be one of"),
    ],
)
def test_a_wrong_marker_is_an_error(project: pytest.Pytester, marker: str, complaint: str) -> None:
    text = output(
        project,
        f"""
        import pytest

        @pytest.mark.mockserver({marker})
        def test_it(sandbox):
            pass
        """,
    )

    assert "1 error" in text
    assert complaint in text


def test_a_wrong_marker_is_an_error_without_a_sandbox_too(project: pytest.Pytester) -> None:
    text = output(
        project,
        """
        import pytest

        @pytest.mark.mockserver(colour="red")
        def test_it():
            pass
        """,
    )

    assert "colour is not one of" in text


# --- settings ------------------------------------------------------------------------------------


def test_the_ini_file_sets_the_server(project: pytest.Pytester) -> None:
    passes(
        project,
        """
        def test_settings(mockserver, mockserver_settings):
            assert (7, 3) == (mockserver.settings.seed, mockserver.settings.customers)
            assert (True, None) == (mockserver.settings.rate_limits, mockserver.settings.tls_port)
            assert 3 == mockserver.organization().test.count("customers")
            assert 7 == mockserver_settings["seed"]
        """,
        *("-o", "mockserver_seed=7", "-o", "mockserver_customers=3"),
        *("-o", "mockserver_rate_limits=true", "-o", "mockserver_tls_port=none"),
    )


def test_a_project_may_set_it_in_code(project: pytest.Pytester) -> None:
    passes(
        project,
        """
        import pytest

        @pytest.fixture(scope="session")
        def mockserver_settings(mockserver_settings):
            return {**mockserver_settings, "domain": "shop.localhost"}

        def test_settings(sandbox):
            assert sandbox.domain.startswith("shop.localhost:")
        """,
    )


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("mockserver_seed=seven", "mockserver_seed must be an integer, not 'seven'"),
        ("mockserver_auth=maybe", "mockserver_auth must be true or false, not 'maybe'"),
    ],
)
def test_a_wrong_setting_is_an_error(project: pytest.Pytester, option: str, complaint: str) -> None:
    text = output(project, "def test_it(sandbox): pass", "-o", option)

    assert complaint in text


# --- the report ----------------------------------------------------------------------------------

FAILING = """
    import httpx

    def test_it(sandbox, make_sandbox, sandbox_session):
        make_sandbox("idle")
        sandbox.clock.freeze("2026-01-15T10:00:00Z")
        sandbox.faults.add({"method": "POST"}, effect={"error": "UNAUTHORIZED"}, times=2)
        sandbox_session.post("/api/customers", json={})
        sandbox_session.get("/api/customer")
        httpx.get(f"{sandbox.url}/api/customers")
        assert False
    """


def test_a_failed_test_shows_its_journal(project: pytest.Pytester) -> None:
    """Each organization's, with the faults, and what said nothing of whom it is about."""
    project.makepyfile(FAILING)
    result = project.runpytest_inprocess("-q")

    result.stdout.re_match_lines(
        [
            r"-+ mockserver journal -+",
            r"test-it-\w+ \(test mode, 2026-01-15T10:00:00.000Z\)",
            r"  POST /api/customers -> 401 UNAUTHORIZED \[fault-1\]",
            r"  GET /api/customer -> 404 RECORD_NOT_FOUND \(did you mean /api/customers\?\)",
            r'  fault-1 struck 1 of the 1 requests that it matched: \{"error":"UNAUTHORIZED"\}',
            r"test-it-idle-\w+ \(test mode, .*\)",
            r"  no requests",
            r"of no organization",
            r"  GET /api/customers -> 401 INVALID_TOKEN",
        ]
    )


def test_a_failed_test_shows_what_was_ignored(project: pytest.Pytester) -> None:
    """A mistyped condition finds everything: the report names it and what was meant."""
    text = output(
        project,
        """
        def test_it(sandbox, sandbox_session):
            sandbox_session.get("/api/tags?filter[q][nmae_eq]=a&filter[q][zzz_eq]=b")
            assert False
        """,
    )

    assert (
        "-> 200 (filter[q][nmae_eq] is ignored, there is no such condition; did you mean name_eq? "
        "filter[q][zzz_eq] is ignored, there is no such condition.)"
    ) in text


@pytest.mark.parametrize(
    "source",
    [
        "def test_passes(sandbox): pass",
        "def test_without(): assert False",
        "def test_deletes(sandbox):\n    sandbox.delete()\n    assert False",
    ],
)
def test_other_tests_show_none(project: pytest.Pytester, source: str) -> None:
    """A test that has removed its organization fails as any other one."""
    text = output(project, source, "-rA")

    assert "no requests" not in text
    assert "INTERNALERROR" not in text
    assert ("1 failed" in text) is ("assert False" in source)


def test_whatever_happens_the_report_comes_out(project: pytest.Pytester) -> None:
    text = output(
        project,
        """
        def test_it(sandbox, mockserver):
            mockserver._app = None
            try:
                assert False
            finally:
                mockserver.__class__.app
        """,
        "-q",
    )

    assert "cannot be read: RuntimeError" in text
    assert "1 failed" in text


def test_a_failure_shows_the_lines_of_the_test_alone(project: pytest.Pytester) -> None:
    """Whether a call is refused, an assertion fails or a word is wrong."""
    text = output(
        project,
        """
        def test_refused(sandbox):
            sandbox.test.create("customers", email="nobody")

        def test_ruled_out(sandbox):
            sandbox.faults.add({"typ": "x"})

        def test_wrong_word(sandbox):
            sandbox.faults.add(efect="503")

        def test_not_requested(sandbox):
            sandbox.journal.assert_requested("GET", "/api/customers")

        def test_not_delivered(sandbox):
            sandbox.wait_for_deliveries(1, timeout=0.01)

        def test_no_token(sandbox):
            sandbox.session(user="nobody@example.com")
        """,
        "-q",
    )

    assert "6 failed" in text
    assert [] == [line for line in text.splitlines() if "mockserver/" in line]


def test_settings_of_the_sandbox_alone(project: pytest.Pytester) -> None:
    """How long its jobs take, and what its webhooks carry; others have those of the server."""
    source = """
        import pytest

        INPUTS = [{"email": "jane@example.com"}]

        @pytest.mark.mockserver(job_delay=0, anonymization_delay=0)
        def test_at_once(sandbox, make_sandbox):
            for world, status in (sandbox, "completed"), (make_sandbox("other"), "pending"):
                made = world.test.create("imports", resource_type="customers", inputs=INPUTS)
                with world.session() as session:
                    document = session.get(f"/api/imports/{made.id}").json()
                assert document["data"]["attributes"]["status"] == status
            jane = sandbox.test.list("customers")[0]
            sandbox.anonymize(jane.id, until="requested")
            sandbox.clock.advance(901)
            assert sandbox.test.retrieve("customers", jane.id).email != jane.email

        @pytest.mark.mockserver(webhook_content_type="application/vnd.api+json")
        def test_webhooks(sandbox):
            pass

        @pytest.mark.mockserver(faults=["503", {"effect": "429"}])
        def test_faults_in_words(sandbox, sandbox_session):
            assert [503, 429] == [fault.effect.status for fault in sandbox.faults]
        """
    passes(project, source, tests=3)


def test_the_help_can_be_read(project: pytest.Pytester) -> None:
    """Each setting says what it does, in a sentence of its own."""
    lines = project.runpytest_inprocess("--help").outlines
    said = " ".join(line.strip() for line in lines)

    for name, sentence in pytest_plugin.SETTINGS.items():
        assert f"mockserver_{name}" in said
        assert sentence.split(",")[0] in said
    assert len(set(pytest_plugin.SETTINGS.values())) == len(pytest_plugin.SETTINGS)
