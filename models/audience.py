"""Who reads the answers of a thread, as far as that decides what may be said."""

from __future__ import annotations

import sqlalchemy as sa

from models.area import AreaKind, AreaTown
from models.person import Person, Role
from models.reply_text import Audience, audience
from models.thread import Thread


def audience_of(thread: Thread) -> Audience:
    """The reader of a thread; without an account, the public."""
    person = thread.reporter.person
    is_commissioner = person is not None and person.role is Role.COMMISSIONER
    return audience(
        is_sealed=thread.is_sealed or thread.is_guarded,
        is_commissioner=is_commissioner,
        in_own_beat=is_commissioner and person is not None and _in_beat(thread, person),
    )


def _in_beat(thread: Thread, person: Person) -> bool:
    """Whether the note is about a town of the person's beat (担当区域)."""
    beat, town = person.area, thread.observation.area
    if beat is None or town is None or beat.kind is not AreaKind.BEAT:
        return False
    return beat.id == town.id or bool(
        thread.session.scalar(
            sa.select(sa.exists().where(AreaTown.area_id == beat.id, AreaTown.town_id == town.id))
        )
    )
