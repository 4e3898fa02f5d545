"""A thread as its writer sees it: words back and forth, and the ladder of what happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from markupsafe import Markup

from blueprints import access
from blueprints.language import plain, show
from blueprints.note import numbers
from blueprints.noted import place_of
from blueprints.said import show_template
from models import hearing, ladder, owners, sign
from models.desk import Desk
from models.errors import Unreadable
from models.reply import Reply, ReplyKind
from models.taking import TAKEN_DOWN
from models.thread import Thread

_OVER = frozenset({"closed", "taken_back"})
RungShown = tuple[Markup, dt.datetime, Markup | str]


@dataclass(frozen=True)
class Entry:
    """One word of either side: its sentences, and what else was told with a note."""

    who: Markup
    at: dt.datetime
    kind: str
    lines: list[Markup | str]
    asides: list[Markup] = field(default_factory=list)


def entries(thread: Thread) -> list[Entry]:
    """The note and every word since, the newest last; forgotten words are not there."""
    try:
        names = owners.speakers(thread)
        told = thread.told(access.now())
        desks = (names.get(reply.id, thread.door_desk.name) for reply in told)
        return [_note(thread), *map(_entry, told, desks)]
    except Unreadable:
        return [_note(thread)]


def rungs(thread: Thread) -> list[RungShown]:
    """The rungs reached, as (words, instant, line); never one that did not happen."""
    return [
        arrived(thread.door_desk, rung.at)
        if rung.code == "arrived"
        else (show(f"note.rung.{rung.code}"), rung.at, "")
        for rung in ladder.rungs(thread, access.now())
    ]


def arrived(desk: Desk, at: dt.datetime) -> RungShown:
    """The first rung: the server has it, at this desk."""
    return show("note.rung.arrived"), at, desk.name


def waiting(thread: Thread) -> Markup | str:
    """What comes next; nothing where the thread is at its end."""
    return words_of_waiting(ladder.rungs(thread, access.now())[-1].code)


def words_of_waiting(code: str) -> Markup | str:
    """What comes after a rung."""
    return "" if code in _OVER else show(f"note.wait.{code}")


def is_over(thread: Thread) -> bool:
    """Whether the writer took the note back: nothing is added any more."""
    return ladder.rungs(thread, access.now())[-1].code == "taken_back"


def title(thread: Thread) -> Markup | str:
    """A line by which its writer knows a note again."""
    try:
        body = thread.observation.body
    except Unreadable:
        return show("note.mine.unreadable")
    if body.get("words"):
        return str(body["words"])
    if body.get("signs"):
        return show("note.mine.signs_only", signs=signs(body["signs"]))
    return show("note.mine.unreadable")


def signs(codes: list[str]) -> str:
    """The ticked signs in one line; what was sent unknown is not read out."""
    return plain("note.comma").join(plain(f"sign.{one.code}") for one in sign.known(codes))


def has_news(thread: Thread) -> bool:
    """Whether there is an answer that the writer has not opened yet."""
    entries = (reply.inbox for reply in thread.told(access.now()))
    return any(entry is not None and entry.read_at is None for entry in entries)


def waits_for_call(thread: Thread) -> bool:
    """Whether to ask about the telephone call; never of words that were forgotten."""
    try:
        return hearing.waits_for_call(thread)
    except Unreadable:
        return False


def ticked(thread: Thread) -> list[str]:
    """The signs of the note; none of one whose words were forgotten."""
    try:
        return list(thread.observation.body.get("signs", ()))
    except Unreadable:
        return []


def hurry(thread: Thread) -> str:
    """How urgent its writer knows the note to be where that is within the day; else ""."""
    urgency = sign.urgency_with(thread.handoff.chosen, ticked(thread))
    return urgency.value if urgency.is_hurried else ""


def calls(thread: Thread) -> list[numbers.Number]:
    """The numbers that the note's signs ask to call."""
    return numbers.first_calls(sign.calls_first(ticked(thread)), Desk.core(thread.session))


def _note(thread: Thread) -> Entry:
    you, at = show("note.thread.you"), thread.made_at
    try:
        body = thread.observation.body
    except Unreadable:
        body = {}
    if not body:
        return Entry(you, at, "mine", [show("note.mine.unreadable")])
    asides = []
    door = thread.observation.came_by
    if door in TAKEN_DOWN:
        asides.append(show(f"note.thread.came_by.{door}"))
    if body.get("signs"):
        asides.append(show("note.thread.signs", signs=signs(body["signs"])))
    where = [place_of(thread.observation.area, body), body.get("place_detail")]
    if any(where):
        asides.append(show("note.thread.place", place=" ".join(filter(None, where))))
    if body.get("wish"):
        asides.append(show("note.thread.wish", wish=body["wish"]))
    return Entry(you, at, "mine", list(str(body.get("words", "")).splitlines()), asides)


def _entry(reply: Reply, desk: str) -> Entry:
    said = reply.said
    lines: list[Markup | str] = [*show_template(reply.kind, said), *said.words.splitlines()]
    if reply.kind.is_from_reporter:
        return Entry(show("note.thread.you"), reply.at, "mine", lines)
    if reply.kind is ReplyKind.QUESTION:
        return Entry(show("note.thread.question", desk=desk), reply.at, "ask", lines)
    return Entry(Markup.escape(desk), reply.at, "", lines)
