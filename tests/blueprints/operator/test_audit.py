"""`audit head` and `audit verify`: the words and the exit status."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from models import audit
from models.audit import AuditLine
from models.settings import Settings
from models.store import Store
from models.town import Town
from tests.conftest import NOW, SetClock
from tests.support import tampering
from tests.support.tampering import tamper


@pytest.fixture
def settings() -> Settings:
    return Settings(terminal="en")


@pytest.fixture
def head(app: Flask, store: Store, clock: SetClock, tmp_path: Path) -> Path:
    _write(store, NOW, tampering.LINES)
    clock.forward(hours=1)
    printed = app.test_cli_runner().invoke(args=["audit", "head"])
    assert printed.exit_code == 0
    path = tmp_path / "head.json"
    path.write_text(printed.output, "utf-8")
    _write(store, NOW + dt.timedelta(hours=2), 2)
    return path


def _write(store: Store, at: dt.datetime, lines: int) -> None:
    with store.write() as session:
        town = Town.of(session) or Town.start(
            session, code="24299", name="みさき市", is_demo=False, now=NOW
        )
        for _ in range(lines):
            audit.record(session, "change", town, now=at)


def _verify(app: Flask, *more: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "verify", *more])
    return result.exit_code, result.output


def test_a_whole_log_says_how_far_the_head_vouches(app: Flask, head: Path) -> None:
    status, said = _verify(app, "--head", str(head))
    assert status == 0
    assert "The log is as it was written (1 chains, up to line 8 in all)." in said
    assert "town: 2 lines lie after the head." in said
    assert "Not compared" in _verify(app)[1]


def test_what_was_changed_is_named_with_its_place(app: Flask, store: Store, head: Path) -> None:
    with store.write() as session:
        session.execute(sa.update(AuditLine).where(AuditLine.position == 3).values(act="visit"))
    assert _verify(app) == _verify(app)
    status, said = _verify(app, "--head", str(head))
    assert status == 1
    assert "town, line 3: it was changed" in said


def test_what_the_key_hid_is_found_by_the_head(app: Flask, store: Store, head: Path) -> None:
    with store.write() as session:
        tamper(session, tampering.edit, with_key=True)
    assert _verify(app)[0] == 0
    status, said = _verify(app, "--head", str(head))
    assert status == 1
    assert "differs from the head kept outside" in said


def test_a_file_that_is_no_head_is_refused(app: Flask, store: Store, head: Path) -> None:
    changed = head.read_text("utf-8").replace("town", "city")
    for text, words in (("", "There is no head"), (changed, "not signed by this town")):
        head.write_text(text, "utf-8")
        status, said = _verify(app, "--head", str(head))
        assert (status, words in said) == (2, True)
