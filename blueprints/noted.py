"""What a note says and until when it waits, in the words of whoever reads it at a desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from blueprints import access
from blueprints.access import Permission
from blueprints.filters import left, moment
from blueprints.language import show
from models import sign
from models.area import Area, AreaKind
from models.errors import Unreadable
from models.handoff import Handoff
from models.observation import Observation, named
from models.speech import CALL_ANSWERS, SpeechKind
from models.taking import TAKEN_DOWN, CameBy

_SHORT = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """How much time is left for the acknowledgement, in words."""

    left: str
    until: Markup
    is_short: bool
    is_past: bool


@dataclass(frozen=True)
class Noted:
    """One note, opened once."""

    body: Mapping[str, Any]
    place: str
    """Where it is, as `place_of` says it."""
    is_readable: bool
    came_by: CameBy | None
    """The door at which staff took it down; None where its writer wrote it."""

    @property
    def where(self) -> Markup:
        """The place, or that none was given."""
        return Markup("{}").format(self.place) if self.place else show("desk.no_place")

    @property
    def title(self) -> Markup:
        """桔梗が丘5番町・高齢の人: where it is and who it is about."""
        about = self.body.get("about")
        if about is None:
            return self.where
        return show("desk.title", place=self.where, about=show(f"desk.about.{about}"))

    @property
    def signs(self) -> list[Markup]:
        """The signs that were tapped."""
        return [show(f"sign.{known.code}") for known in sign.known(self._codes)]

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
        lines = [show(f"desk.follows.{known}")]
        if self.body.get("called_first") in CALL_ANSWERS:
            lines.append(show(f"said.called_{self.body['called_first']}"))
        if self.body.get("right_place"):
            lines.append(show("said.added_place", place=self.body["right_place"]))
        return lines

    @property
    def calls(self) -> tuple[str, ...]:
        """The numbers that come before any note like this."""
        return sign.calls_first(self._codes)

    @property
    def is_good_news(self) -> bool:
        """Whether every sign is a glad one."""
        known = sign.known(self._codes)
        return bool(known) and all(one.group == "plus" for one in known)

    @property
    def _codes(self) -> list[str]:
        return list(self.body.get("signs", ()))


def noted(handoff: Handoff) -> Noted:
    """Open the note of a handoff; one that cannot be opened says so instead of failing."""
    observation = handoff.thread.observation
    try:
        body = observation.body
    except Unreadable:
        body = {}
    door = observation.came_by if observation.came_by in TAKEN_DOWN else None
    place = place_of(observation.area, body)
    return Noted(body, place, is_readable=bool(body), came_by=door)


def place_of(area: Area | None, body: Mapping[str, Any]) -> str:
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


def due(at: dt.datetime) -> Due:
    """What a deadline is to whoever looks at it now."""
    rest = at - access.now()
    return Due(left(at), moment(at), rest <= _SHORT, rest <= dt.timedelta(0))
