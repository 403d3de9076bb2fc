"""The file of settings: where it is looked for, and what is refused in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockserver.cli.configuration import configured
from mockserver.cli.options import SERVER
from mockserver.settings import Settings, SettingsError, file_of_settings, table_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mockserver.toml"


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    assert None is file_of_settings(tmp_path)


def test_our_own_file_comes_before_the_project(tmp_path: Path) -> None:
    """A directory may have both; they are not mixed."""
    (tmp_path / "pyproject.toml").write_text("[tool.mockserver]\nport = 1\n")

    assert tmp_path / "pyproject.toml" == file_of_settings(tmp_path)

    (tmp_path / "mockserver.toml").write_text("port = 2\n")

    assert tmp_path / "mockserver.toml" == file_of_settings(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("mockserver.toml", "port = 1", {"port": 1}),
        ("mockserver.toml", "", {}),
        ("pyproject.toml", "[tool.mockserver]\nport = 1", {"port": 1}),
        ("pyproject.toml", "[tool.ruff]\nport = 1", {}),
        ("pyproject.toml", "", {}),
    ],
    ids=["own", "own, empty", "project", "project of others", "project, empty"],
)
def test_the_table(tmp_path: Path, name: str, text: str, expected: dict[str, object]) -> None:
    path = tmp_path / name
    path.write_text(text)

    assert expected == table_of(path)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("port = ", "is not TOML"),
        ("port = 1\nport = 2", "is not TOML"),
        ("prt = 1", "unknown key 'prt'"),
        ("config = 'other.toml'", "unknown key 'config'"),
        ("[serve]\nport = 1", "unknown key 'serve'"),
        ("port = '8080'", "port must be an integer, not '8080'"),
        ("port = true", "port must be an integer, not True"),
        ("port = 80.5", "port must be an integer, not 80.5"),
        ("port = 65536", "port: 65536 is not in the range"),
        ("customers = -1", "customers: -1 is not in the range"),
        ("host = 1", "host must be a string or a list of strings, not 1"),
        ("host = ['a', 1]", "host must be a string or a list of strings, not 1"),
        ("host = ['a', ['b']]", "host must be a string or a list of strings, not ['b']"),
        ("host = []", "host: [] names no host"),
        ("host = ['a', 'b c']", "host: 'b c' is neither an address nor a host name"),
        ('host = "a\\u0000b"', "host must be a string or a list of strings without NUL"),
        ("host = 'a b'", "host: 'a b' is neither an address nor a host name"),
        ("domain = 'cl.localhost:1'", "domain: 'cl.localhost:1' is not a domain name"),
        ("issuer = 'auth'", "issuer: 'auth' is not a URL"),
        ("no-tls = 1", "no-tls must be true or false, not 1"),
        ("rate-limits = 'yes'", "rate-limits must be true or false, not 'yes'"),
        ("auth = 'maybe'", "auth: 'maybe' is not one of 'on', 'off'"),
        ("seed = 1979-05-27", "seed must be an integer"),
    ],
)
def test_a_wrong_file_is_refused(file: Path, text: str, named: str) -> None:
    """The text is one line that names the file and what is wrong in it."""
    file.write_text(text)

    with pytest.raises(SettingsError) as refused:
        configured(file, SERVER)

    assert str(file) in str(refused.value)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * 10 + b"\0"], ids=["not UTF-8", "NUL"])
def test_a_file_that_is_no_text_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(SettingsError, match="is not TOML"):
        table_of(file)


@pytest.mark.parametrize("text", ["tool = 1", "[tool]\nmockserver = 1"])
def test_a_project_without_our_table_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)

    with pytest.raises(SettingsError, match="is not a table"):
        table_of(path)


def test_a_missing_file_is_refused(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*: No such file"):
        table_of(file)


def test_every_option_is_a_key(file: Path) -> None:
    """Each default that an option shows can be written into the file."""
    values = {o.opts[0][2:]: o.default for o in SERVER if isinstance(o.default, (int, str))}
    # The JSON of an integer, a boolean or a plain text is its TOML too.
    file.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items()))

    assert set(values) == {key.replace("_", "-") for key in configured(file, SERVER)}


def test_keys_may_be_spelled_with_underscores(file: Path) -> None:
    file.write_text("tls_port = 1")

    assert configured(file, SERVER) == {"tls_port": 1}


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings().port = 1  # type: ignore[misc] - that is the point


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", ()),
        ("https://a.test, *", ()),
        ("https://a.test", ("https://a.test",)),
        ("HTTPS://A.test:3000", ("https://a.test:3000",)),
        ("https://a.test:443,http://a.test:80", ("https://a.test", "http://a.test")),
        ("http://a.test:443, https://a.test:80", ("http://a.test:443", "https://a.test:80")),
        ("http://localhost:3000,http://localhost:3000", ("http://localhost:3000",)),
        ("http://[::1]:3000,http://[::1]:80", ("http://[::1]:3000", "http://[::1]")),
        ("capacitor://localhost", ("capacitor://localhost",)),
    ],
)
def test_origins(text: str, expected: tuple[str, ...]) -> None:
    """As browsers send them: in lower case, without the usual port."""
    assert expected == Settings(cors_origin=text).cors_origins


@pytest.mark.parametrize(
    "text",
    ["", ",", "null", "a.test", "a.test:3000", "//a.test", "https://", "https://a.test/", "https://a.test/x",
     "https://a.test?x", "https://u@a.test", "https://a.test:", "https://a.test:65536", "https://*.a.test",
     "https://a test", "https://a..test", "file:///", "https://ä.test", "*,x"],
)  # fmt: skip
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        Settings(cors_origin=text)
