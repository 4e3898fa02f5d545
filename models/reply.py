"""お返事: words that travel back, words that come in, and notes that stay inside."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import reply_text
from models.base import Base, keep, run, save, words_of
from models.contact import ContactKind
from models.inbox import InboxEntry
from models.person import Person

if TYPE_CHECKING:
    from models.data_key import DataKey
    from models.desk import Desk
    from models.handoff import Handoff
    from models.thread import Thread


class ReplyKind(StrEnum):
    """What a reply is to the reader."""

    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    PROGRESS = "progress"
    PASSED = "passed"
    CLOSING = "closing"
    ANSWER = "answer"
    ADDITION = "addition"
    WITHDRAWAL = "withdrawal"

    @property
    def is_from_reporter(self) -> bool:
        """Whether the reporter said it to the desk."""
        return self in (ReplyKind.ANSWER, ReplyKind.ADDITION, ReplyKind.WITHDRAWAL)


@dataclass(frozen=True, init=False)
class Said:
    """What a reply says: a template with its variables, own words, or both.

    Templates are rendered in the reader's language, so the desk's language never shows. Of a
    template that the desk made itself the `texts` are kept, by locale: as it was when it was sent.
    """

    template: str = ""
    words: str = ""
    params: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def __init__(
        self,
        template: str = "",
        words: str = "",
        texts: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "params", {name: str(value) for name, value in params.items()})
        object.__setattr__(self, "texts", dict(texts or {}))

    def written(self) -> dict[str, Any]:
        """As it is kept, for JSON."""
        fields: dict[str, Any] = {"template": self.template, "words": self.words}
        fields["params"] = self.params
        return {**fields, "texts": self.texts} if self.texts else fields

    @staticmethod
    def read(fields: Mapping[str, Any]) -> Said:
        """From what is kept; replies from before a desk could make its own have no texts."""
        return Said(fields["template"], fields["words"], fields.get("texts"), **fields["params"])

    @property
    def names_day(self) -> bool:
        """Whether it names a day by which the reporter hears more."""
        return "date" in self.params or reply_text.promises(self.template)


class Reply(Base):
    """One word between desk and reporter, sealed under the thread's key."""

    __tablename__ = "reply"
    __table_args__ = (sa.UniqueConstraint("thread_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"))
    handoff_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("handoff.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    kind: Mapped[ReplyKind] = mapped_column(words_of(ReplyKind))
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    """The member of staff; never set for what the reporter says."""
    told_desk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("desk.id"))
    """Whose its reporter is told it is, where a seal decides that."""
    at: Mapped[dt.datetime]
    sealed_said: Mapped[bytes]

    thread: Mapped[Thread] = relationship(back_populates="replies")
    handoff: Mapped[Handoff] = relationship()
    by: Mapped[Person | None] = relationship()
    told_desk: Mapped[Desk | None] = relationship()
    inbox: Mapped[InboxEntry | None] = relationship(back_populates="reply")

    def is_told(self, now: dt.datetime) -> bool:
        """Whether the reporter may see it; their own words always."""
        return self.inbox is None or self.inbox.arrived_at <= now

    @property
    def said(self) -> Said:
        """What it says, decrypted."""
        return opened(self.thread.key, self.id, self.sealed_said)

    @staticmethod
    def to_reporter(
        handoff: Handoff,
        kind: ReplyKind,
        by: Person | None,
        said: Said,
        now: dt.datetime,
        release_at: dt.datetime | None = None,
    ) -> Reply:
        """A word to the reporter, in the inbox in the same transaction; `by` None is the watch.

        `release_at`: the reporter does not see it before then.
        """
        reply = _write(handoff, kind, said, now, by=by)
        of = {"reply_id": reply.id, "thread_id": handoff.thread_id}
        entry = InboxEntry(**of, arrived_at=release_at or now, read_at=None)
        save(handoff.session, entry)
        return reply

    @staticmethod
    def from_reporter(handoff: Handoff, kind: ReplyKind, said: Said, now: dt.datetime) -> Reply:
        """A word of the reporter to the desk that owns the thread now."""
        handoff.answered_at = now
        return _write(handoff, kind, said, now)


def opened(key: DataKey, reply_id: uuid.UUID, sealed_said: bytes) -> Said:
    """What a reply says, under its thread's key; raises Unreadable."""
    return Said.read(json.loads(key.unseal("reply.said", reply_id, sealed_said)))


class InsideNote(Base):
    """内輪のメモ: for the desks alone, never shown to the reporter."""

    __tablename__ = "inside_note"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    handoff_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("handoff.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    sealed_words: Mapped[bytes]
    contact: Mapped[ContactKind | None] = mapped_column(words_of(ContactKind))
    """What was done, where it is a line of the contact log; its words may be empty then."""
    contact_at: Mapped[dt.datetime | None]

    handoff: Mapped[Handoff] = relationship(back_populates="inside_notes")
    by: Mapped[Person] = relationship()

    @property
    def words(self) -> str:
        """The note, decrypted."""
        return self.handoff.thread.key.unseal("inside_note.words", self.id, self.sealed_words)

    @staticmethod
    def write(
        handoff: Handoff,
        by: Person,
        words: str,
        now: dt.datetime,
        *,
        contact: ContactKind | None = None,
        contact_at: dt.datetime | None = None,
    ) -> InsideNote:
        """Keep words beside a handoff, or a call or visit with its time."""
        note_id = uuid.uuid4()
        note = InsideNote(
            id=note_id,
            handoff=handoff,
            by=by,
            at=now,
            contact=contact,
            contact_at=contact_at,
            sealed_words=handoff.thread.key.seal("inside_note.words", note_id, words),
        )
        handoff.session.add(note)
        return note


def _write(
    handoff: Handoff, kind: ReplyKind, said: Said, now: dt.datetime, by: Person | None = None
) -> Reply:
    reply_id = uuid.uuid4()
    plain, thread = json.dumps(said.written(), ensure_ascii=False), handoff.thread
    reply = Reply(
        id=reply_id,
        thread_id=thread.id,
        handoff_id=handoff.id,
        position=_next_position(thread),
        kind=kind,
        by_id=by and by.id,
        told_desk_id=thread.shown_desk.id if thread.is_sealed else None,
        at=now,
        sealed_said=thread.key.seal("reply.said", reply_id, plain),
    )
    keep(thread.session, reply)
    thread.session.expire(thread, ["replies"])
    return reply


_REPLIES = Base.metadata.tables["reply"]
_LAST_POSITION = sa.select(sa.func.max(_REPLIES.c.position)).where(
    _REPLIES.c.thread_id == sa.bindparam("of", type_=sa.Uuid())
)


def _next_position(thread: Thread) -> int:
    if thread.session.new:
        thread.session.flush()
    last = run(thread.session, _LAST_POSITION, {"of": thread.id}).scalar()
    return (last or 0) + 1
