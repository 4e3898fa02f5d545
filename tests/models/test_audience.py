"""Who reads an answer: the seal first, then the commissioner, then the beat."""

from __future__ import annotations

import pytest

from models.area import Area, AreaKind, AreaTown
from models.audience import audience_of
from models.person import Person
from models.reply_text import Audience
from models.store import Store
from tests import town
from tests.town import MORNING


@pytest.mark.parametrize(
    ("by", "area", "sealed", "reader"),
    [
        (None, "kitamachi", False, Audience.PUBLIC),
        ("suzuki", "kitamachi", False, Audience.PUBLIC),
        ("takahashi", "minamimachi", False, Audience.PUBLIC),
        ("sato", "minamimachi", False, Audience.COMMISSIONER),
        ("sato", "kitamachi", False, Audience.OWN_BEAT),
        ("sato", "kitamachi", True, Audience.SEALED),
    ],
)
def test_what_may_be_said_follows_from_who_reads(
    store: Store, by: str | None, area: str, sealed: bool, reader: Audience
) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        beat = Area(kind=AreaKind.BEAT, name="北町の担当", code="北町の担当")
        session.add(beat)
        session.flush()
        session.add(AreaTown(area_id=beat.id, town_id=cast.kitamachi))
        session.get_one(Person, cast.sato).area = beat
        writer = None if by is None else getattr(cast, by)
        handoff = town.note(
            session, MORNING, by=writer, area=getattr(cast, area), not_nearby=sealed
        )
        assert audience_of(handoff.thread) is reader
