"""One command starts everything, a second start changes nothing, and a stop leaves nothing."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import signal
import socket
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from flask import Flask

from blueprints.operator import lan
from blueprints.operator.network import in_network
from blueprints.operator.preparation import may_have_demo
from blueprints.operator.terminal import Stopped
from models.settings import Settings
from tests.support.mailbox import two_free_ports
from tests.support.town_process import Served, served
from tests.support.waiting import until

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ALIVE = ("beat", "sqlite_sequence")


def _readiness(port: int) -> dict[str, object]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return {"code": answer.status, **json.loads(answer.read())}


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names.fetchall()
            if name not in ALIVE
        }


def _settled(path: Path) -> bool:
    """Whether the worker has done all that was due: watched, told, and forgotten what is old."""
    now, long_ago = (f"strftime('%Y-%m-%d %H:%M:%S', 'now', '{n} days')" for n in (0, -30))
    due = (
        f"SELECT (SELECT count(*) FROM handoff WHERE watch_at <= {now})"
        f" + (SELECT count(*) FROM delivery WHERE next_at IS NOT NULL OR created_at < {long_ago})"
    )
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute(due).fetchone() == (0,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town") / "instance"


def test_a_town_starts_from_nothing_and_again_without_a_change(folder: Path) -> None:
    with served(folder) as town:
        sign_ins = town.sign_ins()
        assert "http://localhost" in town.said, town.said
        assert "make run LAN=1" in town.said
        assert _readiness(town.port)["code"] == 200
        assert len({password for _, password in sign_ins}) == len(sign_ins) >= 5
        links = town.invitations()
        assert len(set(links)) == len(links) == 3
        until(lambda: _settled(folder / "kizuki.sqlite3"), 60)
        first = _rows(folder / "kizuki.sqlite3")
        _stops_whole(town, signal.SIGINT)
    with served(folder) as town:
        assert (town.sign_ins(), town.invitations()) == (sign_ins, links)
        _stops_whole(town, *STOPPING)
    assert _rows(folder / "kizuki.sqlite3") == first
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def _stops_whole(town: Served, *numbers: signal.Signals) -> None:
    """It ends well, no process of it is left, and its port is free; after one signal or a burst."""
    children = town.children()
    commands = " ".join(children.values())
    assert "granian" in commands
    assert "-m pwa" in commands
    assert town.stop(*numbers) == 0
    assert [n for n in children if Path(f"/proc/{n}").exists()] == []
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", town.port))


@pytest.mark.parametrize(
    "step",
    [
        "Making the demonstration",
        pytest.param("Bringing the database up to date", marks=pytest.mark.everything),
    ],
)
def test_a_start_that_is_broken_off_leaves_nothing_and_the_next_goes_on(
    tmp_path: Path, step: str
) -> None:
    folder = tmp_path / "instance"
    with served(folder, line=step) as town:
        assert town.stop(signal.SIGINT) == 1
    rows = _rows(folder / "kizuki.sqlite3")
    assert [name for name, found in rows.items() if found] in ([], ["alembic_version"])
    with served(folder) as town:
        assert len(town.sign_ins() + town.invitations()) >= 8
        assert _readiness(town.port)["code"] == 200
        _stops_whole(town, signal.SIGTERM)


def test_a_child_that_dies_takes_the_others_along(folder: Path) -> None:
    with served(folder) as town:
        children = town.children()
        worker = next(n for n, command in children.items() if command.endswith("-m pwa "))
        os.kill(worker, signal.SIGKILL)
        assert town.wait() == 1
        assert [n for n in children if Path(f"/proc/{n}").exists()] == []


def test_a_taken_port_is_one_sentence_that_names_its_setting(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with served(tmp_path / "instance", KIZUKI_PORT=str(port)) as town:
            assert "KIZUKI_PORT" in town.said
            assert len(town.said.strip().splitlines()) == 1


def test_an_address_of_another_machine_is_named_by_its_own_setting(tmp_path: Path) -> None:
    with served(tmp_path / "instance", KIZUKI_BIND="203.0.113.9") as town:
        assert "KIZUKI_BIND: 203.0.113.9 cannot be used" in town.said
        assert len(town.said.strip().splitlines()) == 1


def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    with served(tmp_path / "instance", KIZUKI_LOG_LEVEL="LOUD") as town:
        assert town.said == "KIZUKI_LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR.\n"
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize(
    ("changed", "may"),
    [
        ({}, True),
        ({"public_url": "https://192.168.0.3:8000", "bind": "192.168.0.3"}, True),
        ({"public_url": "https://town.local:8000", "bind": "0.0.0.0", "lan": True}, True),
        ({"bind": "0.0.0.0"}, False),
        ({"public_url": "https://kizuki.example.jp"}, False),
        ({"public_url": "http://203.0.113.9"}, True),
        ({"public_url": "http://8.8.8.8"}, False),
    ],
)
def test_the_demonstration_stays_near(changed: dict[str, object], may: bool) -> None:
    settings = Settings(**changed)  # type: ignore[arg-type]
    assert may_have_demo(settings, is_sqlite=True) is may
    assert not may_have_demo(settings, is_sqlite=False)


@pytest.fixture
def near(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    """An app whose network is this machine, and whose settings ask for it."""
    monkeypatch.setattr(lan, "own_address", lambda: "127.0.0.1")
    kizuki = app.extensions["kizuki"]
    settings = dataclasses.replace(
        kizuki.settings, lan=True, instance=tmp_path, port=two_free_ports(), terminal="en"
    )
    app.extensions["kizuki"] = dataclasses.replace(kizuki, settings=settings)
    return app


@pytest.mark.parametrize("answers", [True, False])
def test_in_the_network_it_has_a_name_or_says_what_a_number_lacks(
    near: Flask, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    responder = type("Responder", (), {"close": lambda self: None})()
    monkeypatch.setattr(lan, "_responder", lambda *_: responder if answers else None)
    monkeypatch.setattr(lan, "local_name", lambda: "town.local")
    near.config["KIZUKI_DEMO"] = answers
    with near.app_context(), ExitStack() as stack:
        place = in_network(near.extensions["kizuki"], stack)
        host = "town.local" if answers else "127.0.0.1"
        assert place.url == f"https://{host}:{place.port}"
        assert any("passkeys" in note for note in place.notes) is not answers
        assert place.files is not None
        with closing(http.client.HTTPConnection("127.0.0.1", place.port + 1)) as helper:
            helper.request("GET", "/")
            page = helper.getresponse().read().decode()
    assert page.count("kizuki-ca.crt") >= 3
    assert place.url in page
    assert ("見本の町です" in page) is answers


def test_without_a_network_it_says_so(near: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan, "own_address", lambda: None)
    with near.app_context(), ExitStack() as stack, pytest.raises(Stopped):
        in_network(near.extensions["kizuki"], stack)
