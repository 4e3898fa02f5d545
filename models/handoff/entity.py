"""The row of a handoff; its verbs stand in the modules beside it."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import deadline
from models.base import Base, words_of
from models.desk import Desk
from models.handoff import turns
from models.handoff.answering import Answering
from models.handoff.claiming import Claiming
from models.handoff.contacting import Contacting
from models.handoff.doubting import Doubt, Doubting
from models.handoff.indexes import INDEXES
from models.handoff.moving import Moving
from models.handoff.transitions import TRANSITIONS, Outcome, State, Verb
from models.handoff.undoing import Undoing
from models.person import Person
from models.urgency import Urgency, before_raised

if TYPE_CHECKING:
    from models.reply import InsideNote
    from models.thread import Thread


class HeldReason(StrEnum):
    """Why the server could not place a note by itself."""

    UNKNOWN_AREA = "unknown_area"
    UNKNOWN_SIGN = "unknown_sign"
    UNKNOWN_ROLE = "unknown_role"
    TOO_LONG = "too_long"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"
    REVOKED_KEY = "revoked_key"
    UNKNOWN_KIND = "unknown_kind"
    UNMATCHED = "unmatched"
    TOO_LATE = "too_late"


class Handoff(Answering, Claiming, Contacting, Doubting, Undoing, Moving, Base):
    """One desk's obligation. `step` counts the thread's handoffs from 1."""

    __tablename__ = "handoff"
    __table_args__ = INDEXES

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"))
    step: Mapped[int] = mapped_column(default=1)
    desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"))
    area_id: Mapped[int | None]
    """Of its note, again here for the lists that are narrowed to it."""
    from_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("handoff.id"))
    """The handoff in whose place this one came, at the desk that passed it on."""
    state: Mapped[State] = mapped_column(words_of(State))
    is_open: Mapped[bool]
    is_sealed: Mapped[bool]
    held_reason: Mapped[HeldReason | None] = mapped_column(words_of(HeldReason))
    chosen: Mapped[Urgency] = mapped_column(words_of(Urgency))
    urgency: Mapped[Urgency] = mapped_column(words_of(Urgency))
    rank: Mapped[int]
    """Sort key: 0 is most urgent."""
    raised_why: Mapped[list[str]] = mapped_column(default=list)
    is_marked: Mapped[bool] = mapped_column(default=False)
    """Sort key: last in its urgency, since it came beyond the limits or a person doubts it."""
    is_beyond: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """It came beyond the limits of its door."""
    doubt: Mapped[Doubt | None] = mapped_column(words_of(Doubt))
    """Why a person marked it."""
    place_token: Mapped[bytes | None]
    """The blind token of its note's place, again here for what waits about the same one."""
    storm_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("handoff.id"))
    """The row of the lists under which it is shown; None where it is one itself."""
    sent_at: Mapped[dt.datetime]
    came_at: Mapped[dt.datetime | None]
    """When it came to the desk that owes it now; None: as it was sent."""
    due_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]
    acknowledged_at: Mapped[dt.datetime | None]
    working_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(words_of(Outcome))
    next_on: Mapped[dt.date | None]
    watch_at: Mapped[dt.datetime | None]
    """When the watch looks at it next; None once it has nothing more to mind."""
    is_warned: Mapped[bool] = mapped_column(default=False)
    """The desk was told that this deadline comes near, or that this next date has passed."""
    answered_at: Mapped[dt.datetime | None]
    """The reporter said something that the desk has not opened since."""
    claimed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    """担当: who of the desk has it, as long as the desk owes something."""
    claim_at: Mapped[dt.datetime | None]
    """When that changed last, or else its mark or urgency, of which neither the reporter's ladder
    nor `last_at` knows: by it an open list learns that it is out of date."""
    last_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    last_at: Mapped[dt.datetime]
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """What an undo of the acknowledgement gives back, and after it what was undone (`undone`)."""

    thread: Mapped[Thread] = relationship(back_populates="handoffs")
    desk: Mapped[Desk] = relationship()
    came_from: Mapped[Handoff | None] = relationship(
        foreign_keys=from_id, remote_side="Handoff.id", viewonly=True
    )
    last_by: Mapped[Person | None] = relationship(foreign_keys=last_by_id)
    inside_notes: Mapped[list[InsideNote]] = relationship(
        back_populates="handoff", order_by="InsideNote.at"
    )

    @staticmethod
    def send(
        thread: Thread,
        desk: Desk,
        *,
        urgency: Urgency,
        chosen: Urgency,
        raised_why: list[str],
        held: HeldReason | None,
        is_marked: bool,
        now: dt.datetime,
        area_id: int | None = None,
        place_token: bytes | None = None,
    ) -> Handoff:
        """A new thread's first handoff with the deadline it owes, for the caller to save."""
        due_at = owed_at(desk, urgency, now)
        return Handoff(
            id=uuid.uuid4(),
            thread_id=thread.id,
            step=1,
            desk_id=desk.id,
            area_id=area_id,
            state=State.HELD if held else State.SENT,
            is_open=True,
            is_sealed=thread.is_sealed,
            held_reason=held,
            chosen=chosen,
            urgency=urgency,
            rank=-urgency.rank,
            raised_why=raised_why,
            is_marked=is_marked,
            is_beyond=is_marked,
            place_token=place_token,
            sent_at=now,
            last_at=now,
            due_at=due_at,
            watch_at=deadline.warn_at(due_at, now),
        )

    @property
    def raised_from(self) -> Urgency:
        """What its writer and its signs made it, where `raised_why` says that it was raised."""
        return before_raised(self.urgency)

    @property
    def is_news(self) -> bool:
        """Whether opening it changes something: nobody read it yet, or the reporter answered."""
        is_unread = self.opened_at is None or self.is_unread_before()
        return is_unread or self.answered_at is not None

    def can(self, verb: Verb) -> bool:
        """Whether a verb is possible now; what needs more than the table is asked here, too."""
        if verb is Verb.PASS_ON and self.is_sealed:
            return False
        if verb is Verb.RETURN_BACK and (self.is_sealed or not self.goes_back()):
            return False
        if verb is Verb.REPLY and self.outcome is Outcome.TAKEN_BACK:
            return False
        return (self.state, verb) in TRANSITIONS

    def goes_back(self) -> bool:
        """Whether another desk passed it on that still stands there: a seal takes that away."""
        return self.came_from is not None and not self.came_from.is_sealed

    def lock(self) -> None:
        """Hold the row until the transaction ends, and see what others did to it meanwhile.

        SQLite's writers take turns already; PostgreSQL's meet here, in the order of `turns`.
        """
        session = self.session
        if session.get_bind().dialect.name == "postgresql" and sa.inspect(self).persistent:
            session.flush()
            if self.place_token is not None:
                turns.take(session, [self.place_token])
                turns.hold_rows(session, Handoff, [self.id])
            session.refresh(self, with_for_update={"of": Handoff})


def owed_at(desk: Desk, urgency: Urgency, now: dt.datetime) -> dt.datetime:
    """When a desk owes the acknowledgement of a note that reaches it now."""
    return deadline.due_at(urgency, now, desk.calendar, desk.promise, has_duty=desk.has_duty)


def open_at(desk_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The condition that a handoff is owed by this desk."""
    return sa.and_(Handoff.desk_id == desk_id, Handoff.is_open.is_(True))
