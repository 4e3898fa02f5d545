"""The doctor: one line for each part, and an exit status."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from models.audit_keeping import KeptHead
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from models.town import Beat, Town
from tests.conftest import NOW, SetClock
from tests.support.mailbox import Inbox, Post

REAL = "https://kizuki.example.jp"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    KeyRing.create(tmp_path / "keys.json")
    outside = {"KIZUKI_AUDIT_FOLDER": str(tmp_path / "outside")}
    return Settings.from_env(
        {"KIZUKI_INSTANCE": str(tmp_path), "KIZUKI_PUBLIC_URL": REAL, **outside}
    )


def _town(
    store: Store,
    *,
    is_demo: bool = False,
    beat_at: dt.datetime = NOW,
    kept_at: dt.datetime = NOW,
) -> None:
    with store.write() as session:
        Town.start(session, code="24208", name="名張市", is_demo=is_demo, now=NOW)
        session.add(Beat(name="worker", at=beat_at))
        kept = {"day": NOW.date(), "made_at": kept_at, "kept_at": kept_at}
        session.add(KeptHead(**kept, document="{}", places=["folder"], attempts=1))


def _check(app: Flask) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit status, and mark and sentence by part."""
    result = app.test_cli_runner().invoke(args=["check"])
    lines = [line.split(maxsplit=2) for line in result.output.splitlines()]
    return result.exit_code, {part: (mark, sentence) for mark, part, sentence in lines}


def _with(app: Flask, **changes: object) -> Flask:
    kizuki = app.extensions["kizuki"]
    changed = dataclasses.replace(kizuki.settings, **changes)
    app.extensions["kizuki"] = dataclasses.replace(kizuki, settings=changed)
    return app


def test_a_town_that_is_well_has_an_ok_on_every_line(app: Flask, store: Store) -> None:
    _town(store)
    status, lines = _check(_with(app, terminal="en"))
    assert status == 0
    assert {mark for mark, _ in lines.values()} == {"ok"}
    assert list(lines) == [
        "Database", "Migrations", "Keys", "Town", "HTTPS", "Push", "Mail", "Audit", "Worker",
    ]  # fmt: skip


def test_a_real_town_without_https_is_not_well(app: Flask, store: Store) -> None:
    _town(store)
    status, lines = _check(_with(app, public_url="http://localhost:8000", terminal="en"))
    assert status == 1
    assert lines["HTTPS"][0] == "—"
    assert "KIZUKI_PUBLIC_URL" in lines["HTTPS"][1]


def test_the_demonstration_needs_neither_https_nor_a_real_subject(app: Flask, store: Store) -> None:
    _town(store, is_demo=True)
    plain = {"public_url": "http://localhost:8000", "vapid_subject": "https://kizuki.example"}
    assert _check(_with(app, **plain))[0] == 0


def test_a_real_town_needs_a_push_subject_of_its_own(app: Flask, store: Store) -> None:
    _town(store)
    status, lines = _check(_with(app, vapid_subject="https://kizuki.example", terminal="en"))
    assert (status, lines["Push"][0]) == (1, "—")


def test_a_silent_worker_is_told(app: Flask, store: Store, clock: SetClock) -> None:
    _town(store, beat_at=NOW - dt.timedelta(seconds=61))
    status, lines = _check(_with(app, terminal="en"))
    assert (status, lines["Worker"][0]) == (1, "—")


def test_a_head_of_the_log_that_is_kept_nowhere_or_long_ago_is_told(
    app: Flask, store: Store
) -> None:
    _town(store, kept_at=NOW - dt.timedelta(days=3))
    status, lines = _check(_with(app, terminal="en"))
    assert (status, lines["Audit"][0]) == (1, "—")
    assert "two days" in lines["Audit"][1]
    status, lines = _check(_with(app, audit_folder=None))
    assert (status, lines["Audit"][0]) == (1, "—")
    assert "KIZUKI_AUDIT_FOLDER" in lines["Audit"][1]


def test_keys_that_others_may_read_are_told(app: Flask, store: Store, settings: Settings) -> None:
    _town(store)
    settings.key_file.chmod(0o644)
    status, lines = _check(_with(app, terminal="en"))
    assert status == 1
    assert "0644" in lines["Keys"][1]


def test_mail_is_asked_of_the_server_itself(app: Flask, store: Store) -> None:
    _town(store)
    sender = "kizuki@example.jp"
    post = Post(Inbox())
    post.start()
    url = f"smtp://127.0.0.1:{post.port}"
    there = _with(app, smtp_url=url, mail_from=sender, terminal="en")
    assert _check(there)[1]["Mail"] == ("ok", f"127.0.0.1:{post.port} answers.")
    post.stop()
    status, lines = _check(there)
    assert (status, lines["Mail"][0]) == (1, "—")


def test_a_database_without_tables_is_told_in_words(
    tmp_path: Path, settings: Settings, keys: KeyRing, clock: SetClock
) -> None:
    store = Store(f"sqlite:///{tmp_path}/bare.sqlite3", keys)
    store.engine.connect().close()
    app = create_app(settings, store=store, keys=keys, clock=clock, strict_words=True)
    status, lines = _check(_with(app, terminal="en"))
    store.close()
    assert status == 1
    assert {part for part, (mark, _) in lines.items() if mark == "ok"} == {
        "Database",
        "Keys",
        "HTTPS",
        "Push",
        "Mail",
    }


def test_a_bare_folder_is_only_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["flask", "--app", "app", "check"])
    bare = tmp_path / "instance"
    app = create_app(Settings.from_env({"KIZUKI_INSTANCE": str(bare)}))
    status, lines = _check(app)
    assert status == 1
    assert [part for part in ("Database", "Keys", "Town") if lines[part][0] == "ok"] == []
    assert "missing" in lines["Keys"][1]
    assert not bare.exists()
