"""The row of a handoff; its verbs stand in `answering`, `undoing` and `moving`."""

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
from models.handoff import storms
from models.handoff.answering import Answering
from models.handoff.doubting import Doubt, Doubting
from models.handoff.moving import Moving
from models.handoff.transitions import TRANSITIONS, Outcome, State, Verb
from models.handoff.undoing import Undoing
from models.person import Person
from models.urgency import Urgency, before_raised

if TYPE_CHECKING:
    from models.reply import InsideNote
    from models.thread import Thread


def _where(condition: str, on_postgres: str = "") -> dict[str, Any]:
    """An index of those rows alone for which the condition holds."""
    return {
        "sqlite_where": sa.text(condition),
        "postgresql_where": sa.text(on_postgres or condition),
    }


_URGENT_FIRST = ("rank", "is_marked")
_DATED = _where("next_on IS NOT NULL")
_STILL = (
    "is_warned = 1 AND watch_at IS NULL AND next_on IS NOT NULL",
    "is_warned AND watch_at IS NULL AND next_on IS NOT NULL",
)
_ENDED = _where("is_open = 0", "NOT is_open")
_OWN_ROW = _where("storm_id IS NULL")
_STANDS = _where("storm_id IS NULL AND place_token IS NOT NULL")


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


class Handoff(Answering, Undoing, Moving, Doubting, Base):
    """One desk's obligation. `step` counts the thread's handoffs from 1."""

    __tablename__ = "handoff"
    __table_args__ = (
        sa.UniqueConstraint("thread_id", "step"),
        # What `paging` walks along, each in the order of a list; those with the area for the
        # lists that are narrowed to it.
        sa.Index(None, "desk_id", "state", *_URGENT_FIRST, "due_at", "id", **_OWN_ROW),
        sa.Index(
            "ix_handoff_area_sent",
            *("desk_id", "area_id", "state", *_URGENT_FIRST, "due_at", "id"),
            **_OWN_ROW,
        ),
        sa.Index("ix_handoff_moving", "desk_id", "is_open", "next_on", "id", **_DATED),
        sa.Index(
            "ix_handoff_urgent_moving",
            *("desk_id", "is_open", *_URGENT_FIRST, "next_on", "id"),
            **_DATED,
        ),
        sa.Index(
            "ix_handoff_area_moving",
            *("desk_id", "area_id", "is_open", *_URGENT_FIRST, "next_on", "id"),
            **_DATED,
        ),
        sa.Index(None, "desk_id", "is_open", "last_at", "id"),
        sa.Index("ix_handoff_urgent_ended", "desk_id", "rank", "last_at", "id", **_ENDED),
        sa.Index("ix_handoff_area_ended", "desk_id", "area_id", "rank", "last_at", "id", **_ENDED),
        sa.Index(
            "ix_handoff_answered", "desk_id", "answered_at", **_where("answered_at IS NOT NULL")
        ),
        # What stands still, few among many, for the desk that is told of it.
        sa.Index("ix_handoff_still", "next_on", "desk_id", **_where(*_STILL)),
        sa.Index("ix_handoff_watched", "watch_at", "id", **_where("watch_at IS NOT NULL")),
        # What waits about one place, and what is folded under one of it.
        sa.Index("ix_handoff_place", "place_token", "desk_id", "state", "sent_at", "id", **_STANDS),
        sa.Index("ix_handoff_storm", "storm_id", "sent_at", "id", **_where("storm_id IS NOT NULL")),
    )

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
    is_beyond: Mapped[bool] = mapped_column(default=False)
    """It came beyond the limits of its door."""
    doubt: Mapped[Doubt | None] = mapped_column(words_of(Doubt))
    """Why a person marked it."""
    place_token: Mapped[bytes | None]
    """The blind token of its note's place, again here for what waits about the same one."""
    storm_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("handoff.id", ondelete="SET NULL")
    )
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
    last_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    last_at: Mapped[dt.datetime]
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """What an undo of the acknowledgement gives back; None once something followed it."""

    thread: Mapped[Thread] = relationship(back_populates="handoffs")
    desk: Mapped[Desk] = relationship()
    came_from: Mapped[Handoff | None] = relationship(
        foreign_keys="Handoff.from_id", remote_side="Handoff.id", viewonly=True
    )
    last_by: Mapped[Person | None] = relationship()
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
        return self.opened_at is None or self.answered_at is not None

    def can(self, verb: Verb) -> bool:
        """Whether a verb is possible now; what needs more than the table is asked here, too."""
        if verb is Verb.PASS_ON and self.is_sealed:
            return False
        if verb is Verb.RETURN_BACK and self.from_id is None:
            return False
        if verb is Verb.REPLY and self.outcome is Outcome.TAKEN_BACK:
            return False
        return (self.state, verb) in TRANSITIONS

    def lock(self) -> None:
        """Hold the row until the transaction ends, and see what others did to it meanwhile.

        SQLite's writers take turns already; PostgreSQL's meet here.
        """
        session = self.session
        if session.get_bind().dialect.name == "postgresql" and sa.inspect(self).persistent:
            session.flush()
            if self.place_token is not None:
                storms.hold(session, Handoff, [self.id])
            session.refresh(self, with_for_update={"of": Handoff})


def owed_at(desk: Desk, urgency: Urgency, now: dt.datetime) -> dt.datetime:
    """When a desk owes the acknowledgement of a note that reaches it now."""
    return deadline.due_at(urgency, now, desk.calendar, desk.promise, has_duty=desk.has_duty)


def open_at(desk_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The condition that a handoff is owed by this desk."""
    return sa.and_(Handoff.desk_id == desk_id, Handoff.is_open.is_(True))
