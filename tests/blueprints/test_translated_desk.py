"""One tap on a language where a form of the desk came back, or somebody was first."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask.testing import FlaskClient

from models.desk_template import DeskTemplate
from models.handoff import Handoff, Outcome
from models.person import Person
from models.reply import Said
from models.store import Store
from tests.blueprints.test_translated import (
    CHANGED,
    WORDS,
    cast,
    handoff,
    okada,
    suzuki,
)
from tests.support.notes import post
from tests.support.switching import fields_of, tap
from tests.town import MORNING, Cast

__all__ = ["cast", "handoff", "okada", "suzuki"]


def test_who_was_second_reads_by_whom_in_either_language(
    okada: FlaskClient, store: Store, cast: Cast, handoff: uuid.UUID
) -> None:
    with store.write() as session:
        kato, row = session.get_one(Person, cast.kato), session.get_one(Handoff, handoff)
        row.acknowledge(kato, Said("check"), MORNING)
    path, given = f"/desk/handoffs/{handoff}/acknowledgement", {"template": "look", "words": "文"}
    late = post(okada, path, **given)
    assert late.status_code == 409
    shown = tap(okada, late, "en", words="あとの文", template="still_on_it")
    assert CHANGED in shown.text
    assert "加藤" in shown.text
    stand = {("words", "あとの文"), ("template", "still_on_it")}
    assert stand <= set(fields_of(shown.text, "ja"))


def test_who_was_second_loses_nothing_that_was_for_the_desk_alone(
    okada: FlaskClient, store: Store, cast: Cast, handoff: uuid.UUID
) -> None:
    path, given = f"/desk/handoffs/{handoff}/visit", {"template": "visited", "inside": "玄関で"}
    late = post(okada, path, **given)
    assert late.status_code == 409
    shown = tap(okada, late, "en", memo="玄関と庭で")
    assert CHANGED in shown.text
    assert ("memo", "玄関と庭で") in fields_of(shown.text, "ja")
    with store.write() as session:
        kato, row = session.get_one(Person, cast.kato), session.get_one(Handoff, handoff)
        row.acknowledge(kato, Said("check"), MORNING)
        row.close(kato, Outcome.SETTLED, Said(), MORNING)
    late = post(okada, path, **given, words="文")
    shown = tap(okada, late, "ja")
    assert shown.status_code == 409
    assert ">\n文</textarea>" in shown.text
    assert ">\n玄関で</textarea>" in shown.text


def test_the_words_beside_a_mark_stand_again(okada: FlaskClient, handoff: uuid.UUID) -> None:
    refused = post(okada, f"/desk/handoffs/{handoff}/mark", mark_words="先週も")
    shown = tap(okada, refused, "en", mark_words="先週も今週も")
    assert ("mark_words", "先週も今週も") in fields_of(shown.text, "ja")
    marked = tap(okada, shown, "ja", doubt="again")
    assert {("mark_words", "先週も今週も"), ("doubt", "again")} <= set(fields_of(marked.text))


def test_a_template_put_right_is_given_back_and_not_kept(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    refused = post(okada, "/desk/templates", desk=str(cast.north_desk), text_ja="見に行きます。")
    assert refused.status_code == 422
    shown = tap(okada, refused, "en", occasion="reply", text_en="We will look.")
    assert shown.status_code == 422
    assert CHANGED in shown.text
    assert ("text_en", "We will look.") in fields_of(shown.text, "ja")
    with store.read() as session:
        assert session.scalars(sa.select(DeskTemplate)).first() is None


def test_an_answer_and_what_stays_inside_are_in_their_fields(
    okada: FlaskClient, store: Store, handoff: uuid.UUID
) -> None:
    post(okada, f"/desk/handoffs/{handoff}/acknowledgement", template="check")
    path = f"/desk/handoffs/{handoff}/visit"
    refused = post(okada, path, words=WORDS, inside="玄関で", next_on="2026-12-01")
    assert refused.status_code == 422
    shown = tap(okada, refused, "en", words="よい文")
    assert CHANGED in shown.text
    stand = {("words", "よい文"), ("inside", "玄関で"), ("next_on", "2026-12-01")}
    assert stand <= set(fields_of(shown.text, "ja"))
    with store.read() as session:
        assert session.get_one(Handoff, handoff).inside_notes == []


def test_what_was_undone_is_said_better_in_another_language(
    okada: FlaskClient, store: Store, handoff: uuid.UUID
) -> None:
    path = f"/desk/handoffs/{handoff}"
    post(okada, f"{path}/acknowledgement", template="check", words="見に行きます。")
    there = post(okada, f"{path}/undoing").location
    assert post(okada, "/language", language="en", back=there).location == there
    shown = okada.get(there)
    assert ">\n見に行きます。</textarea>" in shown.text
    with store.read() as session:
        assert session.get_one(Handoff, handoff).state == "sent"


def test_an_undo_that_a_tap_on_a_language_brings_again_is_not_done(
    okada: FlaskClient, store: Store, handoff: uuid.UUID
) -> None:
    path = f"/desk/handoffs/{handoff}"
    post(okada, f"{path}/acknowledgement", template="check", words="見に行きます。")
    shown = tap(okada, okada.post(f"{path}/undoing"), "en")
    assert CHANGED in shown.text
    with store.read() as session:
        assert session.get_one(Handoff, handoff).state == "received"
