"""``mockserver trust`` and ``untrust``: the plan as data, the doing with tools of our own."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.stores import (
    ANCHORS,
    FIREFOX,
    FIREFOX_PROFILES,
    NSS,
    NSS_DATABASES,
    STORES,
    SYSTEM,
    Authority,
    Machine,
    StoreCommands,
    plan,
)
from tests.cli.processes import Home, Run

CA = Authority(Path("/kept/ca.pem"), "commercelayer-mockserver-0123abcd", "0123abcd" * 5)
DEBIAN, FEDORA = "usr/local/share/ca-certificates", "etc/pki/ca-trust/source/anchors"
KEYCHAIN = "/Library/Keychains/System.keychain"
EVERY_TOOL = {"certutil", "sudo", "update-ca-certificates", "update-ca-trust", "trust"}


class Scene:
    """A machine whose files are below a temporary directory."""

    def __init__(self, place: Path) -> None:
        """Begin with none."""
        self.place = place
        self.home = place / "users" / "me"
        self.home.mkdir(parents=True)

    def with_database(self, name: str) -> Path:
        """Add a database of NSS to the home."""
        directory = self.home / name
        directory.mkdir(parents=True)
        (directory / "cert9.db").touch()
        return directory

    def steps(
        self,
        platform: str = "linux",
        tools: set[str] = EVERY_TOOL,
        *,
        is_root: bool = False,
        trusted: bool = True,
    ) -> list[StoreCommands]:
        """Return the plan."""
        machine = Machine(platform, self.home, tools.__contains__, is_root, self.place)
        return list(plan(machine, CA, trusted=trusted))

    def lines(self, kind: str, **told: Any) -> list[str]:
        """Return the commands of a kind of store, without the place of the files."""
        steps = [step for step in self.steps(**told) if step.kind == kind]
        lines = [shlex.join(command) for step in steps for command in step.commands]
        return [line.replace(str(self.place), "") for line in lines]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a machine without files."""
    return Scene(tmp_path)


@pytest.mark.parametrize(
    ("directory", "put", "refresh", "forget"),
    [
        (FEDORA, f"{CA.name}.pem", "update-ca-trust extract", "update-ca-trust extract"),
        (DEBIAN, f"{CA.name}.crt", "update-ca-certificates", "update-ca-certificates --fresh"),
        (ANCHORS[2].directory, f"{CA.name}.crt", "trust extract-compat", "trust extract-compat"),
        (
            ANCHORS[3].directory,
            f"{CA.name}.pem",
            "update-ca-certificates",
            "update-ca-certificates",
        ),
    ],
    ids=[anchors.family for anchors in ANCHORS],
)
def test_the_store_of_a_linux_system(
    scene: Scene, directory: str, put: str, refresh: str, forget: str
) -> None:
    """By root, or by sudo; what is not there is not removed."""
    place = scene.place / directory
    place.mkdir(parents=True)

    installed = [f"install -m 644 {CA.path} /{directory}/{put}", refresh]
    assert scene.lines(SYSTEM, is_root=True) == installed
    assert scene.lines(SYSTEM) == [f"sudo {line}" for line in installed]
    assert scene.lines(SYSTEM, trusted=False) == []
    (place / put).touch()
    assert scene.lines(SYSTEM, trusted=False, is_root=True) == [f"rm /{directory}/{put}", forget]


@pytest.mark.parametrize(
    ("directory", "tools", "obstacle"),
    [
        ("nowhere", EVERY_TOOL, "none is known but those of Fedora, Debian, Arch, openSUSE"),
        (DEBIAN, {"sudo"}, "there is no update-ca-certificates"),
        (DEBIAN, {"update-ca-certificates"}, "it takes root, and there is no sudo"),
    ],
)
def test_what_keeps_from_the_store_of_the_system(
    scene: Scene, directory: str, tools: set[str], obstacle: str
) -> None:
    (scene.place / directory).mkdir(parents=True)
    (step,) = [step for step in scene.steps(tools=tools) if step.kind == SYSTEM]

    assert (step.commands, step.obstacle) == ((), obstacle)


@pytest.mark.parametrize(
    ("platform", "trusted", "expected"),
    [
        (
            "darwin",
            True,
            f"sudo security add-trusted-cert -d -r trustRoot -k {KEYCHAIN} {CA.path}",
        ),
        ("darwin", False, f"sudo security remove-trusted-cert -d {CA.path}"),
        ("win32", True, f"certutil -user -addstore Root {CA.path}"),
        ("win32", False, f"certutil -user -delstore Root {CA.fingerprint}"),
    ],
)
def test_the_stores_of_other_systems(
    scene: Scene, platform: str, expected: str, *, trusted: bool
) -> None:
    assert scene.lines(SYSTEM, platform=platform, trusted=trusted) == [expected]


def test_firefox_on_windows_goes_by_the_system(scene: Scene) -> None:
    """The certutil of Windows is another one."""
    (step,) = [step for step in scene.steps(platform="win32") if step.kind == FIREFOX]

    assert "security.enterprise_roots.enabled" in step.obstacle


@pytest.mark.parametrize("name", NSS_DATABASES)
def test_chromium_has_a_database(scene: Scene, name: str) -> None:
    scene.with_database(name)
    tool = f"certutil -d sql:/users/me/{name}"

    assert scene.lines(NSS) == [f"{tool} -A -t C,, -n {CA.name} -i {CA.path}"]
    assert scene.lines(NSS, trusted=False) == [f"{tool} -D -n {CA.name}"]
    assert scene.lines(NSS, platform="darwin") == []


def test_a_database_is_made_for_a_chromium_that_has_never_run(scene: Scene) -> None:
    """As on a machine of CI; there is nothing to remove it from."""
    tool = "certutil -d sql:/users/me/.pki/nssdb"

    assert scene.lines(NSS) == [
        "mkdir -p /users/me/.pki/nssdb",
        f"{tool} -N --empty-password",
        f"{tool} -A -t C,, -n {CA.name} -i {CA.path}",
    ]
    assert scene.lines(NSS, trusted=False) == []


@pytest.mark.parametrize("pattern", FIREFOX_PROFILES)
def test_firefox_has_a_database_in_each_profile(scene: Scene, pattern: str) -> None:
    """And other directories beside them."""
    names = [pattern.replace("*", name) for name in ("a.default", "b b.test")]
    for name in names:
        scene.with_database(name)
    (scene.home / pattern.replace("*", "Crash Reports")).mkdir()

    assert scene.lines(FIREFOX, platform="darwin") == [
        shlex.join(
            [
                *("certutil", "-d", f"sql:/users/me/{name}", "-A", "-t", "C,,"),
                *("-n", CA.name, "-i", str(CA.path)),
            ]
        )
        for name in names
    ]


def test_without_certutil_it_is_said_where_it_is_found(scene: Scene) -> None:
    scene.with_database(".mozilla/firefox/a.default")
    steps = [step for step in scene.steps(tools={"sudo"}) if step.kind != SYSTEM]

    assert [step.kind for step in steps] == [NSS, FIREFOX]
    assert all("apt install libnss3-tools" in step.obstacle for step in steps)


# --- the commands


Called = Callable[..., "subprocess.CompletedProcess[str]"]

CERTUTIL = """#!/bin/sh
echo "$@" >> "$HOME/called"
case "$*" in
  *" -L "*) test ! -e "$HOME/gone";;
  *) test ! -e "$HOME/broken" || { echo "bad database" >&2; exit 255; };;
esac
"""


@pytest.fixture
def me(tmp_path: Path) -> Path:
    """Return the home of a user who has a profile of Firefox, and tools of the test's own."""
    home = Scene(tmp_path).with_database(".mozilla/firefox/a.default").parents[2]
    tools = home / "tools"
    tools.mkdir()
    (tools / "certutil").write_text(CERTUTIL)
    (tools / "certutil").chmod(0o755)
    (tools / "mkdir").symlink_to(shutil.which("mkdir") or "/bin/mkdir")
    return home


@pytest.fixture
def call(run: Run, me: Path) -> Called:
    """Return a function that runs a command with these tools alone."""
    return lambda *arguments: run(*arguments, HOME=str(me), PATH=str(me / "tools"))


def called(me: Path) -> list[str]:
    """Return what certutil was told."""
    return (me / "called").read_text().splitlines() if (me / "called").exists() else []


def test_trust_and_untrust_say_what_they_do(home: Home, me: Path, call: Called) -> None:
    """The commands as they were run, and the store of each."""
    only = ("--store", "nss", "--store", "firefox")
    trusted, again = call("trust", *only), call("untrust", *only)
    profile, own = me / ".mozilla/firefox/a.default", me / ".pki/nssdb"

    said = [line for line in trusted.stdout.splitlines() if not line.startswith("  ")]
    assert (trusted.returncode, trusted.stderr) == (0, "")
    assert said == [
        f"done: NSS database of Chromium {own}",
        f"done: Firefox profile {profile}",
    ]
    assert f"-i {home / 'ca' / 'ca.pem'}" in trusted.stdout
    assert "-n commercelayer-mockserver-" in called(me)[1]
    assert (again.returncode, again.stderr) == (0, "")
    assert f"done: Firefox profile {profile}\n  certutil -d sql:{profile} -D" in again.stdout


def test_what_was_never_trusted_is_not_removed(me: Path, call: Called) -> None:
    (me / "gone").touch()
    done = call("untrust", "--store", "firefox")

    assert done.returncode == 0
    assert done.stdout == f"was not there: Firefox profile {me / '.mozilla/firefox/a.default'}\n"
    assert [line for line in called(me) if " -D " in line] == []


def test_what_fails_is_said(me: Path, call: Called) -> None:
    """With the command and what it said; the others are done all the same."""
    (me / "broken").touch()
    done = call("trust", "--store", "firefox")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stdout.startswith("failed: certutil -d sql:")
    assert done.stdout.endswith(": bad database\n")
    assert f"not done: Firefox profile {me / '.mozilla/firefox/a.default'}" in done.stderr


@pytest.mark.parametrize("command", ["trust", "untrust"])
def test_a_dry_run_does_nothing(me: Path, call: Called, command: str) -> None:
    """And prints what a shell would do the same with."""
    dry = call(command, "--dry-run", "--store", "firefox")
    assert (dry.returncode, called(me)) == (0, [])
    script = f"set -e\n{dry.stdout}"
    env = {"HOME": str(me), "PATH": str(me / "tools")}
    subprocess.run(["/bin/sh", "-c", script], env=env, check=True)  # noqa: S603
    by_hand = called(me)
    (me / "called").unlink()

    assert call(command, "--store", "firefox").returncode == 0
    assert called(me) == by_hand


def test_what_is_asked_for_by_name_has_to_be_there(me: Path, call: Called) -> None:
    (me / "tools" / "certutil").unlink()
    missing = call("trust", "--store", "firefox")
    shutil.rmtree(me / ".mozilla")
    nowhere = call("trust", "--store", "firefox")

    assert (missing.returncode, missing.stdout[:9]) == (2, "not done:")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "there is no such store here: firefox" in nowhere.stderr


def test_without_an_authority_there_is_nothing_to_undo(tmp_path: Path, call: Called) -> None:
    """And none is made."""
    done = call("untrust", "--data-directory", str(tmp_path / "new"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no certificate authority" in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_damaged_authority_is_named(home: Home, call: Called) -> None:
    (home / "ca" / "ca.pem").write_text("Dear diary")
    done = call("trust", "--store", "firefox")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "ca.pem is no certificate" in done.stderr


def test_the_stores_have_names() -> None:
    assert STORES == (SYSTEM, NSS, FIREFOX)


if shutil.which("certutil") and sys.platform == "linux":

    def test_the_real_certutil_takes_it(me: Path, call: Called) -> None:
        """A database is made, has the authority once, and not any more."""
        (me / "tools" / "certutil").unlink()
        (me / "tools" / "certutil").symlink_to(str(shutil.which("certutil")))
        listed = ["certutil", "-L", "-d", f"sql:{me / '.pki/nssdb'}"]

        def names() -> str:
            return subprocess.run(listed, capture_output=True, text=True, check=True).stdout  # noqa: S603

        for _ in range(2):
            assert call("trust", "--store", "nss").returncode == 0
            assert names().count("commercelayer-mockserver-") == 1
        for _ in range(2):
            assert call("untrust", "--store", "nss").returncode == 0
            assert "commercelayer-mockserver-" not in names()
