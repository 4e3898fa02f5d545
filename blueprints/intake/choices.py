"""What may be said to one reader now: the ready sentences, the desk's own templates among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from blueprints.language import show
from blueprints.said import show_template
from models import contact, desk_template, reply_text
from models.audience import audience_of
from models.contact import ContactKind
from models.desk import Desk
from models.desk_template import DeskTemplate
from models.handoff import Handoff, Verb
from models.reply import InsideNote, ReplyKind, Said
from models.reply_text import Audience, Template
from models.town_time import local_date


@dataclass(frozen=True)
class Choice:
    """One ready sentence; `code` changes with whatever would change its words."""

    code: str
    said: Said
    """What it says, but for the next date."""
    is_dated: bool

    def shown(self, kind: ReplyKind, locale: str, date: Markup | str) -> list[Markup]:
        """Its sentences as a reader of `locale` gets them."""
        dated = Said(self.said.template, "", self.said.texts, **{**self.said.params, "date": ""})
        return show_template(kind, dated if self.is_dated else self.said, locale, date=date)

    def language_instead(self, locale: str) -> str:
        """In which other language it comes to a reader of `locale`; empty where in their own."""
        if not self.said.texts:
            return ""
        found = desk_template.language_of(self.said.texts, locale)
        return "" if found == locale else found


@dataclass(frozen=True)
class Sayable:
    """The ready sentences for one thread: whom they go to, and what was not told yet."""

    desk: Desk
    reader: Audience
    is_open: bool
    untold: InsideNote | None
    """A call or visit that the reporter has not heard of."""
    own: tuple[DeskTemplate, ...]

    @staticmethod
    def of(handoff: Handoff) -> Sayable:
        """As it is at this moment."""
        reader = audience_of(handoff.thread)
        here = desk_template.of_desk(handoff.desk_id)
        # A sealed thread hears only what any note might be answered.
        own = () if reader is Audience.SEALED else tuple(handoff.session.scalars(here))
        return Sayable(handoff.desk, reader, handoff.is_open, contact.untold(handoff), own)

    def choices(self, verb: Verb) -> tuple[Choice, ...]:
        """What is offered with a verb, the usual one first; what tells of a call before it.

        Of what has ended none that names a day: nobody would mind it.
        """
        return tuple(one for one in self.known(verb) if self.is_open or not one.is_dated)

    def known(self, verb: Verb) -> tuple[Choice, ...]:
        """The same with those that were offered until it ended."""
        ready = reply_text.offered(verb, self.reader, after=self._after)
        own = [one for one in self.own if desk_template.is_for(one, verb, self._after)]
        found = [*map(self._own, self._of_call(own)), *map(self._ready, ready)]
        found += map(self._own, (one for one in own if one not in self._of_call(own)))
        return tuple(one for one in found if self._can(one))

    def recall(self, verb: Verb, said: Said) -> str:
        """The code of the choice that said this; empty where it is none now."""
        same = (one for one in self.choices(verb) if _is_same(one.said, said))
        return next((one.code for one in same), "")

    @cached_property
    def _after(self) -> ContactKind | None:
        return None if self.untold is None else self.untold.contact

    def _of_call(self, own: Iterable[DeskTemplate]) -> list[DeskTemplate]:
        return [one for one in own if one.occasion.tells_of(self._after)]

    def _can(self, choice: Choice) -> bool:
        # Without a number of its own a desk has nothing to put there.
        return all(choice.said.params.values())

    def _ready(self, template: Template) -> Choice:
        on = {"on": self._on} if "on" in template.variables else {}
        code = f"{template.code}.{self._on}" if on else template.code
        return Choice(code, Said(template.code, "", None, **on), template.is_dated)

    def _own(self, template: DeskTemplate) -> Choice:
        values = {"on": self._on, "desk": self.desk.name, "telephone": self.desk.telephone}
        params = {name: values[name] for name in template.variables if name in values}
        code = f"{template.id}.{template.version}"
        code += f".{self._on}" if "on" in params else ""
        return Choice(code, Said("", "", template.texts, **params), "date" in template.variables)

    @property
    def _on(self) -> str:
        if self.untold is None or self.untold.contact_at is None:
            return ""
        return local_date(self.untold.contact_at).isoformat()


def label(choice: Choice, locale: str) -> Markup:
    """The choice in the desk's own language."""
    shown = choice.shown(ReplyKind.PROGRESS, locale, show("desk.compose.some_day"))
    return Markup(" ").join(shown)


def _is_same(ready: Said, said: Said) -> bool:
    params = {name: value for name, value in said.params.items() if name != "date"}
    return (ready.template, ready.texts, ready.params) == (said.template, said.texts, params)
