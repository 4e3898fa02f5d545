"""After 取り消す: what was written stands there again, and the desk reads only what is so."""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import MEMO, Notes, Post
from tests.blueprints.intake.test_undo import SENT, UNDO, offered, several
from tests.conftest import SetClock
from tests.town import Cast

WORDS = "新聞店にも聞きます。"
TYPED = {"template": "look", "words": WORDS, "next_on": "2026-12-03"}
TAKEN_BACK = "知らせた人が取り下げました。お返事は送っていません。"
GONE_OUT = "受け止めました。お返事を送りました。"
AGAIN = "書いた文は、下に残してあります。"


def dated(page: str) -> str:
    """The day that stands in the form."""
    found = re.search(r'<input[^>]*id="acknowledgement-date"[^>]*value="([^"]*)"', page)
    assert found
    return found[1]


def take_back(notes: Notes, of: uuid.UUID, clock: SetClock) -> None:
    notes.change(of, lambda h, _by: h.take_back(clock.now))


@pytest.mark.parametrize("form", [SENT, {}])
def test_own_words_stand_on_the_notes_page_wherever_it_was_undone(
    okada: FlaskClient, post: Post, notes: Notes, form: dict[str, str]
) -> None:
    one = notes.send()
    post(one, "acknowledgement", **TYPED)
    back = post(one, "undoing", **form)
    assert back.status_code == 303
    for _ in range(2):
        page = okada.get(back.headers["Location"]).text
        assert AGAIN in page
        assert f"{WORDS}</textarea>" in page
        assert dated(page) == "2026-12-03"
        assert re.search(r'value="look"[^>]*checked', page)


def test_they_are_there_where_the_answer_was_lost(
    okada: FlaskClient, post: Post, notes: Notes
) -> None:
    one = notes.send()
    post(one, "acknowledgement", **TYPED)
    post(one, "undoing", **SENT)
    assert WORDS in okada.get(post(one, "undoing", **SENT).headers["Location"]).text


def test_nobody_else_finds_them(
    app: Flask, store: Store, cast: Cast, okada: FlaskClient, post: Post, notes: Notes
) -> None:
    one = notes.send()
    post(one, "acknowledgement", **TYPED)
    post(one, "undoing")
    kato = town.signed_in(app.test_client(), store, cast.kato)
    page = kato.get(f"/desk/handoffs/{one}?done=undoing&row={one}").text
    assert WORDS not in page
    assert AGAIN not in page
    post(one, "acknowledgement")
    post(one, "undoing")
    assert WORDS not in okada.get(f"/desk/handoffs/{one}").text


def test_a_form_in_which_something_is_wrong_goes_before_them(
    okada: FlaskClient, post: Post, notes: Notes
) -> None:
    one = notes.send()
    post(one, "acknowledgement", **TYPED)
    post(one, "undoing")
    page = post(one, "acknowledgement", **TYPED | {"words": "あ" * 500}).text
    assert "あ" * 500 in page
    assert AGAIN not in page


@pytest.mark.parametrize("template", ["check", "own"])
def test_a_day_that_was_chosen_comes_back_with_every_template(
    okada: FlaskClient, post: Post, notes: Notes, template: str
) -> None:
    one = notes.send(by="sato" if template == "own" else "suzuki")
    words = WORDS if template == "own" else ""
    post(one, "acknowledgement", template=template, words=words, next_on="2026-12-24")
    assert notes.look(one).next_on == "2026-12-24"
    page = okada.get(post(one, "undoing", **SENT).headers["Location"]).text
    assert dated(page) == "2026-12-24"
    assert ("選んだものは、下に残してあります。" if template == "check" else AGAIN) in page
    assert re.search(rf'value="{template}"[^>]*checked', page)


def test_a_day_that_has_gone_by_is_named_anew(
    app: Flask, store: Store, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send(urgency="memo")
    post(one, "acknowledgement", **TYPED | {"next_on": "2026-11-26"})
    post(one, "undoing")
    now = clock.forward(days=7)
    okada = town.signed_in(app.test_client(), store, notes.cast.okada, now)
    page = okada.get(f"/desk/handoffs/{one}").text
    assert WORDS in page
    assert dated(page) > "2026-12-01"


def test_sent_is_said_only_of_what_went_out(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send()
    at_note = post(one, "acknowledgement").headers["Location"]
    at_list = f"/desk?{at_note.partition('?')[2]}"
    assert GONE_OUT not in okada.get(at_list).text
    clock.forward(seconds=10)
    for address in (at_note, at_list):
        assert GONE_OUT not in okada.get(address).text
        assert "取り消せる時間が終わりました。" in okada.get(address).text
    clock.forward(seconds=1)
    for address in (at_note, at_list):
        assert GONE_OUT in okada.get(address).text
    for unknown in (f"/desk?done=acknowledgement&of={uuid.uuid4()}", "/desk?done=undoing&row=x"):
        page = okada.get(unknown).text
        assert GONE_OUT not in page
        assert "取り消しました" not in page


def test_back_after_an_undo_nothing_is_said_to_be_sent_and_after_a_new_reply_nothing_undone(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send()
    done = post(one, "acknowledgement", **SENT).headers["Location"]
    undone = post(one, "undoing", **SENT).headers["Location"]
    assert "お返事を送りました" not in okada.get(done).text
    assert "取り消しました。お返事は送っていません。" in okada.get(undone).text
    post(one, "acknowledgement", **SENT)
    clock.forward(seconds=11)
    assert "取り消しました。お返事は送っていません。" not in okada.get(undone).text


def test_of_a_note_taken_back_meanwhile_it_is_said_that_nothing_was_sent(
    app: Flask, store: Store, okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    clock.now = town.MORNING
    one = notes.send()
    there = post(one, "acknowledgement", **SENT).headers["Location"]
    take_back(notes, one, clock)
    for form in ({}, SENT):
        refusal = post(one, "undoing", **form)
        assert refusal.status_code == 409
        assert TAKEN_BACK in refusal.text
    clock.forward(seconds=11)
    assert "お返事を送りました" not in okada.get(there).text
    kato = town.signed_in(app.test_client(), store, notes.cast.kato)
    refusal = kato.post(f"/desk/handoffs/{one}/undoing", headers=town.csrf(kato))
    assert refusal.status_code == 404


def test_of_several_those_taken_back_are_counted_apart(
    okada: FlaskClient, notes: Notes, clock: SetClock
) -> None:
    clock.now = town.MORNING
    ids = [notes.send(**MEMO) for _ in range(2)]
    several(okada, "acknowledgements", *ids)
    take_back(notes, ids[0], clock)
    there = several(okada, "undoings", *ids).headers["Location"]
    assert there.endswith("&undone=1&kept=0&withdrawn=1")
    page = okada.get(there).text
    assert f"1件は、{TAKEN_BACK}" in page
    assert "もう取り消せませんでした" not in page


def test_a_colleague_who_reads_it_meanwhile_has_read_it(
    app: Flask, store: Store, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send()
    post(one, "acknowledgement", **SENT)
    kato = town.signed_in(app.test_client(), store, notes.cast.kato)
    assert kato.get(f"/desk/handoffs/{one}").status_code == 200
    post(one, "undoing", **SENT)
    assert notes.look(one).opened


def test_an_offer_is_whole_however_many_taps_there_were(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [notes.send(**MEMO) for _ in range(51)]
    several(okada, "acknowledgements", *ids[:50])
    clock.forward(seconds=1)
    post(ids[50], "acknowledgement", **SENT)

    def counts() -> list[int]:
        forms = re.findall(r'<form class="undo".*?</form>', okada.get("/desk").text, re.DOTALL)
        return [form.count('name="handoff"') for form in forms]

    assert counts() == [0, 50]
    monkeypatch.setattr("models.queue.LATELY_LIMIT", 40)
    assert counts() == [0]


def test_nothing_is_offered_longer_than_it_is_taken(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send()
    post(one, "acknowledgement")
    clock.forward(seconds=8.999)
    for path in ("/desk", f"/desk/handoffs/{one}"):
        assert [seconds for seconds, _ in offered(okada, path)] == ["1"]
    clock.forward(seconds=0.002)
    for path in ("/desk", f"/desk/handoffs/{one}"):
        assert UNDO.findall(okada.get(path).text) == []
