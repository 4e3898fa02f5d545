"""The desk's search at its door: what it shows, to whom, and what it leaves behind."""

from __future__ import annotations

import logging
import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import receipt_code
from models.audit import AuditLine
from models.desk import Desk
from models.keys import KeyRing
from models.search import looking
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.town import MORNING, Cast

LANGUAGES = ["ja", "ja@easy", "en"]
RUBY = re.compile("<rp>.*?</rp>|<rt>.*?</rt>|</?ruby>")
TOKEN = re.compile(r'"[\w-]+\.[\w-]{6}\.[\w-]{27}"')


def ask(client: FlaskClient, typed: str, **form: Any) -> TestResponse:
    data = {"q": typed, **form}
    return client.post("/desk/search", data=data, headers=town.csrf(client))


def said(page: TestResponse) -> str:
    """The page without its readings."""
    return RUBY.sub("", page.text)


def rows(page: TestResponse) -> list[str]:
    return re.findall(r'class="job__title"><a href="/desk/handoffs/([0-9a-f-]+)"', page.text)


def searches(store: Store) -> list[AuditLine]:
    with store.read() as session:
        return list(session.scalars(sa.select(AuditLine).where(AuditLine.act == "search")))


def test_a_note_is_shown_with_what_matched_and_the_way_to_it(
    okada: FlaskClient, notes: Notes
) -> None:
    meant = notes.send(called="髙﨑花子", words="朝刊がたまっています。")
    notes.send(words="別のことです。")
    page = ask(okada, "高崎 花子")
    assert rows(page) == [str(meant)]
    assert "1件ありました" in page.text
    assert '<span class="badge badge--brand">名前</span><span>髙﨑花子</span>' in page.text
    assert "この窓口のもの全部（2件）の中からさがしました。" in page.text
    assert 'value="高崎 花子"' in page.text
    assert okada.get(f"/desk/handoffs/{meant}").status_code == 200


def test_it_says_how_far_it_looked(
    okada: FlaskClient, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.send()
    notes.send()
    monkeypatch.setattr(looking, "OPEN", 1)
    page = ask(okada, "朝刊").text
    assert "まだ終わっていないもののうち新しい1件と、終わったもののうち新しい0件の中から" in page
    assert "控え番号・名前・場所がそのまま合うものだけが出ます" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_empty_wrong_or_not_there_is_told_what_to_do_next(
    okada: FlaskClient, store: Store, language: str
) -> None:
    okada.post("/language", data={"language": language}, headers=town.csrf(okada))
    told = {
        "ja": ("さがす言葉を入れて", "18けた", "もう1文字", "言葉を短く", "この窓口には"),
        "ja@easy": ("さがす言葉を入れて", "18けた", "もう1文字", "言葉を短く", "この窓口には"),
        "en": ("write what to look for", "18 digits", "With one more", "shorter", "at this desk"),
    }
    asked = (" 、", "1234-5678-9012-3456-78", "森", "ない言葉", receipt_code.generate())
    for typed, words in zip(asked, told[language], strict=True):
        page = ask(okada, typed)
        assert page.status_code == 200
        assert words in said(page)
    assert okada.get("/desk/search").status_code == 200
    assert len(searches(store)) == 3


def test_a_code_that_a_caller_reads_aloud_finds_the_note_and_stands_on_no_page(
    okada: FlaskClient, store: Store, keys: KeyRing, cast: Cast
) -> None:
    code = receipt_code.generate()
    with store.write() as session:
        note = town.note(
            session,
            MORNING,
            by=cast.suzuki,
            area=cast.kitamachi,
            receipt_hash=keys.slow_index(code),
        )
        handoff_id = str(note.id)
    page = ask(okada, receipt_code.show(code))
    assert rows(page) == [handoff_id]
    assert receipt_code.show(code) not in page.text


def test_a_district_leads_to_its_list(okada: FlaskClient, notes: Notes, cast: Cast) -> None:
    notes.send()
    for asked in ("北町", "きたまち", "510-0001"):
        page = ask(okada, asked).text
        assert f"/desk?desk={cast.north_desk}&amp;area={cast.kitamachi}" in page


def test_what_ended_says_how(okada: FlaskClient, notes: Notes, cast: Cast) -> None:
    handoff_id = notes.acknowledged(called="竹内")
    closing = {"outcome": "settled", "template": "closed"}
    path = f"/desk/handoffs/{handoff_id}/closure"
    assert okada.post(path, data=closing, headers=town.csrf(okada)).status_code == 303
    assert "落ち着いた" in ask(okada, "竹内").text


def test_acknowledging_from_what_was_found_leads_to_the_list(
    okada: FlaskClient, notes: Notes
) -> None:
    handoff_id = notes.send(called="竹内")
    path = f"/desk/handoffs/{handoff_id}/acknowledgement"
    assert f'action="{path}"' in ask(okada, "竹内").text
    answer = okada.post(path, data={"view": "waiting"}, headers=town.csrf(okada))
    assert answer.status_code == 303


def test_only_the_chosen_desk_is_searched_and_no_other_can_be(
    okada: FlaskClient, app: Flask, notes: Notes, cast: Cast
) -> None:
    notes.send(called="竹内")
    kimura = town.signed_in(app.test_client(), notes.store, cast.kimura)
    assert rows(ask(kimura, "竹内")) == []
    assert ask(kimura, "竹内", desk=cast.north_desk).status_code == 404
    assert ask(okada, "竹内", desk=uuid.uuid4()).status_code == 404


def test_what_was_asked_stays_nowhere_but_that_somebody_asked_does(
    okada: FlaskClient, notes: Notes, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "金糸雀花子"
    page = ask(okada, canary)
    assert 'data-address="/desk/search' in page.text
    assert canary not in page.request.full_path
    assert canary not in caplog.text
    (line,) = searches(notes.store)
    assert (line.actor_id, line.object_id) == (cast.okada, str(cast.north_desk))
    with notes.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        assert canary not in "\n".join(raw.iterdump())


def test_a_sealed_note_changes_no_byte_of_anybody_elses_answer(
    okada: FlaskClient, app: Flask, notes: Notes, cast: Cast
) -> None:
    told = {"called": "竹内花子", "place_detail": "3丁目2-5", "words": "朝刊がたまっています。"}
    ueda, aoki = (
        town.signed_in(app.test_client(), notes.store, getattr(cast, who))
        for who in ("ueda", "aoki")
    )
    notes.send(called="山本", area="shima")
    asked = ("竹内花子", "3-2-5", "朝刊", "北町", "510-0001", "森", "山本")

    def answers() -> list[str]:
        return [TOKEN.sub("", ask(one, q).text) for one in (okada, ueda) for q in asked]

    before = answers()
    sealed = str(notes.send(not_nearby=True, **told))
    assert answers() == before
    for q in ("竹内花子", "3-2-5", "朝刊"):
        assert rows(ask(aoki, q)) == [sealed]


def test_who_wrote_is_nothing_to_search_by(okada: FlaskClient, notes: Notes) -> None:
    notes.send(show_name=True, contact="telephone", telephone="0312345678")
    for asked in ("鈴木", "0312345678", "03-1234-5678"):
        assert rows(ask(okada, asked)) == []


def test_volunteers_search_their_own_desk(okada: FlaskClient, notes: Notes, cast: Cast) -> None:
    handoff_id = notes.send(called="竹内")
    with notes.store.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
    assert rows(ask(okada, "竹内")) == [str(handoff_id)]
