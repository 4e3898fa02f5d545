"""特別な確認 at the door: who told, and what another desk has, by two people's will."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.audit import AuditLine
from models.audit_views import View
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.errors import Busy
from models.handoff import Handoff
from models.ledger import Ledger
from models.membership import Membership
from models.person import Person, Role
from models.reveal import deciding
from models.reveal.entity import Reveal
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.conftest import SetClock
from tests.town import MORNING, Cast

REASON = "倒れているかもしれないので"
Client = Callable[[str], FlaskClient]


@pytest.fixture
def at(app: Flask, store: Store, cast: Cast) -> Client:
    """The browser of somebody of the cast."""
    found: dict[str, FlaskClient] = {}

    def at(name: str) -> FlaskClient:
        if name not in found:
            who = getattr(cast, name)
            found[name] = town.signed_in(app.test_client(), store, who)
        return found[name]

    return at


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(path, data=form, headers=town.csrf(client))


def ask(client: FlaskClient, handoff_id: uuid.UUID, **form: str) -> str:
    """The address of a new asking."""
    answer = send(client, f"/desk/handoffs/{handoff_id}/reveals", reason=REASON, **form)
    assert answer.status_code == 303, answer.text
    return answer.location


def seal(store: Store, handoff_id: uuid.UUID) -> None:
    """As sealing it later leaves it."""
    with store.write() as session:
        handoff = session.get_one(Handoff, handoff_id)
        handoff.is_sealed = handoff.thread.is_sealed = True


def lines(store: Store, act: str) -> list[uuid.UUID | None]:
    with store.read() as session:
        return list(session.scalars(sa.select(AuditLine.actor_id).where(AuditLine.act == act)))


def test_the_name_is_shown_to_whoever_asked_once_somebody_else_agreed(
    at: Client, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    path = ask(at("okada"), notes.send())
    assert "鈴木" not in at("okada").get(path).text
    assert "特別な確認" in at("kato").get("/desk").text
    assert REASON in at("kato").get(path).text
    assert send(at("kato"), f"{path}/agreement").status_code == 303
    page = at("okada").get(path)
    assert "鈴木さん" in page.text
    assert page.headers["Refresh"] == "1800"
    assert lines(store, "see_reporter") == [cast.okada]
    for other in ("kato", "ueda"):
        assert "鈴木" not in at(other).get(path).text
    for _ in range(2):
        # Who reads is signed out after as long a rest as it is open.
        assert at("okada").get("/desk").status_code == 200
        clock.forward(minutes=15)
    page = at("okada").get(path)
    assert "鈴木" not in page.text
    assert "閉じました" in page.text


def test_no_number_stands_there(at: Client, notes: Notes) -> None:
    sent = notes.send(contact="reply", telephone="0590000111")
    path = ask(at("okada"), sent, danger="1")
    page = at("okada").get(path).text
    assert "鈴木さん" in page
    assert "0590000111" not in page


def test_neither_name_nor_number_is_shown_before_its_line_is_written(
    at: Client, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = notes.send(contact="telephone", telephone="0590000111")
    paths = (ask(at("okada"), sent, danger="1"), f"/desk/handoffs/{sent}/telephone")

    def fail(_self: Ledger, _store: Store, _view: View) -> None:
        raise Busy

    assert [at("okada").get(path).status_code for path in paths] == [200, 200]
    monkeypatch.setattr(Ledger, "write", fail)
    for path in paths:
        page = at("okada").get(path)
        assert page.status_code == 503
        assert "鈴木" not in page.text
        assert "0590000111" not in page.text


@pytest.mark.parametrize("who", ["okada", "kimura", "kubo", "suzuki"])
def test_the_second_person_is_another_one_who_reads_it_or_the_core(
    at: Client, notes: Notes, who: str
) -> None:
    path = ask(at("okada"), notes.send())
    assert send(at(who), f"{path}/agreement").status_code == 404
    assert "鈴木" not in at("okada").get(path).text


def test_whoever_comes_second_is_told_that_it_is_decided(at: Client, notes: Notes) -> None:
    path = ask(at("okada"), notes.send())
    assert send(at("kato"), f"{path}/refusal").status_code == 303
    late = send(at("ueda"), f"{path}/agreement")
    assert (late.status_code, "もう答えが出たか" in late.text) == (409, True)
    page = at("okada").get(path).text
    assert "認められませんでした" in page
    assert "鈴木" not in page


def test_what_cannot_be_opened_any_more_says_nothing_of_whoever_asked(
    at: Client, notes: Notes, store: Store, cast: Cast
) -> None:
    sent = notes.send()
    path = ask(at("okada"), sent)
    with store.write() as session:
        core = session.get_one(Desk, cast.core)
        session.get_one(Handoff, sent).escalate(core, MORNING)
    answer = send(at("ueda"), f"{path}/agreement")
    assert (answer.status_code, "いまは見られません" in answer.text) == (409, True)
    assert "開かないまま" in at("ueda").get(path).text
    assert lines(store, "lapse_reveal") == [cast.ueda]


def test_a_seal_that_comes_as_somebody_agrees_opens_nothing(
    at: Client, notes: Notes, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ask(at("okada"), notes.send())

    def sealed(reveal: Reveal) -> None:
        for thread in reveal.threads:
            thread.is_sealed = thread.handoff.is_sealed = True

    monkeypatch.setattr(deciding, "hold", sealed)
    assert send(at("kato"), f"{path}/agreement").status_code == 404
    assert lines(store, "agree_reveal") == lines(store, "lapse_reveal") == []


def test_a_seal_that_comes_later_leaves_nothing_of_it(
    at: Client, notes: Notes, store: Store
) -> None:
    sent = notes.send()
    path = ask(at("okada"), sent, danger="1")
    assert "鈴木さん" in at("okada").get(path).text
    seal(store, sent)
    for who in ("okada", "kato", "ueda", "aoki"):
        assert at(who).get(path).status_code == 404
        assert path not in at(who).get("/desk/reveals").text
    assert at("okada").get(f"/desk/handoffs/{sent}/reveals/new").status_code == 404


def test_a_shown_name_and_a_sealed_note_offer_nothing(at: Client, notes: Notes) -> None:
    shown = notes.send(show_name=True)
    assert "/reveals/new" not in at("okada").get(f"/desk/handoffs/{shown}").text
    assert at("okada").get(f"/desk/handoffs/{shown}/reveals/new").status_code == 404
    assert send(at("okada"), f"/desk/handoffs/{shown}/reveals", reason=REASON).status_code == 404
    sealed = notes.send(not_nearby=True)
    assert "/reveals/new" not in at("aoki").get(f"/desk/handoffs/{sealed}").text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"reason": " "}, "一言書くと、送れます"),
        ({"reason": "123456789018"}, "マイナンバー"),
        ({"reason": "長" * 501}, "1文字"),
    ],
)
def test_it_takes_a_reason_and_what_cannot_be_kept_comes_back(
    at: Client, notes: Notes, form: dict[str, str], sentence: str
) -> None:
    path = f"/desk/handoffs/{notes.send()}/reveals"
    answer = send(at("okada"), path, danger="1", **form)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'name="danger" value="1" checked' in answer.text


def test_the_core_reads_in_danger_what_a_desk_has_and_nothing_more(
    at: Client, notes: Notes, store: Store, cast: Cast
) -> None:
    sent = notes.send(called="竹内フミ", words="三日前から見かけません")
    with store.write() as session:
        other = session.get_one(Desk, cast.south_desk)
        other.name = "0"
        here = {"made_at": MORNING, "confirmed_at": MORNING}
        session.add(Membership(person_id=cast.ueda, desk=other, **here))
    form = {"question": "竹内フミ", "reason": REASON}
    assert send(at("ueda"), "/desk/reveals", reason=REASON).status_code == 422
    path = send(at("ueda"), "/desk/reveals", **form).location
    assert "見かけません" not in at("ueda").get(path).text
    path = send(at("ueda"), "/desk/reveals", danger="1", **form).location
    page = at("ueda").get(path).text
    assert "三日前から見かけません" in page
    assert "鈴木" not in page
    assert lines(store, "see_threads") == [cast.ueda]
    assert at("ueda").get(f"/desk/handoffs/{sent}").status_code == 404
    assert at("ueda").get(f"/desk/handoffs/{sent}/telephone").status_code == 404
    assert "見かけません" not in at("aoki").get(path).text
    assert "上田さんに、これが特別に開かれました" in at("okada").get(f"/desk/handoffs/{sent}").text
    reporter = ask(at("ueda"), sent, danger="1")
    assert "鈴木さん" in at("ueda").get(reporter).text
    with store.read() as session:
        asked = session.get_one(Reveal, uuid.UUID(reporter.rpartition("/")[2]))
        assert asked.desk_id == cast.core
    seal(store, sent)
    page = at("ueda").get(path)
    assert (page.status_code, "見かけません" in page.text) == (200, False)


def test_the_push_leads_to_what_is_to_be_decided(at: Client, notes: Notes, store: Store) -> None:
    ask(at("okada"), notes.send())
    with store.read() as session:
        kind = Delivery.kind == DeliveryKind.REVEAL
        kato = session.scalars(sa.select(Person.id).where(Person.id == notes.cast.kato)).one()
        to = sa.select(Delivery.address).where(kind, Delivery.person_id == kato)
        address = session.scalars(to).one()
    assert at("kato").get(f"/d/{address}").location == "/desk/reveals"


def test_the_reporter_reads_by_role_that_it_was_opened(
    at: Client, notes: Notes, store: Store
) -> None:
    sent = notes.send()
    with store.read() as session:
        thread_id = session.get_one(Handoff, sent).thread_id
    ask(at("okada"), sent, danger="1")
    page = at("suzuki").get(f"/notes/{thread_id}").text
    assert (
        "窓口の人が、特別な理由で、お知らせくださったあなたがどなたかを確認しました（11月24日"
        in page
    )
    assert "岡田" not in page


def test_the_auditor_sees_each_by_codes_and_why(
    app: Flask, at: Client, notes: Notes, store: Store
) -> None:
    with store.write() as session:
        reader = Person.enrol(session, role=Role.AUDITOR, name="浜田", now=MORNING).id
    ask(at("okada"), notes.send(called="竹内フミ"), danger="1")
    send(at("ueda"), "/desk/reveals", question="竹内フミ", reason="確かめます")
    page = town.signed_in(app.test_client(), store, reader).get("/audit/reveals").text
    assert REASON in page
    assert "いのちの危険" in page
    assert "<dd>1</dd>" in page
    for canary in ("岡田", "鈴木", "竹内", "北町"):
        assert canary not in page
