"""GET /settings and its POSTs, the phones, and leaving."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import held_history
from models.credential import SignIn
from models.delivery import Delivery, DeliveryKind
from models.identity import Identity
from models.invitation import Invitation
from models.joining import Newcomer, redeem
from models.person import AnswerBy, Person, PersonState
from models.reporter import Reporter
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.notes import code_on, post, thread_path, typed
from tests.town import Cast


def test_the_name_changes(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    done = post(suzuki, "/settings/name", name=" 鈴木 葛󠄀 ")
    assert done.headers["Location"] == "/settings?done=saved"
    with store.read() as session:
        assert session.get_one(Person, cast.suzuki).name == "鈴木 葛󠄀"


@pytest.mark.parametrize(("name", "says"), [("　", "お名前を書いて"), ("あ" * 41, "1文字多い")])
def test_a_name_that_cannot_be_is_said_at_its_field(
    suzuki: FlaskClient, name: str, says: str
) -> None:
    answer = post(suzuki, "/settings/name", name=name)
    assert answer.status_code == 422
    assert re.search(f'id="name-error">{says}', answer.text)
    assert f'value="{name}"' in answer.text


def test_the_language_of_everything_changes(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    post(suzuki, "/settings/language", language="ja@easy")
    assert 'data-words="easy"' in suzuki.get("/settings").text
    assert post(suzuki, "/settings/language", language="xx").status_code == 422


def test_the_area_changes_by_postal_code_and_old_notes_stay(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    path = thread_path(post(suzuki, "/notes", **typed(cast.kitamachi)))
    post(suzuki, "/settings/area", place="5100002")
    assert "南町のこと" in suzuki.get("/notes/new").text
    assert "北の相談室" in suzuki.get(path).text


@pytest.mark.parametrize("who", ["sato", "takahashi"])
def test_a_beat_or_an_association_is_given_by_the_office(
    client: FlaskClient, store: Store, cast: Cast, who: str
) -> None:
    town.signed_in(client, store, getattr(cast, who))
    shown = client.get("/settings").text
    assert 'action="/settings/area"' not in shown
    assert "変わったときは、窓口に電話してください" in shown
    assert post(client, "/settings/area", place="5100003").status_code == 409
    with store.read() as session:
        assert session.get_one(Person, getattr(cast, who)).area_id != cast.shima


def test_several_towns_are_offered(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    answer = post(suzuki, "/settings/area", place="町")
    assert answer.status_code == 422
    assert "南町" in answer.text
    post(suzuki, "/settings/area", place="町", area=str(cast.minamimachi))
    with store.read() as session:
        assert session.get_one(Person, cast.suzuki).area_id == cast.minamimachi


def test_after_the_first_note_only_one_is_asked_how_answers_should_come(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    first = suzuki.get(thread_path(post(suzuki, "/notes", **typed(cast.kitamachi))) + "/sent")
    assert "お返事の受け取り方" in first.text
    second = suzuki.get(thread_path(post(suzuki, "/notes", **typed(cast.kitamachi))) + "/sent")
    assert "お返事の受け取り方" not in second.text


def test_answers_by_telephone_need_a_number(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    wrong = post(suzuki, "/settings/answer-by", answer_by="telephone", telephone="12")
    assert wrong.status_code == 422
    assert 'href="#answer-telephone"' in wrong.text
    fields = {"answer_by": "telephone", "telephone": "090(1234)5678", "from": "sent"}
    assert post(suzuki, "/settings/answer-by", **fields).headers["Location"] == "/notes"
    with store.read() as session:
        person = session.get_one(Person, cast.suzuki)
        assert person.answer_by is AnswerBy.TELEPHONE
        assert person.identity is not None
        assert person.identity.telephone == "09012345678"


@pytest.mark.parametrize("by", ["phone", "none"])
def test_an_emptied_number_and_address_are_forgotten(
    app: Flask, suzuki: FlaskClient, store: Store, cast: Cast, by: str
) -> None:
    sends_mail(app)
    given = {"telephone": "090-1234-5678", "email": "suzuki@home.example.jp"}
    post(suzuki, "/settings/answer-by", answer_by="telephone", **given)
    shown = suzuki.get("/settings").text
    assert "空にして保存すると、消えます" in shown
    assert post(suzuki, "/settings/answer-by", answer_by=by).status_code == 303
    assert left(store, cast) == ("09012345678", "suzuki@home.example.jp"), "there were no fields"
    emptied = post(suzuki, "/settings/answer-by", answer_by=by, telephone=" ", email="")
    assert emptied.status_code == 303
    assert left(store, cast) == (None, None)


@pytest.mark.parametrize("given", [{"telephone": "abc"}, {"email": "abc"}])
def test_what_cannot_be_read_is_asked_for_again_whatever_was_chosen(
    app: Flask, suzuki: FlaskClient, store: Store, cast: Cast, given: dict[str, str]
) -> None:
    sends_mail(app)
    refused = post(suzuki, "/settings/answer-by", answer_by="none", **given)
    assert refused.status_code == 422
    assert 'value="abc"' in refused.text
    assert f'href="#answer-{next(iter(given))}"' in refused.text
    assert left(store, cast) == (None, None)


def left(store: Store, cast: Cast) -> tuple[str | None, str | None]:
    """The number and the address of suzuki."""
    with store.read() as session:
        identity = session.get_one(Person, cast.suzuki).identity
        assert identity is not None
        return identity.telephone, identity.email


@pytest.mark.parametrize(
    "fields",
    [
        {"answer_by": "telephone", "telephone": "090-9999-9999"},
        # The number alone would be called, too: by a desk that makes sure who it is.
        {"answer_by": "phone", "telephone": "090-9999-9999"},
        {"answer_by": "none"},
    ],
)
def test_while_history_is_closed_answers_come_as_they_did(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock, fields: dict[str, str]
) -> None:
    with store.write() as session:
        town.note(session, town.MORNING, by=cast.suzuki, contact="telephone")
        person = session.get_one(Person, cast.suzuki)
        held_history.close(session, person, town.MORNING)
    new = suzuki.get(thread_path(post(suzuki, "/notes", **typed(cast.kitamachi))) + "/sent")
    assert "お返事の受け取り方" not in new.text
    assert 'name="answer_by"' not in suzuki.get("/settings").text
    refused = post(suzuki, "/settings/answer-by", **fields)
    assert refused.status_code == 422
    assert "受け取り方は、11月25日(水) 9:20から変えられます。" in refused.text
    assert "窓口に電話してください" in refused.text
    assert 'href="#answers"' in refused.text
    with store.read() as session:
        assert session.get_one(Person, cast.suzuki).answer_by is None
        notes = session.scalars(select(Reporter)).all()
        assert {(one.telephone, one.has_number) for one in notes} == {(None, False)}
    clock.forward(hours=24)
    assert post(suzuki, "/settings/answer-by", **fields).status_code == 303


def test_answers_by_mail_are_offered_only_where_the_town_sends_mail(
    app: Flask, suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    sent = thread_path(post(suzuki, "/notes", **typed(cast.kitamachi))) + "/sent"
    for path in (sent, "/settings"):
        assert 'name="answer_by" value="phone"' in suzuki.get(path).text
        assert 'name="answer_by" value="email"' not in suzuki.get(path).text
    fields = {"answer_by": "email", "email": "suzuki@home.example.jp"}
    assert post(suzuki, "/settings/answer-by", **fields).status_code == 422
    sends_mail(app)
    for path in (sent, "/settings"):
        assert 'name="answer_by" value="email"' in suzuki.get(path).text


def sends_mail(app: Flask) -> None:
    """The town has a mail server from now on."""
    kizuki = app.extensions["kizuki"]
    settings = replace(kizuki.settings, smtp_url="smtp://127.0.0.1", mail_from="a@b.example.jp")
    app.extensions["kizuki"] = replace(kizuki, settings=settings)


def test_an_address_that_staff_sign_in_by_can_be_told_and_opens_nothing(
    app: Flask, suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    sends_mail(app)
    email = "okada@misaki.example"
    done = post(suzuki, "/settings/answer-by", answer_by="email", email=email)
    assert done.status_code == 303
    with store.read() as session:
        person = session.get_one(Person, cast.suzuki)
        assert person.identity is not None
        assert person.identity.email == email
        found = Person.with_email(session, email)
        assert found is not None
        assert found.id == cast.okada


def test_a_test_notice_is_queued_for_ones_own_phones(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    post(suzuki, "/settings/test-notices")
    with store.read() as session:
        sent = session.query(Delivery).filter_by(kind=DeliveryKind.TEST).one()
        assert (sent.person_id, sent.high) == (cast.suzuki, False)


def test_another_phone_is_ended_and_strangers_phones_do_not_exist(
    app: Flask, suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    other = town.signed_in(app.test_client(), store, cast.suzuki)
    stranger = town.signed_in(app.test_client(), store, cast.tanaka)
    page = suzuki.get("/settings").text
    ending = re.findall(r'"(/settings/phones/[^"]+/ending)"', page)
    assert len(ending) == 1
    assert post(stranger, ending[0]).status_code == 404
    post(suzuki, ending[0])
    assert other.get("/settings").status_code == 303
    assert suzuki.get("/settings").status_code == 200


def test_a_code_lets_ones_own_app_in_once_and_ends_no_phone(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    post(suzuki, "/settings/app-codes")
    code = code_on(post(suzuki, "/settings/app-codes").text)
    with store.write() as session:
        made = Invitation.by_code(session, store.keys.slow_index(code))
        assert made is not None
        assert redeem(session, made, Newcomer(), clock.now).person.id == cast.suzuki
        assert not made.is_usable(clock.now)
        left = session.scalars(select(Invitation).where(Invitation.person_id == cast.suzuki))
        assert [one for one in left if one.is_usable(clock.now)] == []
    assert suzuki.get("/settings").status_code == 200


def test_staff_get_no_code_for_an_app(app: Flask, store: Store, cast: Cast) -> None:
    okada = town.signed_in(app.test_client(), store, cast.okada)
    assert "/settings/app-codes" not in okada.get("/settings").text
    assert post(okada, "/settings/app-codes").status_code == 422


def test_leaving_forgets_the_person_and_keeps_the_note(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    post(suzuki, "/notes", **typed(cast.kitamachi))
    assert "やめて、忘れてもらう" in suzuki.get("/settings/leaving").text
    assert "お名前と連絡先を消しました。" in post(suzuki, "/settings/leaving").text
    assert suzuki.get("/settings").status_code == 303
    with store.read() as session:
        person = session.get_one(Person, cast.suzuki)
        assert (person.state, person.name) == (PersonState.LEFT, "")
        # The key in it opened the name; a copy of the row is nobody's any more.
        assert session.get(Identity, cast.suzuki) is None
        assert session.scalars(select(SignIn).where(SignIn.revoked_at.is_(None))).all() == []


def test_a_member_of_staff_finds_back_to_the_desk_and_a_resident_to_the_tabs(
    app: Flask, store: Store, suzuki: FlaskClient, cast: Cast
) -> None:
    okada = town.signed_in(app.test_client(), store, cast.okada)
    for path in ("/settings", "/notices"):
        assert 'class="tabbar"' in suzuki.get(path).text
        assert 'class="tabbar"' not in okada.get(path).text
    assert '<a class="link link--start" href="/">' in okada.get("/settings").text
    assert 'href="/settings"' in okada.get("/notices").text


def test_each_is_told_who_sees_the_name(app: Flask, store: Store, cast: Cast) -> None:
    chosen, always = "あなたが選んだときだけ", "窓口と管理の画面に出ます。"
    for who, told in ((cast.suzuki, chosen), (cast.okada, always), (cast.yamamoto, always)):
        page = town.signed_in(app.test_client(), store, who).get("/settings").text
        assert [words for words in (chosen, always) if words in page] == [told]
