"""A form that is sent twice is said once, and nobody is told that they were first themselves."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import MEMO, Notes, Post
from tests.conftest import SetClock
from tests.town import Cast


@pytest.mark.parametrize(
    ("noun", "form"),
    [
        ("question", {"words": "いつからですか。"}),
        ("reply", {}),
        ("visit", {"inside": "玄関で話した"}),
        ("connection", {}),
        ("watch", {}),
        ("memo", {"memo": "配達店に確認"}),
        ("closure", {"outcome": "connected"}),
        ("passing-on", {"reason": "お住まいが南です", "to_desk": "south_desk"}),
    ],
)
def test_what_is_sent_twice_is_said_once(
    post: Post, notes: Notes, cast: Cast, noun: str, form: dict[str, Any]
) -> None:
    if "to_desk" in form:
        form = form | {"to_desk": getattr(cast, form["to_desk"])}
    handoff_id = notes.acknowledged()
    assert post(handoff_id, noun, **form).status_code == 303
    once = notes.look(handoff_id)
    assert post(handoff_id, noun, **form).status_code == 303
    assert notes.look(handoff_id) == once


def test_who_acknowledges_twice_is_led_to_the_note(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    form = {"template": "look", "words": "新聞店にも聞きます。"}
    post(handoff_id, "acknowledgement", **form)
    again = post(handoff_id, "acknowledgement", **form)
    assert (again.status_code, again.location) == (303, f"/desk/handoffs/{handoff_id}")
    assert len(notes.look(handoff_id).said) == 1


def test_other_words_after_ones_own_acknowledgement_are_kept(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    post(handoff_id, "acknowledgement")
    again = post(handoff_id, "acknowledgement", template="look", words="新聞店にも聞きます。")
    assert again.status_code == 409
    assert "新聞店にも聞きます。" in again.text


@pytest.mark.parametrize(
    ("noun", "first", "second"),
    [
        ("question", {"words": "いつからですか。"}, {"words": "どこでですか。"}),
        ("visit", {}, {"inside": "玄関で話した"}),
        ("visit", {"next_on": "2026-11-27"}, {"next_on": "2026-11-30"}),
        ("memo", {"memo": "配達店に確認"}, {"memo": "配達店から返事"}),
    ],
)
def test_what_differs_is_no_repeat(
    post: Post, notes: Notes, noun: str, first: dict[str, str], second: dict[str, str]
) -> None:
    handoff_id = notes.acknowledged()
    post(handoff_id, noun, **first)
    once = notes.look(handoff_id)
    assert post(handoff_id, noun, **second).status_code == 303
    assert notes.look(handoff_id) != once


def test_the_same_words_later_are_said_again(post: Post, notes: Notes, clock: SetClock) -> None:
    handoff_id = notes.acknowledged()
    post(handoff_id, "question", words="その後いかがですか。")
    clock.forward(minutes=2)
    post(handoff_id, "question", words="その後いかがですか。")
    assert len(notes.look(handoff_id).said) == 3


def test_several_acknowledged_twice_are_nobody_elses(
    okada: FlaskClient, notes: Notes, cast: Cast, store: Store
) -> None:
    form = {"desk": cast.north_desk, "handoff": [notes.send(**MEMO) for _ in "ab"]}
    okada.post("/desk/acknowledgements", data=form, headers=town.csrf(okada))
    again = okada.post("/desk/acknowledgements", data=form, headers=town.csrf(okada))
    assert again.location.endswith("acknowledged=2&late=0")
