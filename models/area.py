"""Areas of the town. They overlap and are no tree: each kind is joined to towns (町丁目)."""

from __future__ import annotations

import re
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from models import normalise
from models.base import Base, run, words_of

_PARTS = re.compile("([0-9]{1,9})|([^0-9]+)")


class AreaKind(StrEnum):
    """What an area is: 市区町村, 日常生活圏域, 学区, 担当区域, 自治会, 町丁目."""

    MUNICIPALITY = "municipality"
    LIVING_AREA = "living_area"
    SCHOOL_DISTRICT = "school_district"
    BEAT = "beat"
    ASSOCIATION = "association"
    TOWN = "town"


class Area(Base):
    """One area. `code` tells it apart among its kind: the JIS code, or the name it came with."""

    __tablename__ = "area"
    # Folding lengthens some names, and a tree takes no entry of any length.
    __table_args__ = (
        sa.UniqueConstraint("kind", "code"),
        sa.Index(None, "folded", postgresql_using="hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AreaKind] = mapped_column(words_of(AreaKind))
    code: Mapped[str]
    name: Mapped[str]
    kana: Mapped[str] = mapped_column(default="")
    folded: Mapped[str] = mapped_column(default="")
    """The name as it is looked for, whatever way it is written."""

    towns: Mapped[list[Area]] = relationship(
        secondary="area_town",
        primaryjoin="Area.id == AreaTown.area_id",
        secondaryjoin="Area.id == AreaTown.town_id",
        viewonly=True,
    )

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.folded = normalise.place(name)
        return name

    @staticmethod
    def is_known(session: Session, area_id: int) -> bool:
        """Whether there is such an area."""
        return run(session, _KNOWN, {"id": area_id}).first() is not None

    @staticmethod
    def of_kind(session: Session, kind: AreaKind) -> list[Area]:
        """All areas of a kind in the order of their reading, 2 before 10."""
        return sorted(session.scalars(sa.select(Area).where(Area.kind == kind)), key=by_reading)


_KNOWN = sa.select(Area.__table__.c.id).where(Area.__table__.c.id == sa.bindparam("id"))


def by_reading(area: Area) -> tuple[list[tuple[int, str]], int]:
    """Sort key: the reading (else the name) with its numbers as numbers."""
    parts = _PARTS.findall(area.kana or area.name)
    return [(int(digits or 0), other) for digits, other in parts], area.id


class AreaTown(Base):
    """Which towns an area contains."""

    __tablename__ = "area_town"

    area_id: Mapped[int] = mapped_column(
        sa.ForeignKey("area.id", ondelete="CASCADE"), primary_key=True
    )
    town_id: Mapped[int] = mapped_column(
        sa.ForeignKey("area.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def near(areas: sa.Select[int]) -> sa.CompoundSelect[int]:
    """The ids of some areas, of their towns, and of the areas that share a town with them."""
    towns = sa.select(AreaTown.town_id).where(AreaTown.area_id.in_(areas))
    shared = sa.or_(AreaTown.town_id.in_(towns), AreaTown.town_id.in_(areas))
    return sa.union(areas, towns, sa.select(AreaTown.area_id).where(shared))


class PostalCode(Base):
    """Which towns a postal code (seven digits) stands for; some stand for several."""

    __tablename__ = "postal_code"

    code: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    town_id: Mapped[int] = mapped_column(
        sa.ForeignKey("area.id", ondelete="CASCADE"), primary_key=True, index=True
    )
