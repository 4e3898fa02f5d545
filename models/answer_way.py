"""お返事の受け取り方: how answers come to a person, and the number or address they come to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import held_history, own_settings
from models.errors import Invalid
from models.person import AnswerBy, Person
from models.reporter import threads_of


@dataclass(frozen=True)
class Given:
    """What a person left together with their choice; None leaves what is there, "" ends it."""

    telephone: str | None = None
    email: str | None = None


def choose_answer_by(
    session: Session, person: Person, by: AnswerBy, given: Given, now: dt.datetime
) -> None:
    """How answers come from now on; what a phone person gave with it, and their threads follow.

    Raises Invalid while what they wrote is closed to them: whoever holds the sheet would have
    the answers read out, and be called back to be known, at a number of their own.
    """
    opens_at = held_history.opens_at(person, now)
    if opens_at is not None:
        raise Invalid("note.answer_by.closed", "answers", when=opens_at)
    person.answer_by = by
    if person.identity is not None and person.role.is_phone:
        if given.telephone is not None:
            person.identity.telephone = given.telephone or None
        if given.email is not None:
            person.identity.write_to(given.email or None)
    for reporter in session.scalars(threads_of(session, person)):
        reporter.learn_number()
    own_settings.written_down(session, person, now)
