"""The least that could be called the same work: bare Flask, bare sqlite3 or psycopg.

A hello, two inserts in one transaction, and fifty rows with the fields of a desk's
list rendered by a template.
`BENCH_FLOOR` is the path of an SQLite file, or a PostgreSQL address for psycopg.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask, Response, jsonify, request

ROWS = 50
_COLUMNS = ", ".join(f"{c} TEXT" for c in ("urgency", "until", "place", "about", "signs", "words"))
_TABLES = (
    "CREATE TABLE note (id VARCHAR(36) PRIMARY KEY, place TEXT NOT NULL, words TEXT NOT NULL)",
    f"CREATE TABLE listed (id VARCHAR(36) PRIMARY KEY, {_COLUMNS})",
    "CREATE TABLE owed (id VARCHAR(36) PRIMARY KEY, note_id VARCHAR(36) NOT NULL, kind TEXT)",
)
_PAGE = """<!DOCTYPE html><title>Rows</title><table>
{% for id, urgency, until, place, about, signs, words in rows %}
<tr><td>{{ urgency }}</td><td>{{ until }}</td>
<td><a href="/rows/{{ id }}">{{ place }} {{ about }}</a></td><td>{{ signs }}</td>
<td>{{ words }}</td></tr>{% endfor %}</table>"""
_LISTED = (
    "きょう",
    "17:15まで",
    "北町",
    "高齢の人",
    "郵便物がたまっている",
    "見かけません。",
)


def create_app() -> Flask:
    """The app over the store that the environment names, with enough rows to read."""
    address = os.environ["BENCH_FLOOR"]
    is_sqlite = not address.startswith("postgresql")
    connect = _sqlite(address) if is_sqlite else _postgres(address)
    mark = "?" if is_sqlite else "%s"
    note = f"INSERT INTO note VALUES ({mark}, {mark}, {mark})"
    owed = f"INSERT INTO owed VALUES ({mark}, {mark}, 'note')"
    listed = f"INSERT INTO listed VALUES ({', '.join([mark] * (1 + len(_LISTED)))})"
    begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"
    turn, app = threading.Lock() if is_sqlite else None, Flask("floor")
    page, first = app.jinja_env.from_string(_PAGE), connect()
    for table in _TABLES:
        first.execute(table)
    for n in range(ROWS * 4):
        first.execute(listed, (f"{n:036}", *_LISTED))

    def write(found: dict[str, Any]) -> None:
        connection = connect()
        connection.execute(begin)
        connection.execute(note, (found["id"], found["place_detail"], found["words"]))
        connection.execute(owed, (found["id"], found["id"]))
        connection.execute("COMMIT")

    @app.get("/hello")
    def hello() -> str:
        return "Hello, World!"

    @app.post("/insert")
    def insert() -> tuple[Response, int]:
        found = request.get_json()
        if turn is None:
            write(found)
        else:
            with turn:
                write(found)
        return jsonify(id=found["id"]), 201

    @app.get("/rows")
    def rows() -> str:
        read = f"SELECT * FROM listed ORDER BY id LIMIT {ROWS}"
        return page.render(rows=connect().execute(read).fetchall())

    return app


def _sqlite(path: str) -> Callable[[], Any]:
    def open_one() -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    return _by_thread(open_one)


def _postgres(address: str) -> Callable[[], Any]:
    return _by_thread(lambda: psycopg.connect(address, autocommit=True))


def _by_thread(open_one: Callable[[], Any]) -> Callable[[], Any]:
    kept = threading.local()

    def connect() -> Any:
        if not hasattr(kept, "connection"):
            kept.connection = open_one()
        return kept.connection

    return connect
