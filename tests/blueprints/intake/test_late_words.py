"""Words of somebody who came second: they reach nobody for whom they were not written."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from flask.testing import FlaskClient

from models.handoff import Handoff, Outcome
from models.person import Person
from models.reply import Said
from tests.blueprints.intake.conftest import Notes, Post
from tests.town import MORNING, Cast

INSIDE = "配達店の山本さんに聞いて、家族の借金のことがわかりました。"


def form_of(page: str, noun: str) -> str:
    """The form of a page that posts to this noun, or nothing."""
    found = re.search(rf'<form[^>]*/{noun}".*?</form>', page, re.DOTALL)
    return found[0] if found else ""


def filled(form: str) -> dict[str, str]:
    """What a tap on the button of this form sends."""
    chosen = re.search(r'name="template" value="(\w+)"(?: checked)?>', form)
    assert chosen is not None
    words = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", form, re.DOTALL)
    assert words is not None
    return {"template": chosen[1], "words": words[1]}


def close(handoff: Handoff, by: Person) -> None:
    handoff.close(by, Outcome.SETTLED, Said("closed"), MORNING)


def closed_first(notes: Notes, writer: str = "suzuki") -> uuid.UUID:
    """Kato closes what okada still has open on the screen."""
    handoff_id = notes.send(by=writer)
    notes.change(handoff_id, lambda h, by: h.acknowledge(by, Said("check"), MORNING))
    return notes.change(handoff_id, close, by="kato")


def test_a_reason_for_another_desk_is_offered_as_a_memo_alone(
    post: Post, notes: Notes, cast: Cast
) -> None:
    handoff_id = closed_first(notes, "sato")
    page = post(handoff_id, "passing-on", to_desk=cast.south_desk, reason=INSIDE)
    assert page.status_code == 409
    assert form_of(page.text, "reply") == ""
    assert INSIDE in form_of(page.text, "memo")
    assert post(handoff_id, "memo", memo=INSIDE).status_code == 303
    assert notes.look(handoff_id).inside == [INSIDE]


@pytest.mark.parametrize("writer", ["sato", "suzuki"])
def test_what_was_seen_stays_apart_from_what_is_told(post: Post, notes: Notes, writer: str) -> None:
    handoff_id = closed_first(notes, writer)
    page = post(handoff_id, "visit", words="お元気でした。", inside=INSIDE).text
    assert "お元気でした。" in form_of(page, "reply")
    assert INSIDE not in form_of(page, "reply")
    assert INSIDE in form_of(page, "memo")


def test_words_that_may_not_be_told_can_still_be_copied(post: Post, notes: Notes) -> None:
    page = post(notes.send(), "visit", words="お元気でした。", inside=INSIDE).text
    assert form_of(page, "reply") == ""
    assert re.search(r'<textarea[^>]*name="words"[^>]* readonly[^>]*>\s*お元気でした。', page)
    assert INSIDE in form_of(page, "memo")


def test_a_follow_up_after_a_race_leaves_the_promised_day(post: Post, notes: Notes) -> None:
    friday = dt.date(2026, 11, 27)
    handoff_id = notes.change(
        notes.send(), lambda h, by: h.acknowledge(by, Said("check"), MORNING, friday), by="kato"
    )
    page = post(handoff_id, "acknowledgement", template="look", words="新聞店にも聞きます。").text
    follow = form_of(page, "reply")
    assert 'value="still_on_it"' not in follow
    assert post(handoff_id, "reply", **filled(follow)).status_code == 303
    found = notes.look(handoff_id)
    assert found.next_on == "2026-11-27"
    assert found.said[-1] == Said("check", "新聞店にも聞きます。")


def test_a_commissioner_hears_own_words_alone_after_a_race(post: Post, notes: Notes) -> None:
    handoff_id = closed_first(notes, "sato")
    page = post(handoff_id, "closure", outcome="settled", words="山本さんはお元気でした。").text
    assert post(handoff_id, "reply", **filled(form_of(page, "reply"))).status_code == 303
    assert notes.look(handoff_id).said[-1] == Said(words="山本さんはお元気でした。")


@pytest.mark.parametrize("writer", ["sato", "suzuki"])
def test_what_is_closed_promises_nothing_more(
    post: Post, okada: FlaskClient, notes: Notes, writer: str
) -> None:
    handoff_id = closed_first(notes, writer)
    form = form_of(okada.get(f"/desk/handoffs/{handoff_id}").text, "reply")
    assert 'value="check"' in form
    assert 'value="still_on_it"' not in form
    assert 'name="next_on"' not in form
    assert post(handoff_id, "reply").status_code == 303
    assert notes.look(handoff_id).said[-1] == Said("check")


@pytest.mark.parametrize(
    "form",
    [
        {"template": "still_on_it"},
        {"template": "still_on_it", "next_on": "2026-12-08"},
        {"template": "check", "next_on": "2026-12-08"},
    ],
)
def test_a_day_promised_while_another_closed_is_not_told(
    post: Post, notes: Notes, form: dict[str, str]
) -> None:
    handoff_id = closed_first(notes)
    answer = post(handoff_id, "reply", words="新聞店にも聞きます。", **form)
    assert answer.status_code == 409
    assert "加藤さんが きょう 9:20 に終えました。" in answer.text
    assert "新聞店にも聞きます。" in form_of(answer.text, "reply")
    assert [one.template for one in notes.look(handoff_id).said] == ["check", "closed"]
