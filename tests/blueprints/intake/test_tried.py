"""Who is denied a note and asks for it gets what they get for none; the log alone tells."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import denying
from models.audit import AuditLine
from models.audit_alarm import AlarmKind, AuditAlarm
from models.audit_views import SEARCH, TRIED
from models.audit_watch import watch
from models.conflict import ConflictKind
from models.delivery import Delivery
from models.handoff import Handoff
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.blueprints.intake.test_conflict import TOKEN, VARYING
from tests.conftest import SetClock
from tests.town import Cast

WORDS = "朝刊がたまっています。"


@pytest.fixture
def kept_back(notes: Notes, store: Store, cast: Cast, clock: SetClock) -> uuid.UUID:
    """A note of the own desk that okada may not see."""
    sent = notes.send(words=WORDS)
    with store.write() as session:
        thread = session.get_one(Handoff, sent).thread
        denying.deny(thread, [cast.okada], ConflictKind.FOUND, clock.now)
    return sent


def _lines(store: Store, act: str) -> list[AuditLine]:
    with store.read() as session:
        return list(session.scalars(sa.select(AuditLine).where(AuditLine.act == act)))


def _questions(store: Store, clock: SetClock) -> list[tuple[AlarmKind, uuid.UUID | None]]:
    watch(store, clock.now)
    with store.read() as session:
        return [(one.kind, one.actor_id) for one in session.scalars(sa.select(AuditAlarm))]


def _answer(response: TestResponse, *ids: uuid.UUID) -> tuple[object, ...]:
    """All of an answer but what differs from one moment to the next."""
    text = TOKEN.sub("TOKEN", response.text)
    for one in ids:
        text = text.replace(str(one), "ID")
    headers = {name: value for name, value in response.headers if name not in VARYING}
    return response.status_code, re.sub(r"\s+", " ", text), headers


def test_by_its_address_it_is_as_if_it_were_not_there(
    okada: FlaskClient, store: Store, cast: Cast, kept_back: uuid.UUID, clock: SetClock
) -> None:
    nowhere = uuid.uuid4()
    both = [_answer(okada.get(f"/desk/handoffs/{one}"), one) for one in (kept_back, nowhere)]
    assert both[0] == both[1]
    assert both[0][0] == 404
    lines = _lines(store, TRIED)
    assert {one.object_id for one in lines} == {str(kept_back), str(nowhere)}
    told = {(one.chain, one.object_kind, one.shown, one.actor_id) for one in lines}
    assert told == {("town", "handoff", None, cast.okada)}
    assert _questions(store, clock) == [(AlarmKind.OWN, cast.okada)]


def test_a_form_and_an_old_notice_leave_the_same_line(
    okada: FlaskClient, store: Store, cast: Cast, kept_back: uuid.UUID, clock: SetClock
) -> None:
    with store.read() as session:
        mine = Delivery.handoff_id == kept_back, Delivery.person_id == cast.okada
        address = session.scalars(sa.select(Delivery.address).where(*mine)).first()
    path = f"/desk/handoffs/{kept_back}/memo"
    answers = [
        okada.post(path, data={"memo": "x"}, headers=town.csrf(okada)),
        okada.get(f"/d/{address}"),
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert len(_lines(store, TRIED)) == 2
    assert _questions(store, clock) == [(AlarmKind.OWN, cast.okada)]


def test_a_search_shows_what_it_shows_without_the_note_and_its_line_names_it(
    okada: FlaskClient, store: Store, cast: Cast, kept_back: uuid.UUID, clock: SetClock
) -> None:
    def ask(typed: str) -> TestResponse:
        return okada.post("/desk/search", data={"q": typed}, headers=town.csrf(okada))

    met, unmet = ask("朝刊がた"), ask("朝刊がX")
    assert met.text.count("朝刊") == unmet.text.count("朝刊")
    assert str(kept_back) not in met.text
    with store.read() as session:
        thread = session.get_one(Handoff, kept_back).thread_id
    assert [one.shown_ids for one in _lines(store, SEARCH)] == [[thread], []]
    assert _questions(store, clock) == [(AlarmKind.OWN, cast.okada)]


def test_the_answer_stays_where_the_line_cannot_be_written(
    okada: FlaskClient, kept_back: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("disk full"))

    monkeypatch.setattr("models.audit.write", broken)
    assert okada.get(f"/desk/handoffs/{kept_back}").status_code == 404
