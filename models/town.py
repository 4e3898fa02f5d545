"""The municipality this deployment serves, and the numbers to call in it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import variants
from models.base import Base, run, words_of

STALE_DAYS = 180
NATIONAL_NUMBERS = (
    ("119", "ambulance"),
    ("110", "police"),
    ("189", "child"),
    ("#8008", "dv"),
    ("0570-064-556", "heart"),
    ("#9110", "police_advice"),
    ("188", "consumer"),
)


@dataclass(frozen=True)
class Marks:
    """What tells a phone when it may forget a note; the epoch is empty before there is a town."""

    epoch: str = ""
    watermark: dt.datetime | None = None


class Town(Base):
    """One row: the municipality, its server epoch and what 「この仕組みについて」 says."""

    __tablename__ = "town"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(5))
    name: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    backup_watermark: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime]
    run_by: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fold: Mapped[int] = mapped_column(default=variants.FOLD)
    """How places and names were folded for what is stored of them; see `refolding`."""
    folded_to: Mapped[uuid.UUID | None]
    """The last note that was made anew, while others still are."""

    @staticmethod
    def of(session: Session) -> Town | None:
        """The town, or None before `init` or the demonstration town."""
        return session.scalar(sa.select(Town).order_by(Town.id).limit(1))

    @staticmethod
    def marks(session: Session) -> Marks:
        """Epoch and backup watermark, looked up once a session."""
        if "marks" not in session.info:
            row = run(session, _MARKS, None).one_or_none()
            session.info["marks"] = (
                Marks() if row is None else Marks(str(row.epoch), row.backup_watermark)
            )
        found: Marks = session.info["marks"]
        return found

    @staticmethod
    def start(session: Session, *, code: str, name: str, is_demo: bool, now: dt.datetime) -> Town:
        """Make the one town row, with the national numbers to call."""
        town = Town(code=code, name=name, is_demo=is_demo, started_at=now)
        session.add(town)
        for order, (number, purpose) in enumerate(NATIONAL_NUMBERS):
            session.add(
                CallNumber(
                    number=number,
                    purpose=purpose,
                    place=NumberPlace.FIRST if order < 3 else NumberPlace.OTHER,
                    position=order,
                )
            )
        session.flush()
        return town


_MARKS = sa.select(Town.__table__.c.epoch, Town.__table__.c.backup_watermark).limit(1)


class NumberPlace(StrEnum):
    """Where on the call sheet a number stands."""

    FIRST = "first"
    LOCAL = "local"
    OTHER = "other"


class CallNumber(Base):
    """A number on the call sheet; the administrator checks each and says when."""

    __tablename__ = "call_number"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[str]
    purpose: Mapped[str] = mapped_column(sa.String(24), default="")
    """A known purpose, whose words are in the catalogue as `frame.call.<purpose>`; or ""."""
    label: Mapped[str] = mapped_column(default="")
    hint: Mapped[str] = mapped_column(default="")
    place: Mapped[NumberPlace] = mapped_column(words_of(NumberPlace))
    position: Mapped[int] = mapped_column(default=0)
    verified_on: Mapped[dt.date | None]

    @staticmethod
    def sheet(session: Session) -> list[CallNumber]:
        """All numbers in the order in which they stand."""
        return list(
            session.scalars(sa.select(CallNumber).order_by(CallNumber.position, CallNumber.number))
        )

    def is_stale(self, today: dt.date) -> bool:
        """Whether nobody has checked the number for half a year."""
        return self.verified_on is None or (today - self.verified_on).days > STALE_DAYS


class Beat(Base):
    """The last sign of life of a part that runs by itself; `/readyz` reads it."""

    __tablename__ = "beat"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    at: Mapped[dt.datetime]
