"""What a page shows of somebody is written down, and committed, before the page is sent.

Whatever opens a note, or lists people, says here whose; after the view its line is written, one
for each page. Where that fails nothing readable leaves: the page is refused. Written down too is
for which handoff somebody got 404, alike whether it is denied or there is none.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from blueprints import access, errors
from blueprints.cookies import is_fetched
from models.audit_views import TRIED, View
from models.base import Base
from models.desk import Desk
from models.handoff import Handoff
from models.ledger import Ledger
from models.town import Town

LIST = "see_list"
NUMBERS = "see_numbers"
"""A list with telephone numbers on it."""
_AGAIN = dt.timedelta(hours=1)
_KEPT = 512

log = logging.getLogger("kizuki.audit")


@dataclass
class Looked:
    """What this request shows so far."""

    ids: dict[uuid.UUID, None] = field(default_factory=dict)
    act: str = ""
    kind: str = ""
    key: str = ""
    desk_id: uuid.UUID | None = None
    has_numbers: bool = False

    @property
    def is_anything(self) -> bool:
        """Whether there is something to write down."""
        return bool(self.ids or self.act)


def at(ids: Iterable[uuid.UUID]) -> None:
    """The page shows these: threads of notes, or people."""
    looked().ids.update(dict.fromkeys(ids))


def as_(act: str, of: Base | None = None) -> None:
    """How its line is called, where it is no list of notes; and the one row that it is about."""
    found = looked()
    found.act = act
    if of is not None:
        found.kind, found.key = of.__tablename__, str(of.id)  # type: ignore[attr-defined]


def numbers(shown: Iterable[str | None]) -> None:
    """These telephone numbers stand on the page; None where somebody has none."""
    looked().has_numbers |= any(shown)


def from_desk(desk_id: uuid.UUID) -> None:
    """At which desk it is shown: its chain holds the line."""
    looked().desk_id = desk_id


def once_written(then: Callable[[], None]) -> None:
    """Do this as soon as the page's line is committed, and not at all where no page is shown."""
    g.once_written = then


def looked() -> Looked:
    """What was said in this request."""
    if "looked" not in g:
        g.looked = Looked()
    found: Looked = g.looked
    return found


def init_app(app: Flask) -> None:
    """After every view and before the headers are settled, since the page may be another."""
    app.extensions["kizuki.ledger"] = Ledger()
    app.extensions["kizuki.looked"] = {}
    app.after_request(write_down)


def write_down(response: Response) -> Response:
    """The page as it is, once its line is committed; else a refusal."""
    if "not_shown" in g and current_user.is_authenticated:
        _write_try(g.pop("not_shown"))
    found: Looked | None = g.get("looked")
    if found is None or not found.is_anything or not current_user.is_authenticated:
        return response
    if response.location is not None:
        return response
    try:
        view = _view(found)
        if not _was_shown(view):
            _ledger().write(access.kizuki().store, view)
            _remember(view)
    except Exception as error:
        log.critical("a view could not be written down (%s); it is not shown", type(error).__name__)
        g.pop("looked", None)
        return errors.answer(503, "frame.error.not_written")
    if response.status_code < HTTPStatus.BAD_REQUEST and "once_written" in g:
        g.pop("once_written")()
    return response


def _write_try(key: uuid.UUID) -> None:
    """Write down for which handoff the answer was 404; the answer stays what it is."""
    access.close()
    by, now = current_user.person_id, access.now()
    view = View(TRIED, Handoff.__tablename__, str(key), by=by, at=now, desk_id=None)
    try:
        _ledger().write(access.kizuki().store, view)
    except Exception as error:
        log.critical("a try could not be written down (%s)", type(error).__name__)


def _view(found: Looked) -> View:
    kind, key = found.kind, found.key
    if not key and found.desk_id is not None:
        kind, key = Desk.__tablename__, str(found.desk_id)
    if not key:
        town = Town.of(access.reading())
        kind, key = Town.__tablename__, str(town.id) if town else ""
    # SQLite's reader holds up no writer, but a page needs one connection at a time.
    access.close()
    return View(
        found.act or (NUMBERS if found.has_numbers else LIST),
        kind,
        key,
        by=current_user.person_id,
        at=access.now(),
        desk_id=found.desk_id,
        shown=tuple(one for one in found.ids if str(one) != key),
    )


def _was_shown(view: View) -> bool:
    """Whether a list that stands open asks by itself for what its line names already."""
    if view.act != LIST or not is_fetched():
        return False
    address, before = _memory().get(current_user.sign_in_id, ("", None))
    if before is None or address != request.full_path or view.at - before.at >= _AGAIN:
        return False
    return set(view.shown) <= set(before.shown)


def _remember(view: View) -> None:
    if view.act != LIST:
        return
    memory = _memory()
    memory.pop(current_user.sign_in_id, None)
    memory[current_user.sign_in_id] = request.full_path, view
    while len(memory) > _KEPT:
        memory.pop(next(iter(memory)), None)


def _memory() -> dict[uuid.UUID, tuple[str, View]]:
    """By sign-in the list that was written down last: its address and its line."""
    found: dict[uuid.UUID, tuple[str, View]] = current_app.extensions["kizuki.looked"]
    return found


def _ledger() -> Ledger:
    found: Ledger = current_app.extensions["kizuki.ledger"]
    return found
