"""Words of somebody who came second: they reach nobody for whom they were not written."""

from __future__ import annotations

import re
import uuid

import pytest

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


def close(handoff: Handoff, by: Person) -> None:
    handoff.close(by, Outcome.SETTLED, Said("closed"), MORNING)


def closed_first(notes: Notes, **fields: str) -> uuid.UUID:
    """Kato closes what okada still has open on the screen."""
    return notes.change(notes.acknowledged(**fields), close, by="kato")


def test_a_reason_for_another_desk_is_offered_as_a_memo_alone(
    post: Post, notes: Notes, cast: Cast
) -> None:
    handoff_id = closed_first(notes, by="sato")
    page = post(handoff_id, "passing-on", to_desk=cast.south_desk, reason=INSIDE)
    assert page.status_code == 409
    assert form_of(page.text, "reply") == ""
    assert INSIDE in form_of(page.text, "memo")
    assert post(handoff_id, "memo", memo=INSIDE).status_code == 303
    assert notes.look(handoff_id).inside == [INSIDE]


@pytest.mark.parametrize("by", ["sato", "suzuki"])
def test_what_was_seen_stays_apart_from_what_is_told(post: Post, notes: Notes, by: str) -> None:
    handoff_id = closed_first(notes, by=by)
    page = post(handoff_id, "visit", words="お元気でした。", inside=INSIDE).text
    assert "お元気でした。" in form_of(page, "reply")
    assert INSIDE not in form_of(page, "reply")
    assert INSIDE in form_of(page, "memo")


def test_words_that_may_not_be_told_can_still_be_copied(post: Post, notes: Notes) -> None:
    page = post(notes.send(), "visit", words="お元気でした。", inside=INSIDE).text
    assert form_of(page, "reply") == ""
    assert re.search(r'<textarea[^>]*name="words"[^>]* readonly[^>]*>\s*お元気でした。', page)
    assert INSIDE in form_of(page, "memo")
