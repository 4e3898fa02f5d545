"""What asks for a second person, in a random town: sheets that let somebody in, and reveals."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.desk import Desk
from models.invitation import Invitation, InvitationKind
from models.person import Person, Role
from models.reveal.entity import LASTS, Reveal, RevealDenied, RevealKind, RevealThread
from models.thread import Thread
from tests.conftest import NOW


def recoveries(session: Session, dice: random.Random, people: list[Person]) -> None:
    """Of administrators, some of which need a second yes."""
    for n in range(4):
        made = Invitation(
            id=uuid.uuid4(),
            kind=InvitationKind.PERSONAL,
            role=Role.ADMINISTRATOR,
            token_hash=bytes([n]),
            code_hash=bytes([n]),
            made_at=NOW,
            ends_at=NOW,
            needs_second=dice.random() < 0.7,
            person_id=dice.choice(people).id if n else None,
            made_by_id=dice.choice(people).id if n > 1 else None,
        )
        session.add(made)
    session.flush()


def reveals(session: Session, dice: random.Random, people: list[Person], desks: list[Desk]) -> None:
    """Some are open, some were, some never; about one thread, or about several or none.

    Some people are near what was looked for.
    """
    threads = session.scalars(sa.select(Thread).order_by(Thread.id)).all()
    staff = [person for person in people if person.memberships]
    for _ in range(6):
        kind = dice.choice(list(RevealKind))
        opened_at = dice.choice((None, NOW, NOW - dt.timedelta(hours=1)))
        by = dice.choice(staff or people)
        made = Reveal(
            kind=kind,
            by_id=by.id,
            desk_id=dice.choice([one.desk_id for one in by.memberships] or [desks[0].id]),
            asked_at=NOW,
            is_danger=dice.random() < 0.5,
            sealed_reason=b"",
            opened_at=opened_at,
            ends_at=None if opened_at is None else opened_at + LASTS,
        )
        session.add(made)
        session.flush()
        most = 1 if kind is RevealKind.REPORTER else dice.randint(0, len(threads))
        about = dice.sample(list(threads), most)
        session.add_all(RevealThread(reveal_id=made.id, thread_id=one.id) for one in about)
        near = dice.sample(people, dice.randint(0, 2))
        session.add_all(RevealDenied(reveal_id=made.id, person_id=one.id) for one in near)
    session.flush()
