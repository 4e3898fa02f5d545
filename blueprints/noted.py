"""What a note says and until when it waits, in the words of whoever reads it at a desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup, escape

from blueprints import access, looked
from blueprints.access import Permission
from blueprints.filters import left, moment
from blueprints.language import show, speaker
from models import sign
from models.area import Area, AreaKind
from models.errors import Unreadable
from models.handoff import Handoff
from models.listed import Listed, Place
from models.observation import Observation, named
from models.sign import Sign
from models.speech import CALL_ANSWERS, SpeechKind
from models.taking import TAKEN_DOWN, CameBy

_Area = Area | Place | None
_Say = Callable[..., Markup]
_SHORT = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """How much time is left for the acknowledgement, in words; of what is past none are said."""

    at: dt.datetime
    is_short: bool
    is_past: bool

    @cached_property
    def left(self) -> str:
        """40分: what is left of it."""
        return left(self.at)

    @cached_property
    def until(self) -> Markup:
        """17:15: the moment itself."""
        return moment(self.at)


@dataclass(frozen=True)
class Noted:
    """One note, opened once."""

    body: Mapping[str, Any]
    place: str
    """Where it is, as `place_of` says it."""
    is_readable: bool
    came_by: CameBy | None
    """The door at which staff took it down; None where its writer wrote it."""
    show: _Say
    """What says its words."""

    @property
    def where(self) -> Markup:
        """The place, or that none was given."""
        return escape(self.place) if self.place else self.show("desk.no_place")

    @property
    def title(self) -> Markup:
        """桔梗が丘5番町・高齢の人: where it is and who it is about."""
        about = self.body.get("about")
        if about is None:
            return self.where
        place = self.place or self.show("desk.no_place")
        return self.show("desk.title", place=place, about=self.show(f"desk.about.{about}"))

    @property
    def signs(self) -> list[Markup]:
        """The signs that were tapped."""
        return [self.show(f"sign.{one.code}") for one in self._known]

    @property
    def words(self) -> str:
        """Own words as written."""
        return str(self.body.get("words", ""))

    @property
    def first_line(self) -> str:
        """As much of the words as a list shows."""
        return self.words.partition("\n")[0]

    @property
    def follows(self) -> list[Markup]:
        """What it is where it is no note itself, and all that was told with it but words."""
        kind = self.body.get("kind")
        if kind is None:
            return []
        known = kind if kind in set(SpeechKind) else "other"
        lines = [self.show(f"desk.follows.{known}")]
        if self.body.get("called_first") in CALL_ANSWERS:
            lines.append(self.show(f"said.called_{self.body['called_first']}"))
        if self.body.get("right_place"):
            lines.append(self.show("said.added_place", place=self.body["right_place"]))
        return lines

    @property
    def calls(self) -> tuple[str, ...]:
        """The numbers that come before any note like this."""
        return sign.calls_first(self._codes)

    @property
    def is_good_news(self) -> bool:
        """Whether every sign is a glad one."""
        return bool(self._known) and all(one.group == "plus" for one in self._known)

    @cached_property
    def _known(self) -> list[Sign]:
        return sign.known(self._codes)

    @property
    def _codes(self) -> list[str]:
        return list(self.body.get("signs", ()))


def noted(handoff: Handoff) -> Noted:
    """Open the note of a handoff; one that cannot be opened says so instead of failing."""
    note = handoff.thread.observation
    looked.at([handoff.thread_id])
    return _noted(lambda: note.body, note.area, note.came_by, show)


def noted_of(rows: list[Listed]) -> list[Noted]:
    """The notes of a list's rows, in their order."""
    session, say = access.reading(), speaker()
    looked.at(one.thread_id for one in rows)
    return [_noted(partial(one.body, session), one.area, one.came_by, say) for one in rows]


def _noted(
    open_: Callable[[], Mapping[str, Any]], area: _Area, came_by: CameBy, say: _Say
) -> Noted:
    try:
        body = open_()
    except Unreadable:
        body = {}
    door = came_by if came_by in TAKEN_DOWN else None
    return Noted(body, place_of(area, body), is_readable=bool(body), came_by=door, show=say)


def place_of(area: _Area, body: Mapping[str, Any]) -> str:
    """The town of a note; else the area that was found for what its writer typed, and that."""
    if area is not None and area.kind is AreaKind.TOWN:
        return area.name
    return " ".join(filter(None, ["" if area is None else area.name, body.get("place")]))


def earlier_of(note: Noted) -> uuid.UUID | None:
    """The handoff of the note that this one follows; None where its reader may not read it."""
    if "follows" not in note.body:
        return None
    readable = access.listing(Handoff, Permission.HANDOFF_READ)
    return access.reading().scalar(
        readable.with_only_columns(Handoff.id)
        .join(Observation, Observation.thread_id == Handoff.thread_id)
        .where(named(uuid.UUID(note.body["follows"])))
        .order_by(Handoff.step.desc())
        .limit(1)
    )


def due(at: dt.datetime, now: dt.datetime) -> Due:
    """What a deadline is to whoever looks at it now."""
    rest = at - now
    return Due(at, rest <= _SHORT, rest <= dt.timedelta(0))
