"""A desk's own reply templates: what may stand in them, and that what was sent stays as it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import desk_template
from models.audit import AuditLine
from models.contact import ContactKind
from models.desk import Desk
from models.desk_template import DeskTemplate, Occasion, language_of, of_desk
from models.errors import Invalid
from models.person import Person
from models.reply import Said
from models.store import Store
from models.template_text import problems
from models.thread import Thread
from tests import town
from tests.town import MORNING, Cast

PLAIN = {"ja": "{date}までに、{desk}からお知らせします。"}


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def make(
    session: Session, cast: Cast, texts: dict[str, str] = PLAIN, occasion: Occasion = Occasion.REPLY
) -> DeskTemplate:
    north, okada = session.get_one(Desk, cast.north_desk), session.get_one(Person, cast.okada)
    return DeskTemplate.make(session, north, occasion, texts, okada, MORNING)


def okada(session: Session, cast: Cast) -> Person:
    return session.get_one(Person, cast.okada)


def offered(session: Session, cast: Cast) -> list[str]:
    return [one.texts["ja"] for one in session.scalars(of_desk(cast.north_desk))]


def acts(session: Session, template: DeskTemplate) -> list[str]:
    lines = sa.select(AuditLine.act).where(AuditLine.object_id == str(template.id))
    return list(session.scalars(lines.order_by(AuditLine.id)))


def test_a_template_is_kept_encrypted_and_every_change_is_written_down(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        template = make(session, cast)
        assert template.texts == PLAIN
        assert template.variables == {"date", "desk"}
        assert "お知らせ".encode() not in template.sealed_texts
        template.change(
            Occasion.CLOSE, {"ja": "終わりです。"}, okada(session, cast), MORNING, version=1
        )
        template.put_away(okada(session, cast), MORNING)
        template.bring_back(okada(session, cast), MORNING)
        assert (template.version, template.occasion) == (2, Occasion.CLOSE)
        assert acts(session, template) == ["make", "change", "put_away", "bring_back"]


def test_what_somebody_else_changed_first_is_not_changed_unseen(either: Store, cast: Cast) -> None:
    with either.write() as session:
        template = make(session, cast)
        template.change(Occasion.REPLY, {"ja": "一。"}, okada(session, cast), MORNING, version=1)
        with pytest.raises(Invalid, match="template_meanwhile"):
            template.change(
                Occasion.REPLY, {"ja": "二。"}, okada(session, cast), MORNING, version=1
            )
        assert template.texts == {"ja": "一。"}


def test_templates_change_places_among_those_of_their_occasion(either: Store, cast: Cast) -> None:
    with either.write() as session:
        by = okada(session, cast)
        one, closing, two = (
            make(session, cast, {"ja": words}, occasion)
            for words, occasion in (
                ("一", Occasion.REPLY),
                ("終", Occasion.CLOSE),
                ("二", Occasion.REPLY),
            )
        )
        two.move(by, MORNING, up=True)
        session.flush()
        assert offered(session, cast) == ["二", "終", "一"]
        for no_way in ((two, True), (one, False), (closing, True)):
            no_way[0].move(by, MORNING, up=no_way[1])
        assert offered(session, cast) == ["二", "終", "一"]
        two.move(by, MORNING, up=False)
        session.flush()
        assert offered(session, cast) == ["一", "終", "二"]


def test_what_is_put_away_is_offered_no_more_and_comes_back_last(either: Store, cast: Cast) -> None:
    with either.write() as session:
        one = make(session, cast, {"ja": "一"})
        one.put_away(okada(session, cast), MORNING)
        make(session, cast, {"ja": "二"})
        assert offered(session, cast) == ["二"]
        one.bring_back(okada(session, cast), MORNING)
        session.flush()
        assert offered(session, cast) == ["二", "一"]


def test_a_desk_has_as_many_as_anybody_looks_through(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_template, "MOST", 1)
    with either.write() as session:
        first = make(session, cast)
        with pytest.raises(Invalid, match="templates_many"):
            make(session, cast)
        first.put_away(okada(session, cast), MORNING)
        make(session, cast)
        with pytest.raises(Invalid, match="templates_many"):
            first.bring_back(okada(session, cast), MORNING)


def test_a_reply_keeps_the_template_as_it_was_sent(either: Store, cast: Cast) -> None:
    with either.write() as session:
        template = make(session, cast, {"ja": "前の文。", "en": "The old text."})
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        said = Said("", "", template.texts, date="2026-11-27")
        handoff.acknowledge(okada(session, cast), said, MORNING)
        template.change(
            Occasion.REPLY, {"ja": "新しい文。"}, okada(session, cast), MORNING, version=1
        )
        template.put_away(okada(session, cast), MORNING)
        thread_id = handoff.thread_id
    with either.read() as session:
        [reply] = session.get_one(Thread, thread_id).replies
        assert reply.said.texts == {"ja": "前の文。", "en": "The old text."}
        assert reply.said.names_day


@pytest.mark.parametrize(
    ("occasion", "texts", "key", "field"),
    [
        (Occasion.REPLY, {}, "desk.problem.need_japanese", "ja"),
        (Occasion.REPLY, {"en": "Hello."}, "desk.problem.need_japanese", "ja"),
        (Occasion.REPLY, {"ja": "{name}より"}, "desk.problem.variable_unknown", "ja"),
        (Occasion.REPLY, {"ja": "{desk.id}"}, "desk.problem.variable_unknown", "ja"),
        (Occasion.REPLY, {"ja": "{}"}, "desk.problem.variable_unknown", "ja"),
        (Occasion.REPLY, {"ja": "あ}"}, "desk.problem.variable_braces", "ja"),
        (Occasion.REPLY, {"ja": "{on}に行きました"}, "desk.problem.variable_elsewhere", "ja"),
        (Occasion.CLOSE, {"ja": "{date}まで"}, "desk.problem.variable_elsewhere", "ja"),
        (Occasion.QUESTION, {"ja": "あ", "en": "{date}?"}, "desk.problem.variable_elsewhere", "en"),
        (Occasion.REPLY, {"ja": "あ" * 301}, "problem.too_long", "ja"),
        (Occasion.REPLY, {"ja": "北町1-2-3です"}, "problem.has_address", "ja"),
        (Occasion.REPLY, {"ja": "059-000-0001へ"}, "problem.has_telephone", "ja"),
        (Occasion.REPLY, {"ja": "123456789018です"}, "problem.my_number", "ja"),
        (Occasion.REPLY, {"ja": "山本さんが行きます"}, "problem.has_name", "ja"),
        (Occasion.REPLY, {"ja": "あ", "en": "Mr Yamada comes."}, "problem.has_name", "en"),
        (
            Occasion.REPLY,
            {"ja": "あ", "ja@easy": "山本《やまもと》さんが 行《い》きます"},
            "problem.has_name",
            "ja@easy",
        ),
    ],
)
def test_what_may_not_stand_in_a_template_is_said_with_its_language(
    occasion: Occasion, texts: dict[str, str], key: str, field: str
) -> None:
    assert [(one.key, one.field) for one in problems(occasion, texts)] == [(key, field)]


@pytest.mark.parametrize(
    ("occasion", "words"),
    [
        (Occasion.REPLY, "{date}までに{desk}（{telephone}）からお知らせします。\nお待ちください。"),
        (Occasion.AWAY, "{on}に行きました。"),
        (Occasion.CLOSE, "{desk}です。おわりました。"),
    ],
)
def test_the_variables_of_its_occasion_may_stand_in_it(occasion: Occasion, words: str) -> None:
    assert problems(occasion, {"ja": words, "ja@easy": words, "en": words}) == []


def test_what_only_looks_like_a_name_may_stand_once_somebody_says_so() -> None:
    assert problems(Occasion.REPLY, {"ja": "山本さんが行きます"}, sure=True) == []
    assert problems(Occasion.REPLY, {"ja": "北町1-2-3です"}, sure=True)


@pytest.mark.parametrize(
    ("languages", "reader", "gets"),
    [
        ("ja ja@easy en", "en", "en"),
        ("ja ja@easy", "en", "ja@easy"),
        ("ja", "en", "ja"),
        ("ja en", "ja@easy", "ja"),
        ("ja en", "ja", "ja"),
    ],
)
def test_a_reader_gets_the_own_language_or_the_nearest(
    languages: str, reader: str, gets: str
) -> None:
    assert language_of(dict.fromkeys(languages.split(), "x"), reader) == gets


@pytest.mark.parametrize("after", [None, *ContactKind])
def test_a_template_for_after_a_call_is_offered_only_then(after: ContactKind | None) -> None:
    visited = DeskTemplate(occasion=Occasion.VISITED)
    assert desk_template.is_for(visited, "reply", after) is (after is ContactKind.VISITED)
    assert not desk_template.is_for(visited, "close", after)
    assert desk_template.is_for(DeskTemplate(occasion=Occasion.CLOSE), "close", after)
