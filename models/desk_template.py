"""窓口の文: reply templates that a desk's staff make for themselves, one text for each language."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Mapping
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.base import Base, keys_of, words_of
from models.contact import ContactKind
from models.desk import Desk
from models.errors import Invalid
from models.person import Person
from models.reply_text import FEEDS
from models.words import HOME_LOCALE

LIMIT = 300
"""Characters of one language that a reader counts."""
MOST = 40
"""As many as one desk offers; more than anybody looks through."""
_PLACE = "desk_template.texts"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Somebody who reads no Japanese is better served by the easy one.
_INSTEAD = {"en": ("ja@easy",)}


class Occasion(StrEnum):
    """When a template is offered; the last three only after that call or visit."""

    ACKNOWLEDGE = "acknowledge"
    REPLY = "reply"
    QUESTION = "question"
    CLOSE = "close"
    TELEPHONED = "telephoned"
    VISITED = "visited"
    AWAY = "away"

    def tells_of(self, after: ContactKind | None) -> bool:
        """Whether it is for after this call or visit."""
        return after is not None and self.value == after.value

    @property
    def variables(self) -> tuple[str, ...]:
        """What may be filled in: `date` (the next one), `on` (of the call or visit), and the
        desk's name and number."""
        if self in (Occasion.QUESTION, Occasion.CLOSE):
            return ("desk", "telephone")
        if self in (Occasion.ACKNOWLEDGE, Occasion.REPLY):
            return ("date", "desk", "telephone")
        return VARIABLES


VARIABLES = ("date", "on", "desk", "telephone")
_OF_VERB = {
    "acknowledge": Occasion.ACKNOWLEDGE,
    "ask": Occasion.QUESTION,
    "close": Occasion.CLOSE,
    "reply": Occasion.REPLY,
    "visit": Occasion.REPLY,
    "connect": Occasion.REPLY,
    "keep_watching": Occasion.REPLY,
    "watch_ourselves": Occasion.REPLY,
}


class NoRoom(Invalid):
    """The desk offers as many as anybody looks through."""


class DeskTemplate(Base):
    """One ready text of a desk. A reply keeps what it was: no change reaches what was sent."""

    __tablename__ = "desk_template"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"), index=True)
    occasion: Mapped[Occasion] = mapped_column(words_of(Occasion))
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes, so that nobody sends other words than they saw."""
    sealed_texts: Mapped[bytes]
    made_at: Mapped[dt.datetime]
    put_away_at: Mapped[dt.datetime | None]

    @property
    def texts(self) -> dict[str, str]:
        """The text of each language that has one, by locale; variables stand as {date}."""
        plain = self.keys.unseal("column", _PLACE, self.id, self.sealed_texts)
        texts: dict[str, str] = json.loads(plain)
        return texts

    @property
    def variables(self) -> frozenset[str]:
        """The variables that any of its languages names."""
        return frozenset(name for one in self.texts.values() for name in PLACEHOLDER.findall(one))

    @staticmethod
    def make(
        session: Session,
        desk: Desk,
        occasion: Occasion,
        texts: Mapping[str, str],
        by: Person,
        now: dt.datetime,
    ) -> DeskTemplate:
        """A new one at the end of the desk's; raises NoRoom where it has as many as it may."""
        there = list(session.scalars(of_desk(desk.id).with_for_update()))
        _check_room(there)
        template = DeskTemplate(
            id=uuid.uuid4(),
            desk_id=desk.id,
            occasion=occasion,
            position=_last(there),
            sealed_texts=b"",
            made_at=now,
        )
        session.add(template)
        template._fill(texts)
        template._did("make", by, now)
        return template

    def change(
        self,
        occasion: Occasion,
        texts: Mapping[str, str],
        by: Person,
        now: dt.datetime,
        *,
        version: int,
    ) -> None:
        """Say it better from now on; a new version, which whoever is writing has to look at.

        Raises Invalid where it is no longer the `version` that was looked at.
        """
        self.session.refresh(self, with_for_update=True)
        if self.version != version:
            raise Invalid("desk.problem.template_meanwhile", HOME_LOCALE)
        self.occasion = occasion
        self._fill(texts)
        self.version += 1
        self._did("change", by, now)

    def move(self, by: Person, now: dt.datetime, *, up: bool) -> None:
        """Change places with the one before or behind it among those of its occasion.

        What was put away meanwhile has no place.
        """
        there = self._beside()
        if self not in there:
            return
        alike = [one for one in there if one.occasion is self.occasion]
        to = alike.index(self) + (-1 if up else 1)
        if not 0 <= to < len(alike):
            return
        here, beyond = there.index(self), there.index(alike[to])
        there[here], there[beyond] = there[beyond], there[here]
        for position, one in enumerate(there):
            one.position = position
        self._did("move_template", by, now)

    def put_away(self, by: Person, now: dt.datetime) -> None:
        """Offer it no more; it stays, to be brought back. Twice is once."""
        self.session.refresh(self, with_for_update=True)
        if self.put_away_at is not None:
            return
        self.put_away_at = now
        self._did("put_away", by, now)

    def bring_back(self, by: Person, now: dt.datetime) -> None:
        """Offer it again; raises NoRoom where the desk has as many as it may. Twice is once."""
        there = self._beside()
        if self in there:
            return
        _check_room(there)
        self.put_away_at, self.position = None, _last(there)
        self._did("bring_back", by, now)

    def _beside(self) -> list[DeskTemplate]:
        return list(self.session.scalars(of_desk(self.desk_id).with_for_update()))

    def _fill(self, texts: Mapping[str, str]) -> None:
        plain = json.dumps(dict(texts), ensure_ascii=False)
        keys = keys_of(self.session)
        self.sealed_texts = keys.seal("column", _PLACE, self.id, plain)

    def _did(self, act: str, by: Person, now: dt.datetime) -> None:
        self.session.flush()
        audit.record(self.session, act, self, now=now, by=by.id, desk_id=self.desk_id)


def of_desk(desk_id: uuid.UUID) -> sa.Select[DeskTemplate]:
    """Select what a desk offers, in its order."""
    here = sa.select(DeskTemplate).where(DeskTemplate.desk_id == desk_id)
    return in_order(here.where(DeskTemplate.put_away_at.is_(None)))


def in_order(templates: sa.Select[DeskTemplate]) -> sa.Select[DeskTemplate]:
    """The same in the desk's order."""
    return templates.order_by(DeskTemplate.position, DeskTemplate.id)


def is_for(template: DeskTemplate, verb: str, after: ContactKind | None) -> bool:
    """Whether a template is offered with a verb; `after`: what was done and not told yet."""
    if verb in FEEDS and template.occasion.tells_of(after):
        return True
    return _OF_VERB.get(verb) is template.occasion


def language_of(texts: Mapping[str, str], locale: str) -> str:
    """The locale of the text that a reader of `locale` gets: the own one, else the nearest."""
    wanted = (locale, *_INSTEAD.get(locale, ()))
    return next((one for one in wanted if one in texts), HOME_LOCALE)


def _last(there: list[DeskTemplate]) -> int:
    return max((one.position for one in there), default=0) + 1


def _check_room(there: list[DeskTemplate]) -> None:
    if len(there) >= MOST:
        raise NoRoom("desk.problem.templates_many", HOME_LOCALE, n=MOST)
