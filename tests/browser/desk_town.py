"""A lived-in town for the desk's pages: notes in every state, on every list."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, sealing
from models.arrival import Arrival, accept
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.draft import Draft, content_hash
from models.handoff import Handoff, HeldReason, Outcome, Verb
from models.person import Person
from models.reply import Said
from models.urgency import Urgency
from tests import town

HOUR = dt.timedelta(hours=1)
PAPER = "三日前から朝刊が抜かれていません。いつもは六時には明かりがつくのに、今朝も暗いままでした。"


@dataclass(frozen=True)
class DeskTown:
    """The cast, and the handoffs that are looked at."""

    cast: town.Cast
    waiting: uuid.UUID
    asked: uuid.UUID
    unreached: uuid.UUID
    sealed: uuid.UUID
    came: uuid.UUID
    """Passed on from the south desk."""


def settle(session: Session, now: dt.datetime) -> DeskTown:
    """Build the town with notes at the north desk, the core and the sealed team."""
    cast = town.build(session, now)
    okada, kimura = (session.get_one(Person, who) for who in (cast.okada, cast.kimura))

    def wrote(hours: float, by: uuid.UUID | None = cast.suzuki, **fields: object) -> Handoff:
        area = fields.pop("area", cast.kitamachi)
        assert isinstance(area, int)
        return town.note(session, now - hours * HOUR, by=by, area=area, **fields)

    signs = ["not_seen", "mail_pile", "no_light"]
    waiting = wrote(
        1.3,
        by=None,
        about="elderly",
        signs=signs,
        words=PAPER,
        wish="「この家にいたい」と話していた（10月ごろ）",
        person_knows="no",
        place_detail="1番2号、角の家",
        called="たけうちさん",
        contact="telephone",
        telephone="090-0000-0000",
        language="ja@easy",
    )
    wrote(
        1, about="child", signs=["night_out", "hungry"], words="十時すぎに、きょうだい二人で外に。"
    )
    wrote(
        3, by=cast.sato, about="household", signs=["p8050"], words="買い物の姿を見なくなりました。"
    )
    wrote(2.5, signs=["no_job", "arrears", "debt"], words="玄関に督促の紙が何枚も貼られています。")
    for words in ("いつも草取りをしていた方です。夏から一度も見ていません。", ""):
        wrote(20, about="elderly", signs=["garden"], urgency="memo", words=words)
    wrote(
        2, by=cast.nakamura, signs=["can_help"], urgency="memo", words="自転車の修理ならやれます。"
    )
    asked = wrote(50, by=cast.sato, about="elderly", words="ゆうべも明かりがつきません。")
    asked.acknowledge(
        okada, Said("look", date="2026-11-26"), now - 40 * HOUR, (now + 48 * HOUR).date()
    )
    asked.ask(okada, Said(words="最後にお会いになったのは、いつごろでしょうか。"), now - 30 * HOUR)
    hearing.answer(asked.thread, "先週の金曜に、ごみ置き場で会いました。", now - 2 * HOUR)
    asked.note_inside(okada, "配達店に確認。土曜の朝刊から残っているとのこと。", now - HOUR)
    unreached = wrote(
        60, contact="telephone", telephone="0590000111", words="玄関まで袋が積まれています。"
    )
    unreached.acknowledge(okada, Said("check"), now - 55 * HOUR)
    closed = wrote(90, words="公園のベンチで毎日お弁当を食べている方がいます。")
    closed.acknowledge(okada, Said("check"), now - 80 * HOUR)
    closed.act(Verb.VISIT, okada, Said("visited"), now - 60 * HOUR)
    closed.close(okada, Outcome.SETTLED, Said("closed"), now - 20 * HOUR)
    passed = wrote(
        9, by=cast.takahashi, area=cast.minamimachi, words="お母さんが転んでから見かけません。"
    )
    came = passed.pass_on(
        kimura, session.get_one(Desk, cast.north_desk), "お住まいは北町です。", now - HOUR
    )
    sealed = wrote(
        4, not_nearby=True, not_to="隣の人", words="どなり声が続いています。", about="household"
    )
    ishii = session.get_one(Person, cast.ishii)
    sealing.propose(sealed, ishii, "ご本人が、地区の人にも知ってほしいと話されました。", now - HOUR)
    _hold(session, now)
    session.flush()
    failed = sa.update(Delivery).where(Delivery.handoff_id == unreached.id)
    session.execute(failed.values(state=DeliveryState.UNDELIVERABLE))
    return DeskTown(cast, waiting.id, asked.id, unreached.id, sealed.id, came.id)


def _hold(session: Session, now: dt.datetime) -> None:
    """Two notes that nobody could place by themselves: an unknown area, a broken envelope."""
    lost = Draft(
        words="駅の裏の長屋です。", signs=("no_food",), urgency=Urgency.TODAY, place="駅の裏"
    )
    for draft, held, raw in (
        (lost, HeldReason.UNKNOWN_AREA, None),
        (Draft(), HeldReason.UNREADABLE, b"\1\2\3"),
    ):
        arrival = Arrival(
            note_id=uuid.uuid4(),
            content_hash=content_hash({"held": held.value}),
            draft=draft,
            held=held,
            raw=raw,
        )
        accept(session, arrival, now - HOUR)
