"""A choice that is there no more: nothing typed is lost, and no other sentence goes unseen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.contact import ContactKind
from models.desk_template import Occasion
from tests.blueprints.intake.conftest import Notes, Post
from tests.blueprints.intake.conftest import send_template as send
from tests.town import MORNING

GONE = "選んだ文が、書いているあいだに変わりました。いまの文から、もう一度選んでください。"
WORDS, DAY = "水曜にも電話します。", "2026-12-03"
TYPED = {"words": WORDS, "next_on": DAY}


def form_of(page: str, noun: str = "acknowledgement") -> str:
    """The form of a verb on the note's page."""
    found = re.search(rf'<form[^>]*/{noun}".*?</form>', page, re.DOTALL)
    assert found
    return found[0]


def radios(form: str) -> list[str]:
    return re.findall(r'<input type="radio"[^>]*name="template"[^>]*>', form)


def chosen(form: str) -> list[str]:
    return re.findall(r'name="template" value="([^"]*)" checked', form)


@pytest.mark.parametrize("by", ["suzuki", "sato"])
def test_a_template_that_a_colleague_changed_is_chosen_anew_and_the_words_go_out(
    okada: FlaskClient, post: Post, notes: Notes, make: Any, by: str
) -> None:
    code = make(Occasion.ACKNOWLEDGE, ja="あすうかがいます。")
    one, template = notes.send(by=by), code.partition(".")[0]
    changed = {"occasion": "acknowledge", "text_ja": "あさってうかがいます。", "version": "1"}
    assert send(okada, f"/{template}", **changed).status_code == 303
    answer = post(one, "acknowledgement", template=code, **TYPED)
    assert answer.status_code == 422
    form = form_of(answer.text)
    assert GONE in form
    assert f"{WORDS}</textarea>" in form
    assert chosen(form) == ["look"]
    assert all(" required" in radio for radio in radios(form))
    assert post(one, "acknowledgement", template=f"{template}.2", **TYPED).status_code == 303
    found = notes.look(one)
    assert (found.said[-1].texts, found.said[-1].words) == ({"ja": changed["text_ja"]}, WORDS)
    assert found.next_on == DAY


@pytest.mark.parametrize("typed", [{"words": WORDS}, {"next_on": DAY}, TYPED])
def test_a_form_in_which_nothing_was_chosen_loses_nothing(
    post: Post, notes: Notes, typed: dict[str, str]
) -> None:
    one = notes.send()
    assert post(one, "acknowledgement", **typed).status_code == 303
    found = notes.look(one)
    assert found.said[-1].words == typed.get("words", "")
    assert found.next_on == typed.get("next_on", found.next_on)


def test_the_lists_button_is_still_one_tap(post: Post, notes: Notes) -> None:
    one = notes.send()
    assert post(one, "acknowledgement", view="waiting").status_code == 303
    [said] = notes.look(one).said
    assert (said.template, said.words) == ("look", "")


@pytest.mark.parametrize("by", ["suzuki", "sato"])
def test_after_a_visit_what_told_of_a_call_is_chosen_anew(
    okada: FlaskClient, post: Post, notes: Notes, by: str
) -> None:
    one = notes.send(by=by)
    notes.change(one, lambda h, who: h.log_contact(who, ContactKind.TELEPHONED, MORNING))
    code = "phoned.2026-11-24"
    assert post(one, "acknowledgement", template=code, **TYPED).status_code == 303
    assert notes.look(one).said[-1].template == "phoned"
    post(one, "undoing")
    assert post(one, "contact", contact="visited").status_code == 303
    form = form_of(okada.get(f"/desk/handoffs/{one}").text)
    assert chosen(form) == ["went.2026-11-24"]
    assert GONE in form
    assert f"{WORDS}</textarea>" in form


@pytest.mark.parametrize("by", ["suzuki", "sato"])
def test_a_template_put_away_after_the_undo_leaves_a_choice(
    okada: FlaskClient, post: Post, notes: Notes, make: Any, by: str
) -> None:
    code = make(Occasion.ACKNOWLEDGE, ja="あすうかがいます。")
    one = notes.send(by=by)
    post(one, "acknowledgement", template=code, **TYPED)
    post(one, "undoing")
    before = form_of(okada.get(f"/desk/handoffs/{one}").text)
    assert (chosen(before), GONE in before) == ([code], False)
    send(okada, f"/{code.partition('.')[0]}/putting-away")
    after = form_of(okada.get(f"/desk/handoffs/{one}").text)
    assert (chosen(after), GONE in after) == (["look"], True)


def test_where_one_sentence_is_left_it_is_told_beside_it(
    okada: FlaskClient, post: Post, notes: Notes, make: Any
) -> None:
    code = make(Occasion.CLOSE, ja="またどうぞ。")
    one = notes.acknowledged()
    send(okada, f"/{code.partition('.')[0]}/putting-away")
    answer = post(one, "closure", template=code, outcome="settled", words="では。")
    assert answer.status_code == 422
    form = form_of(answer.text, "closure")
    assert GONE in form
    assert 'type="hidden" name="template" value="closed"' in form
