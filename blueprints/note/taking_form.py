"""The note form as staff fill it in while somebody talks: the same fields, and who was heard."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from markupsafe import Markup

from blueprints.language import show
from blueprints.note.form import Group, NoteForm, PageProblem, Typed
from models import my_number, receipt_code, sign, text
from models.desk import Desk
from models.draft import LIMITS, Problem
from models.person import Person
from models.taking import CALLER_LIMIT, TAKEN_DOWN, CameBy
from models.town_time import TOKYO, local
from models.urgency import Urgency
from models.words import LOCALES

_CLOCKS_DIFFER = dt.timedelta(minutes=5)
_LONG_AGO = dt.timedelta(days=366)
"""Nobody takes down a call of last year; such a day is a slip of the pen."""


@dataclass(frozen=True)
class TakingForm(NoteForm):
    """What a desk takes down for somebody; its fields that no other door knows stand here."""

    @staticmethod
    def empty(core: Desk | None, now: dt.datetime) -> TakingForm:
        """A new one: a call that comes in at this moment."""
        blank, at = NoteForm.blank(None, None, core, after_call=False).typed, local(now)
        own = {
            "came_by": CameBy.TELEPHONE.value,
            "received_on": f"{at:%Y-%m-%d}",
            "received_at": f"{at:%H:%M}",
            "code": receipt_code.generate(),
        }
        return TakingForm(Typed({**blank, **own}), core)

    @staticmethod
    def come_back(typed: Typed, core: Desk | None) -> TakingForm:
        """As it was filled in; its code is made anew where it is none."""
        kept = NoteForm.returned(typed, core).typed
        kept["code"] = receipt_code.parse(kept.get("code", "")) or receipt_code.generate()
        return TakingForm(kept, core)

    @property
    def came_by(self) -> CameBy | None:
        """The door, None where none of them was chosen."""
        found = self.value("came_by")
        return CameBy(found) if found in TAKEN_DOWN else None

    @property
    def caller(self) -> str:
        """The name that was given, or nothing."""
        name = text.clean_line(self.value("caller"))
        return "" if text.is_blank(name) else name

    def raw(self, area_id: int | None) -> dict[str, object]:
        """The fields of a note, with when it was told; what else was typed makes another note."""
        found = super().raw(area_id)
        at = self._told_at()
        if at is not None:
            found["noted_at"] = at.isoformat()
        own = {"came_by": self.value("came_by"), "caller": self.caller}
        return found | {name: value for name, value in own.items() if value}

    def own_problems(self, now: dt.datetime) -> list[Problem]:
        """What is wrong with the fields that only this form has."""
        found: list[Problem] = []
        if self.came_by is None:
            found.append(PageProblem("came_by", "need_door"))
        at = self._told_at()
        if at is None or not now - _LONG_AGO <= at <= now + _CLOCKS_DIFFER:
            found.append(PageProblem("received_on", "received_on"))
        over = text.excess(self.caller, CALLER_LIMIT)
        if over:
            found.append(Problem("caller", "too_long", {"n": over}))
        if my_number.is_in(self.caller):
            found.append(Problem("caller", "my_number"))
        return found

    @property
    def doors(self) -> list[tuple[str, Markup]]:
        """By which door it comes."""
        return [(door.value, show(f"note.taking.door.{door}")) for door in TAKEN_DOWN]

    @property
    def groups(self) -> list[Group]:
        """The folds of a note, and what one telephones about first, if that was done already."""
        called = self.what_called
        is_ticked = any(one.code in self.signs for one in sign.in_group(sign.AFTER_CALL))
        return [*super().groups, replace(called, is_open=is_ticked)]

    @property
    def urgencies(self) -> list[tuple[str, Markup, Markup]]:
        """How urgent; whoever listens may say that it is urgent now."""
        now = (Urgency.NOW.value, show("note.taking.now"), show("note.taking.now_hint"))
        return [*super().urgencies, now]

    def contacts(self, _person: Person | None) -> list[tuple[str, Markup]]:
        """Whether the desk may call back; the replies wait behind the code all the same."""
        return [(code, show(f"note.taking.contact.{code}")) for code in ("reply", "telephone")]

    @property
    def languages(self) -> list[tuple[str, Markup]]:
        """In which language the slip and the replies are."""
        return [(code, show(f"frame.language.{code}")) for code in LOCALES]

    def limit(self, name: str) -> int:
        """How many characters a field takes."""
        return CALLER_LIMIT if name == "caller" else LIMITS[name]

    def _told_at(self) -> dt.datetime | None:
        """The instant of the call; a letter has its day alone."""
        clock = "" if self.came_by is CameBy.LETTER else self.value("received_at")
        try:
            day = dt.date.fromisoformat(self.value("received_on"))
            time = dt.time.fromisoformat(clock or "00:00")
            at = dt.datetime.combine(day, time.replace(tzinfo=None), TOKYO)
            return at.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            return None
