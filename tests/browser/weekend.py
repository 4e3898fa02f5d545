"""Forty notes of a long weekend at one desk, as they lie there when it opens."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.handoff import Handoff
from tests import town

_EARLIEST_HOURS, _HOURS_APART = 66, 1.6
_OTHERS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("memo", "elderly", ("garden",), "いつも草取りをしていた方です。夏から一度も見ていません。"),
    ("memo", "elderly", ("group_stop",), "体操の会を続けて休まれています。"),
    ("memo", "household", (), "回覧板が、四日止まったままです。"),
    ("memo", "elderly", ("greeting_stop",), "あいさつを返してくれなくなりました。"),
    ("soon", "elderly", ("repeats",), "同じものを日に三度買いに来られます。"),
    ("soon", "child", ("no_school",), "平日の昼間、公園で弟の世話をしています。"),
    ("soon", "household", ("trash",), "玄関まで袋が積まれています。"),
    ("soon", "elderly", ("money_trouble",), "会計のとき、お札ばかり出されます。"),
    ("today", "elderly", ("mail_pile", "no_light"), "三日前から朝刊が抜かれていません。"),
)
FORTY = 40


@dataclass(frozen=True)
class Weekend:
    """The cast, and the notes that need more than one tap."""

    cast: town.Cast
    every: tuple[uuid.UUID, ...]
    """All that were asked for."""
    household: tuple[uuid.UUID, ...]
    """Three about one household, each told by somebody else."""
    elsewhere: uuid.UUID
    """Is about a place of the south desk."""
    unclear: uuid.UUID
    """Nobody can do anything about it without asking."""
    to_call: uuid.UUID
    """Whoever told it waits to be telephoned."""
    settled: uuid.UUID
    """Has settled by itself."""


def settle(session: Session, now: dt.datetime, in_all: int = FORTY) -> Weekend:
    """Build the town with so many notes at the north desk, and a sealed one that is not there."""
    cast = town.build(session, now)
    tellers = (cast.suzuki, cast.sato, cast.nakamura, None)
    number = count()

    def wrote(by: uuid.UUID | None = cast.suzuki, **fields: Any) -> uuid.UUID:
        hours = _EARLIEST_HOURS - next(number) * _HOURS_APART
        at = now - dt.timedelta(hours=hours)
        return town.note(session, at, by=by, area=cast.kitamachi, **fields).id

    def others(left: int) -> Iterator[uuid.UUID]:
        for n in range(left):
            urgency, about, signs, words = _OTHERS[n % len(_OTHERS)]
            place = f"{n // 9 + 2}丁目{n + 11}番{n % 7 + 1}号"
            by = tellers[n % len(tellers)]
            yield wrote(
                by, urgency=urgency, about=about, signs=signs, words=words, place_detail=place
            )

    household = tuple(
        wrote(by, about="elderly", place_detail=place, called=called, signs=signs, words=words)
        for by, place, called, signs, words in (
            (cast.suzuki, "1番2号", "たけうちさん", ["not_seen"], "このごろお見かけしません。"),
            (cast.sato, "１ー２", "竹内", ["thin"], "集金のとき、ずいぶんやせて見えました。"),
            (cast.nakamura, "1番地の2", "武内さん", ["repeats"], "同じ電話を何度もくださいます。"),
        )
    )
    to_call = wrote(
        None,
        about="elderly",
        signs=["odor"],
        urgency="today",
        contact="telephone",
        telephone="090-0000-0000",
        words="雨戸が三日しまったままで、においもします。電話をください。",
    )
    unclear = wrote(about="household", signs=[], words="あの家のことが、気になっています。")
    elsewhere = wrote(
        about="elderly", signs=["lost_way"], words="南町の停留所で、行き先が分からないようでした。"
    )
    settled = wrote(by=cast.sato, about="elderly", words="入院されていたそうです。もうお元気です。")
    wrote(not_nearby=True, about="household", words="どなり声が続いています。")
    known = (*household, to_call, unclear, elsewhere, settled)
    every = (*known, *others(in_all - len(known)))
    session.flush()
    waiting = sa.select(sa.func.count()).where(Handoff.desk_id == cast.north_desk)
    assert session.scalar(waiting) == len(every) == in_all
    return Weekend(cast, every, household, elsewhere, unclear, to_call, settled)
