"""One verb in one transaction, and what is answered where it could not be done."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from flask import redirect, request
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from blueprints import access, at_desk, nobody_near
from blueprints.access import Permission
from blueprints.at_desk import Page
from blueprints.intake import narrowed, reading, repeats, showing
from models import queue, staff_lock
from models.desk import Desk
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff, storms
from models.person import Person
from models.queue import View
from models.thread import Thread

Verb = Callable[[Handoff, Person], str | None]
"""Gives the end of the address after it, or all of it, where that is not what was done."""
Each = Callable[[Handoff, Person], bool]
"""Whether it was done to this one of several, now or a moment ago by the same form."""
Apart = Mapping[str, Callable[[set[uuid.UUID]], int]]
"""By their name in the address, how many of those that were ticked they are."""
Answer = Response | Page
NEEDED = (
    joinedload(Handoff.thread).joinedload(Thread.reporter),
    joinedload(Handoff.desk),
)
"""What every verb asks of."""
_BUTTONS = frozenset({repeats.UNDOING, "telephoning"})
"""They have no form on the page in which something could stand again."""
_VIEWS = frozenset(view.value for view in View)
_WORK = "work"


def act(
    handoff_id: uuid.UUID,
    noun: str,
    verb: Verb,
    permission: Permission = Permission.HANDOFF_ANSWER,
) -> Answer:
    """Do one verb to a handoff of one's own desk; `noun` names its form on the page.

    Who came second keeps the words and is told who was first; what cannot be saved comes
    back in its field. A form that came twice is done once.
    """
    access.close()
    desk_id: uuid.UUID | None = None
    done = f"done={noun}"

    def take(session: Session) -> None:
        nonlocal desk_id, done
        handoff = access.load(Handoff, handoff_id, permission, session, NEEDED)
        desk_id = handoff.desk_id
        with repeats.said_once(handoff, noun):
            done = verb(handoff, at_desk.signed_in(session)) or done
        nobody_near.stays_open(handoff)

    try:
        access.in_turn(take)
    except repeats.Repeat:
        pass
    except NotAllowed as error:
        return _late(handoff_id, noun, error)
    except Invalid as error:
        if isinstance(error, access.NotSent) and noun in _BUTTONS:
            raise
        return showing.show(handoff_id, showing.Problem(noun, error), status=422)
    return redirect(_back(handoff_id, done, desk_id), 303)


def act_on_several(each: Each, done: str, left: str, apart: Apart | None = None) -> Response:
    """Do one thing to all that were ticked in a list; the list then counts both under their names.

    `apart`: what of those that are left the list tells by another name. The desk's staff are held
    first, then all rows in one order, so that nobody crosses. Where many of one place are among
    them, the one under which others are folded is last: until then nothing takes its place.
    """
    chosen = set(reading.ids("handoff", queue.AT_ONCE))
    desk_id = at_desk.chosen_desk().id
    access.close()

    def take(session: Session) -> int:
        staff_lock.share(session, session.get_one(Desk, desk_id))
        storms.hold(session, Handoff, chosen)
        answerable = access.listing(Handoff, Permission.HANDOFF_ANSWER, session)
        held = answerable.where(Handoff.id.in_(chosen)).order_by(Handoff.id)
        found = nobody_near.without_denied(session.scalars(held.with_for_update(of=Handoff)).all())
        by = at_desk.signed_in(session)
        folded_first = sorted(found, key=lambda handoff: handoff.storm_id is None)
        return sum(each(handoff, by) for handoff in folded_first)

    count = access.in_turn(take)
    others = {name: count_of(chosen) for name, count_of in (apart or {}).items()}
    counts = {done: count, left: len(chosen) - count - sum(others.values()), **others}
    told = "&".join(f"{name}={number}" for name, number in counts.items())
    return redirect(f"/desk?desk={desk_id}{narrowed.acted_in()}&{told}", 303)


def _late(handoff_id: uuid.UUID, noun: str, error: NotAllowed) -> Answer:
    """Whoever did the same before finds it there; everybody else is told who was first."""
    handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ)
    if repeats.is_done(handoff, noun, at_desk.signed_in()):
        return redirect(f"/desk/handoffs/{handoff_id}", 303)
    if noun == repeats.UNDOING:
        return showing.show(handoff_id, refused=error, status=409)
    return showing.show_first(handoff_id, error)


def _back(handoff_id: uuid.UUID, done: str, desk_id: uuid.UUID | None) -> str:
    """To the list or the page from which somebody acted, else to the note."""
    if done.startswith("/"):
        return done
    view = request.form.get("view", "")
    if view == _WORK:
        return f"/desk/work?desk={desk_id}&{done}"
    if view in _VIEWS:
        return f"/desk?desk={desk_id}&view={view}{narrowed.acted_in()}&{done}"
    return f"/desk/handoffs/{handoff_id}?{done}"
