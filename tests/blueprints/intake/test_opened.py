"""Whoever opens a note reads it, whatever the database ended meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.handoff import Handoff
from models.person import Person
from tests.blueprints.intake.conftest import Notes
from tests.blueprints.intake.test_handoff import page_of


def test_who_waited_crosswise_reads_the_note_all_the_same(
    okada: FlaskClient, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, read = list[Handoff](), Handoff.open

    class Crosswise(Exception):
        sqlstate = "40P01"

    def cross(handoff: Handoff, by: Person, now: dt.datetime) -> bool:
        tried.append(handoff)
        if len(tried) == 1:
            raise sa.exc.OperationalError("", {}, Crosswise())
        return read(handoff, by, now)

    note = notes.send()
    monkeypatch.setattr(Handoff, "open", cross)
    page_of(okada, note)
    assert notes.look(note).opened
