"""What may be gathered at all, and what waits for whom when two tap at once."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from blueprints.intake import repeats
from models.desk import Desk
from models.handoff import Handoff, Outcome
from models.household import gathering, nearby
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.blueprints.intake.test_household import HOUSE, SAME, TITLE, made, shown
from tests.support.at_once import following
from tests.town import MORNING


def test_what_was_passed_on_is_neither_proposed_nor_gathered(
    okada: FlaskClient, notes: Notes, post: Post, store: Store
) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    with store.write() as session:
        by, south = session.get_one(Person, notes.cast.okada), notes.cast.south_desk
        session.get_one(Handoff, other).pass_on(by, session.get_one(Desk, south), "", MORNING)
    assert TITLE not in shown(okada, one)
    assert 'name="other"' not in shown(okada, other)
    for pair in ((one, other), (other, one)):
        assert post(pair[0], "gathering", other=str(pair[1])).status_code == 409
    assert made(store) == []


def test_where_not_all_was_looked_at_the_page_says_so_even_of_nothing_found(
    okada: FlaskClient, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = notes.send(**HOUSE)
    for _ in range(2):
        ended = notes.acknowledged(place_detail="9-9", called="山本")
        notes.change(
            ended, lambda note, by: note.close(by, Outcome.SETTLED, Said("closed"), MORNING)
        )
    assert TITLE not in shown(okada, one)
    monkeypatch.setattr(nearby, "MOST", 1)
    page = shown(okada, one)
    assert "見つかりませんでした" in page
    assert "3,000件までを見くらべました" in page
    assert 'name="other"' not in page


def test_where_volunteers_gather_what_is_urgent_they_read_where_it_went_and_the_core_undoes_it(
    okada: FlaskClient, notes: Notes, post: Post, store: Store, app: Flask
) -> None:
    with store.write() as session:
        session.get_one(Desk, notes.cast.north_desk).is_volunteer = True
    one, other = notes.send(), notes.send(by="sato")
    answer = post(one, "gathering", other=str(other))
    page = okada.get(answer.location)
    assert page.status_code == 200
    assert "重なって急ぎになったので、北の相談室からつながり支援課へ移りました。" in page.text
    assert okada.get(f"/desk/handoffs/{one}").status_code == 404
    ueda = town.signed_in(app.test_client(), store, notes.cast.ueda)
    [gathered] = made(store)
    path, form = f"/desk/handoffs/{one}/ungathering", {"gathering": str(gathered)}
    answer = ueda.post(path, data=form, headers=town.csrf(ueda))
    page = ueda.get(answer.location)
    assert page.status_code == 200
    assert "まとめたのを取り消し、もとにもどしました。" in page.text
    assert "もとの窓口（北の相談室）へもどりました" in shown(okada, one)


def test_whoever_taps_waits_for_the_household_before_the_note(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
        one, other = (
            town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi).id for _ in range(2)
        )

    def tap(session: Session, mine: uuid.UUID, its: uuid.UUID) -> None:
        handoff, by = session.get_one(Handoff, mine), session.get_one(Person, cast.okada)
        with repeats.said_once(handoff, "gathering"):
            gathering.gather(handoff, session.get_one(Handoff, its), by, MORNING)

    meeting = following(shared, lambda session: tap(session, other, one))
    with meeting as (begin, refused), shared.write() as session:
        handoff = session.get_one(Handoff, one)
        with repeats.said_once(handoff, "gathering"):
            begin()
            by = session.get_one(Person, cast.okada)
            gathering.gather(handoff, session.get_one(Handoff, other), by, MORNING)
    assert refused == []
    assert len(made(shared)) == 1
