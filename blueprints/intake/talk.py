"""Words back and forth between desk and reporter, and who the reporter is to the desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from blueprints import access
from blueprints.language import current_locale, plain, show, words
from blueprints.said import say
from models import passing, pseudonym, spoken
from models.handoff import RELEASE, UNDO, Handoff
from models.person import Role
from models.pseudonym import Pseudonym
from models.receipt import has_no_reader
from models.reply import Reply, ReplyKind

_BADGES = frozenset({Role.COMMISSIONER, Role.ASSOCIATION, Role.VOLUNTEER})


@dataclass(frozen=True)
class Teller:
    """The reporter as far as they let the desk know them."""

    name: str | None
    role: Role | None
    locale: str
    called: Pseudonym
    """What stands for the name where it is not shown."""
    may_call: bool
    is_gone: bool = False
    """Left, and nobody else opens the thread: what is said here is read by no one."""

    @property
    def who(self) -> str | Markup:
        """The name where it is shown, else 地域の方 with what stands for it in this thread."""
        if self.name:
            return spoken.say_person(words(), current_locale(), self.name)
        name = plain("desk.teller.names").split()[self.called.word]
        return show("desk.teller.called", name=name, n=self.called.number)

    @property
    def is_hidden(self) -> bool:
        """Whether there is a name, and it is not shown."""
        return not self.name and not self.is_gone

    @property
    def badge(self) -> Markup | None:
        """民生委員 and the like; residents carry none."""
        return show(f"desk.role.{self.role}") if self.role in _BADGES else None


@dataclass(frozen=True)
class Line:
    """One word of the thread, in the words of whoever reads it here."""

    who: str | Markup
    at: dt.datetime | dt.date
    text: list[str]
    kind: str
    is_read: bool | None
    """Whether the reporter opened it; None for the reporter's own words."""
    is_unsent: bool = False
    """It can still be undone, and nobody was told."""


def teller_of(handoff: Handoff) -> Teller:
    """The reporter of a thread."""
    reporter, thread = handoff.thread.reporter, handoff.thread
    person = reporter.person
    return Teller(
        name=reporter.shown_name,
        role=reporter.role,
        locale=thread.language if person is None else person.language,
        called=pseudonym.of(thread),
        may_call=handoff.number is not None,
        is_gone=has_no_reader(thread),
    )


def lines_of(handoff: Handoff, teller: Teller) -> list[Line]:
    """Every word so far, the oldest first."""
    replies = handoff.thread.replies
    return [_line(reply, teller, passing.told_at(handoff, reply.at)) for reply in replies]


def _line(reply: Reply, teller: Teller, at: dt.datetime | dt.date) -> Line:
    text = say(reply).split("\n")
    if reply.kind.is_from_reporter:
        return Line(teller.who, at, text, "", None)
    name = reply.by.name if reply.by is not None else ""
    who = spoken.say_person(words(), current_locale(), name) if name else show("desk.here")
    kind = "ask" if reply.kind is ReplyKind.QUESTION else "mine"
    is_read = reply.inbox is not None and reply.inbox.read_at is not None
    # In its last second it goes out whatever is tapped: a page says the one or the other.
    is_unsent = not reply.is_told(access.now() + RELEASE - UNDO)
    if teller.is_gone or is_unsent:
        return Line(who, at, text, kind, None, is_unsent)
    return Line(who, at, text, kind, is_read)
