"""同じ世帯: proposed with its reasons, gathered in one tap, undone whole, and told to nobody."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.area import AreaTown
from models.clue import Clue
from models.desk import Desk
from models.handoff import Handoff, HeldReason, Outcome
from models.household import nearby
from models.household.entity import Gathering
from models.observation import Observation
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.attacks.rows import held
from tests.blueprints.intake.conftest import Notes, Post
from tests.town import MORNING, Cast

HOUSE = {"place_detail": "三丁目2番1号", "called": "渡邊"}
SAME = {"place_detail": "3-2-1", "called": "渡辺さん", "by": "sato"}
TITLE = "同じ世帯かもしれません"
VARYING = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|csrf_token\" value=\"[^\"]+|data-csrf=\"[^\"]+"
    r"|\d+人が\d+回[^<]*"
)


def shown(client: FlaskClient, handoff_id: uuid.UUID) -> str:
    """The note's page."""
    return client.get(f"/desk/handoffs/{handoff_id}").text


def made(store: Store) -> list[uuid.UUID]:
    """The gatherings that there are."""
    with store.read() as session:
        return list(session.scalars(sa.select(Gathering.id).order_by(Gathering.at)))


def test_a_likely_companion_is_shown_with_the_reasons_in_words(
    okada: FlaskClient, notes: Notes
) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    notes.send(place_detail="3-2-2", called="渡辺")
    page = shown(okada, one)
    assert page.count('name="other"') == 1
    assert f'name="other" value="{other}"' in page
    assert "場所が同じ、名字が同じ、日が近い、サインの分野が同じ" in page
    assert "すべて見くらべました" in page


@pytest.mark.parametrize(
    "told",
    [
        {"area": "kitamachi", "place": "北町3-2-1"},
        {"area": "kitamachi", "place": "5100001", "place_detail": "3-2-1"},
        {"area": "north", "place": "北町", "place_detail": "3-2-1"},
        {"area": "north", "place": "北部", "place_detail": "北町3-2-1"},
    ],
)
def test_a_house_is_found_wherever_its_address_was_typed(
    okada: FlaskClient, notes: Notes, told: dict[str, str]
) -> None:
    one, other = notes.send(place_detail="3-2-1"), notes.send(by="sato", **told)
    for looked in (one, other):
        assert "場所が同じ" in shown(okada, looked)


def test_a_note_without_companions_says_nothing(okada: FlaskClient, notes: Notes) -> None:
    assert TITLE not in shown(okada, notes.send(**HOUSE))


def test_one_tap_gathers_them_and_one_undoes_it(
    okada: FlaskClient, notes: Notes, post: Post, store: Store
) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    answer = post(one, "gathering", other=str(other))
    assert answer.location.endswith(f"/desk/handoffs/{one}?done=gathering")
    page = okada.get(answer.location).text
    assert "同じ世帯にまとめました。" in page
    assert "知らせた人は2人です" in page
    assert "14日のあいだに、同じ世帯のことが、二人から届きました" in page
    assert TITLE not in page
    assert str(one) in shown(okada, other)
    # A second tap of the same form, and one of a colleague, find it done.
    assert post(one, "gathering", other=str(other)).status_code == 303
    (act,) = made(store)
    for _ in range(2):
        assert post(other, "ungathering", gathering=str(act)).status_code == 303
    assert made(store) == []
    page = okada.get(f"/desk/handoffs/{one}?done=ungathering").text
    assert TITLE in page
    assert "同じ世帯のことが、二人から" not in page


def test_without_a_note_to_gather_with_the_form_says_so(notes: Notes, post: Post) -> None:
    one = notes.send(**HOUSE)
    answer = post(one, "gathering")
    assert answer.status_code == 422
    assert "一つ選んでください" in answer.text
    assert post(one, "gathering", other="nothing").status_code == 400
    answer = post(one, "ungathering")
    assert answer.status_code == 422
    assert "取り消しました" not in answer.text


def test_notes_of_another_desk_are_neither_shown_nor_gathered(
    okada: FlaskClient, notes: Notes, post: Post, store: Store
) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    with store.write() as session:
        session.get_one(Handoff, other).escalate(session.get_one(Desk, notes.cast.core), MORNING)
    assert TITLE not in shown(okada, one)
    assert post(one, "gathering", other=str(other)).status_code == 404
    assert made(store) == []


def test_a_gathering_with_a_note_that_went_on_is_undone_from_either_side(
    okada: FlaskClient, notes: Notes, post: Post, store: Store
) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    post(one, "gathering", other=str(other))
    with store.write() as session:
        session.get_one(Handoff, other).escalate(session.get_one(Desk, notes.cast.core), MORNING)
    page = shown(okada, one)
    assert "いっしょにまとめたものが、ほかの窓口にもあります。" in page
    assert str(other) not in page
    assert post(one, "ungathering", gathering=str(made(store)[0])).status_code == 303
    assert made(store) == []
    assert "同じ世帯の気になること</h2>" not in shown(okada, one)


@pytest.fixture
def aoki(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    """Of the core, and of its sealed team."""
    return town.signed_in(app.test_client(), store, cast.aoki)


@pytest.fixture
def ueda(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    """Of the core alone."""
    return town.signed_in(app.test_client(), store, cast.ueda)


def at_core(notes: Notes, **fields: object) -> uuid.UUID:
    """A note about a town without a desk, which the core owns."""
    return notes.send(area="shima", **fields)


def test_beside_a_sealed_note_the_world_of_everybody_else_is_the_same(
    aoki: FlaskClient, ueda: FlaskClient, notes: Notes, store: Store
) -> None:
    one, two = at_core(notes, **HOUSE), at_core(notes, **SAME)
    for each in (one, two):
        shown(ueda, each)
    before = [VARYING.sub("", shown(ueda, each)) for each in (one, two)]
    sealed = at_core(notes, **SAME, not_nearby=True)
    assert [VARYING.sub("", shown(ueda, each)) for each in (one, two)] == before
    assert f'value="{sealed}"' in shown(aoki, one)
    for each in (one, two):
        form = {"other": str(each)}
        path = f"/desk/handoffs/{sealed}/gathering"
        assert aoki.post(path, data=form, headers=town.csrf(aoki)).status_code == 303
    assert "知らせた人は2人です" in shown(aoki, sealed)
    assert shown(aoki, one).count('name="gathering"') == 2
    assert [VARYING.sub("", shown(ueda, each)) for each in (one, two)] == before
    # Nor can somebody outside the team reach it by guessing.
    for noun, form in (
        ("gathering", {"other": str(sealed)}),
        *(("ungathering", {"gathering": str(act)}) for act in made(store)),
    ):
        path = f"/desk/handoffs/{one}/{noun}"
        assert ueda.post(path, data=form, headers=town.csrf(ueda)).status_code == 404
    assert len(made(store)) == 2


def test_nothing_of_it_reaches_a_reporter(
    notes: Notes, post: Post, store: Store, app: Flask, cast: Cast
) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    with store.read() as session:
        threads = [session.get_one(Handoff, each).thread_id for each in (one, other)]
    people = [cast.suzuki, cast.sato]
    clients = [town.signed_in(app.test_client(), store, person) for person in people]
    paths = [("/notes", f"/notes/{thread}", "/api/v1/observations") for thread in threads]

    def seen() -> Iterator[str]:
        for client, mine in zip(clients, paths, strict=True):
            yield from (VARYING.sub("", client.get(path).text) for path in mine)

    before = list(seen())
    post(one, "gathering", other=str(other))
    assert list(seen()) == before
    post(one, "ungathering", gathering=str(made(store)[0]))
    assert list(seen()) == before


def test_what_cannot_be_opened_is_passed_over(
    okada: FlaskClient, notes: Notes, store: Store
) -> None:
    one, other, third = notes.send(**HOUSE), notes.send(**SAME), notes.send(**SAME)
    broken = {"sealed_body": b"\1"}
    _change(store, other, **broken)
    assert f'value="{third}"' in shown(okada, one)
    assert f'value="{other}"' not in shown(okada, one)
    assert TITLE not in shown(okada, other)


def _change(store: Store, handoff_id: uuid.UUID, **values: object) -> None:
    with store.write() as session:
        thread = session.get_one(Handoff, handoff_id).thread_id
        note = sa.update(Observation).where(Observation.thread_id == thread)
        session.execute(note.values(**values))


def test_older_ones_are_found_by_their_blind_index_and_the_page_says_how_far_it_looked(
    okada: FlaskClient, notes: Notes, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, met, unmet, waits = notes.send(**HOUSE), *(notes.send(**SAME) for _ in range(3))
    with store.write() as session:
        by = session.get_one(Person, notes.cast.okada)
        for ended in (session.get_one(Handoff, met), session.get_one(Handoff, unmet)):
            ended.acknowledge(by, Said("check"), MORNING)
            ended.close(by, Outcome.SETTLED, Said("closed"), MORNING)
        session.execute(sa.delete(Clue).where(Clue.observation_id.in_(_notes(unmet, waits))))
    assert f'value="{unmet}"' in shown(okada, one)
    monkeypatch.setattr(nearby, "MOST", 0)
    page = shown(okada, one)
    assert f'value="{met}"' in page
    assert f'value="{unmet}"' not in page
    # What is open is looked at whole, short of a flood.
    assert f'value="{waits}"' in page
    assert "3,000件まで" in page
    monkeypatch.setattr(nearby, "OPEN", 0)
    assert f'value="{waits}"' not in shown(okada, one)


def _notes(*handoffs: uuid.UUID) -> sa.Select[uuid.UUID]:
    threads = sa.select(Handoff.thread_id).where(Handoff.id.in_(handoffs))
    return sa.select(Observation.id).where(Observation.thread_id.in_(threads))


def test_a_house_of_another_town_is_not_opened(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        session.add(AreaTown(area_id=cast.north, town_id=cast.shima))
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    wide = notes.send(place="北部", place_detail="北町3-2-1", called="渡辺", area="north")
    away = notes.send(**SAME, area="shima")
    for looked in (one, wide):
        page = shown(okada, looked)
        assert f'value="{other}"' in page
        assert f'value="{away}"' not in page
    assert TITLE not in shown(okada, away)


def test_a_held_note_shows_its_companions_and_is_placed_first(
    aoki: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        lost = held(session, HeldReason.UNKNOWN_AREA)
    page = shown(aoki, lost)
    assert 'name="other"' not in page
    path = f"/desk/handoffs/{lost}/gathering"
    assert aoki.post(path, data={}, headers=town.csrf(aoki)).status_code == 404


def test_a_passed_on_note_is_one_note(okada: FlaskClient, notes: Notes, store: Store) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    with store.write() as session:
        _there_and_back(session, other, notes.cast)
    assert shown(okada, one).count('name="other"') == 1


def _there_and_back(session: Session, handoff_id: uuid.UUID, cast: Cast) -> None:
    okada, kimura = (session.get_one(Person, one) for one in (cast.okada, cast.kimura))
    handoff = session.get_one(Handoff, handoff_id)
    south, north = (session.get_one(Desk, one) for one in (cast.south_desk, cast.north_desk))
    away = handoff.pass_on(okada, south, "", MORNING)
    session.flush()
    away.pass_on(kimura, north, "", MORNING)
