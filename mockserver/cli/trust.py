"""``mockserver trust`` and ``mockserver untrust``: browsers and the certificate authority."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.options import CONFIG, DATA_DIRECTORY
from mockserver.cli.sections import Section, section
from mockserver.cli.stop import Stop
from mockserver.cli.stores import STORES, Authority, Command, Machine, StoreCommands, plan
from mockserver.settings import data_directory as user_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = "commercelayer-mockserver"
_DIGITS = 8

_OPTIONS = (
    click.Option(
        ["--store", "stores"],
        type=click.Choice(STORES),
        multiple=True,
        help="Only this one, may be repeated: nss is Chromium on Linux.",
    ),
    click.Option(["--dry-run"], is_flag=True, help="Print the commands, and run none of them."),
    CONFIG,
    DATA_DIRECTORY,
)


@section(Section.TRY)
@click.command(params=list(_OPTIONS))
def trust(stores: Sequence[str], data_directory: Path | None, *, dry_run: bool) -> None:
    """Make browsers and the system trust the certificates of the sandbox.

    The tools of the system do it, and what they are told is printed; sudo may ask for a password.
    """
    from mockserver.web import certificates  # noqa: PLC0415 - only when it is run

    try:
        path = certificates.authority(data_directory)
    except certificates.CertificateError as error:
        raise Stop(str(error)) from error
    _carry_out(path, stores, trusted=True, dry_run=dry_run)


@section(Section.TRY)
@click.command(params=list(_OPTIONS))
def untrust(stores: Sequence[str], data_directory: Path | None, *, dry_run: bool) -> None:
    """Take back what trust has done; the certificate authority itself stays."""
    path = (data_directory or user_directory()) / "ca" / "ca.pem"
    if not path.exists():
        message = f"there is no certificate authority {path}, so that nobody can trust it"
        raise Stop(message)
    _carry_out(path, stores, trusted=False, dry_run=dry_run)


def machine() -> Machine:
    """Return the machine that this runs on."""
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return Machine(sys.platform, Path.home(), lambda tool: shutil.which(tool) is not None, is_root)


def authority(path: Path) -> Authority:
    """Return the authority of a file, under a name that no other one has.

    Raises:
        Stop: it is no certificate.
    """
    try:
        found = hashlib.sha1(ssl.PEM_cert_to_DER_cert(path.read_text("ascii")))  # noqa: S324 - a name
    except (OSError, ValueError) as error:
        message = f"{path} is no certificate: {error}"
        raise Stop(message) from error
    digits = found.hexdigest()
    return Authority(path.resolve(), f"{_NAME}-{digits[:_DIGITS]}", digits)


def _carry_out(path: Path, stores: Sequence[str], *, trusted: bool, dry_run: bool) -> None:
    steps = [
        step
        for step in plan(machine(), authority(path), trusted=trusted)
        if not stores or step.kind in stores
    ]
    if not steps:
        message = f"there is no such store here: {', '.join(stores) or 'any'}"
        raise Stop(message)
    undone = [step for step in steps if not (_shown if dry_run else _done)(step)]
    # What nobody has asked for by name may be missing, unless everything is.
    serious = [step for step in undone if step.commands or stores or len(undone) == len(steps)]
    if serious and not dry_run:
        message = f"not done: {'; '.join(step.store for step in serious)}"
        raise Stop(message)


def _shown(step: StoreCommands) -> bool:
    """Print a step as lines for a shell."""
    click.echo(f"# {step.store}{f': not done: {step.obstacle}' if step.obstacle else ''}")
    condition = f"{shlex.join(step.only_if)} >/dev/null && " if step.only_if else ""
    for command in step.commands:
        click.echo(f"{condition}{shlex.join(command)}")
    return not step.obstacle


def _done(step: StoreCommands) -> bool:
    """Do a step, and say what was done; return whether all is as it should be."""
    if step.obstacle:
        click.echo(f"not done: {step.store}: {step.obstacle}")
        return False
    if not step.commands or (step.only_if and not _succeeds(step.only_if)):
        click.echo(f"was not there: {step.store}")
        return True
    if not all(_succeeds(command, tell=True) for command in step.commands):
        return False
    click.echo(f"done: {step.store}")
    for command in step.commands:
        click.echo(f"  {shlex.join(command)}")
    return True


def _succeeds(command: Command, *, tell: bool = False) -> bool:
    """Run a command; what it says is told only if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - of the plan
        output, status = f"{done.stdout}{done.stderr}".strip(), done.returncode
    except OSError as error:
        output, status = str(error), 1
    if status and tell:
        click.echo(f"failed: {shlex.join(command)}: {output}")
    return status == 0
