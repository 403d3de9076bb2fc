"""What a server of tests is told: by name, by kind, and where it keeps its files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.settings import Settings
from mockserver.testing import settings as tested
from mockserver.testing.settings import from_text, settings_of


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"colour": "red"}, "'colour' is not a setting; there are: host, "),
        ({"custmers": 3}, "'custmers' is not a setting; did you mean 'customers'?"),
        ({"customers": "3"}, "customers must be int, not '3'"),
        ({"customers": True}, "customers must be int, not True"),
        ({"auth": 1}, "auth must be bool, not 1"),
        ({"scenario": 1}, "scenario must be str | None, not 1"),
        ({"data_directory": "here"}, "data_directory must be Path, not 'here'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_no_setting_is_refused(settings: dict[str, Any], complaint: str) -> None:
    """When the server is made, not when it is started."""
    with pytest.raises(TypeError) as refused:
        MockServer(**settings)

    assert str(refused.value).startswith(complaint)


def test_a_value_that_a_setting_cannot_have_is_refused() -> None:
    """In words that say which ones it can have."""
    with pytest.raises(ValueError, match="must be application/json or application/vnd"):
        MockServer(webhook_content_type="text/html")
    with pytest.raises(ValueError, match="the nearest is ja_JP"):
        MockServer(locale="it_IT, jp_JP")


def test_defaults_suit_tests(tmp_path: Path) -> None:
    """Free ports, no customers, and all else as it is for everybody."""
    told = settings_of({"data_directory": tmp_path})
    common = Settings(data_directory=tmp_path)
    different = {
        f.name for f in fields(Settings) if getattr(told, f.name) != getattr(common, f.name)
    }

    assert (0, 0, 0) == (told.port, told.tls_port, told.customers)
    assert {"port", "tls_port", "customers", "journal_size"} == different


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("seed", "7", 7),
        ("tls_port", "none", None),
        ("tls_port", "0", 0),
        ("rate_limits", "true", True),
        ("auth", "Off", False),
        ("domain", "none", "none"),
        ("scenario", "gdpr", "gdpr"),
        ("data_directory", "/tmp/here", Path("/tmp/here")),  # noqa: S108 - compared with
    ],
)
def test_settings_are_read_from_text(name: str, text: str, expected: object) -> None:
    assert expected == from_text(name, text)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("seed", "seven", "seed must be an integer, not 'seven'"),
        ("auth", "maybe", "auth must be true or false, not 'maybe'"),
    ],
)
def test_text_of_another_kind_is_refused(name: str, text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        from_text(name, text)


# --- the data directory --------------------------------------------------------------------------


@pytest.fixture
def unknown() -> Any:
    """Forget which directory can be used, before and after."""
    tested.usable_directory.cache_clear()
    yield
    tested.usable_directory.cache_clear()


@pytest.mark.usefixtures("unknown")
def test_the_users_directory_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tested, "data_directory", lambda: tmp_path / "data")

    assert tmp_path / "data" == settings_of({}).data_directory


@pytest.mark.usefixtures("unknown")
@pytest.mark.parametrize("home", ["/dev/null/home", "~/data"])
def test_where_there_is_no_home_it_keeps_files_for_the_process(
    monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    """Of a read-only home as of none at all; what cannot be written is no reason not to test."""
    monkeypatch.setattr(tested, "data_directory", lambda: Path(home))
    with MockServer() as first, MockServer() as second:
        assert first.ca == second.ca
        assert first.settings.data_directory.is_absolute()
        assert not Path("~").exists()


def test_files_for_the_process_go_with_it() -> None:
    """Also: https needs a certificate authority, http does not even import what makes one."""
    program = """
import sys
from mockserver import MockServer
with MockServer(tls_port=None) as server:
    server.organization().test.create("customers", email="jane@example.com")
    print(server.settings.data_directory, *sorted({"trustme", "faker"} & set(sys.modules)))
"""
    variables = {"HOME": "/dev/null", "PATH": ""}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True
    )
    directory = done.stdout.strip()

    assert directory
    assert not Path(directory).exists()
