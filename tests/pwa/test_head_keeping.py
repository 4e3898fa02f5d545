"""Each day's head goes where the town cannot change it, once, and is tried again until it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from models.audit_keeping import KeptHead
from models.person import Person, Role
from models.settings import Settings
from models.store import Store
from models.town_time import local_date
from models.words import Words
from pwa.head_keeping import Keeping
from tests import town
from tests.support.mailbox import Inbox, Post
from tests.town import MORNING

FROM = "kizuki@town.example.jp"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def post(inbox: Inbox) -> Iterator[str]:
    server = Post(inbox)
    server.start()
    yield f"smtp://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def peopled(store: Store) -> Store:
    with store.write() as session:
        town.build(session)
        who = {"role": Role.AUDITOR, "name": "浜田", "email": "hamada@town.example.jp"}
        Person.enrol(session, now=MORNING, **who)
    return store


def test_auditors_and_the_settings_address_have_it_once_a_day(
    app: Flask, peopled: Store, post: str, inbox: Inbox, tmp_path: Path
) -> None:
    settings = Settings(smtp_url=post, mail_from=FROM, audit_mail="kansa@town.example.jp")
    keeping = Keeping(settings, Words())
    assert keeping.keep(peopled, MORNING) == 2
    assert keeping.keep(peopled, MORNING + dt.timedelta(hours=3)) == 0
    told = {to for letter in inbox.letters for to in letter[0]}
    assert told == {"hamada@town.example.jp", "kansa@town.example.jp"}
    letter = tmp_path / "letter.eml"
    letter.write_bytes(inbox.letters[0][1].as_bytes())
    result = app.test_cli_runner().invoke(args=["audit", "verify", "--head", str(letter)])
    assert (result.exit_code, "浜田" in result.output) == (0, False)
    assert keeping.keep(peopled, MORNING + dt.timedelta(days=1)) == 2


def test_without_mail_it_lies_in_a_folder_and_is_never_written_over(
    peopled: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "outside"
    keeping = Keeping(Settings(audit_folder=folder), Words())
    assert keeping.keep(peopled, MORNING) == 1
    (kept,) = folder.iterdir()
    assert kept.name == f"kizuki-audit-{local_date(MORNING)}.json"
    before = kept.read_text("utf-8")
    with peopled.write() as session:
        row = session.get_one(KeptHead, local_date(MORNING))
        assert row.document == before
        # As after a kill between the file and the row.
        row.places, row.next_at = [], MORNING
    assert keeping.keep(peopled, MORNING + dt.timedelta(minutes=1)) == 1
    kept.write_text("{}")
    with peopled.write() as session:
        session.get_one(KeptHead, local_date(MORNING)).places = []
        session.get_one(KeptHead, local_date(MORNING)).next_at = MORNING
    assert keeping.keep(peopled, MORNING + dt.timedelta(minutes=2)) == 0
    assert kept.read_text("utf-8") == "{}"


def test_a_place_that_fails_is_tried_again_and_the_others_are_not(
    peopled: Store, post: str, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.recipient_answer = "451 later"
    settings = Settings(smtp_url=post, mail_from=FROM, audit_folder=tmp_path / "outside")
    keeping = Keeping(settings, Words())
    assert keeping.keep(peopled, MORNING) == 1
    assert keeping.keep(peopled, MORNING + dt.timedelta(minutes=4)) == 0
    inbox.recipient_answer = "250 OK"
    assert keeping.keep(peopled, MORNING + dt.timedelta(minutes=6)) == 1
    assert len(inbox.letters) == 1


def test_a_town_without_a_place_keeps_nothing(peopled: Store) -> None:
    assert Keeping(Settings(), Words()).keep(peopled, MORNING) == 0
    with peopled.read() as session:
        assert session.get(KeptHead, local_date(MORNING)) is None
