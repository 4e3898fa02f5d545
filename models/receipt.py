"""控え番号: the code with which somebody without an account reads the replies."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base
from models.thread import Thread


class Receipt(Base):
    """Only the scrypt of the code under the key file's salt; the code itself is never kept."""

    __tablename__ = "receipt"

    thread_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(unique=True)

    thread: Mapped[Thread] = relationship()

    @staticmethod
    def is_taken(session: Session, code_hash: bytes) -> bool:
        """Whether a code is in use already; a note then goes on without one."""
        return (
            session.scalar(sa.select(Receipt.thread_id).where(Receipt.code_hash == code_hash))
            is not None
        )

    @staticmethod
    def opens_thread(session: Session, thread_id: uuid.UUID) -> bool:
        """Whether some code opens this thread."""
        return session.get(Receipt, thread_id) is not None

    @staticmethod
    def open(session: Session, code_hash: bytes) -> Thread | None:
        """The thread a code opens, or None."""
        return session.scalar(sa.select(Thread).join(Receipt).where(Receipt.code_hash == code_hash))


def has_no_reader(thread: Thread) -> bool:
    """Whether the reporter left, and no receipt code opens the thread either."""
    return thread.reporter.is_forgotten and not Receipt.opens_thread(thread.session, thread.id)
