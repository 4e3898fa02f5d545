"""The queue, and one note with everything that can be done about it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TypedDict

from flask import Response, abort, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from blueprints import access, at_desk, looked, nobody_near
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.intake import bp, narrowed, seals, showing
from blueprints.intake.offers import Offer, offers_of
from blueprints.intake.rows import counts_of, rows_of, tag_of
from blueprints.intake.silent import Silent, silent_of
from models import queue, workload
from models.beside import beside
from models.delivery import Delivery, unseen
from models.desk import Desk
from models.errors import Busy
from models.handoff import Handoff
from models.queue import View

_FIRST_SEEN = frozenset({View.TO_ACKNOWLEDGE, View.DUE_TODAY})


@bp.get("/desk")
@allow(Permission.QUEUE_READ)
def list_handoffs() -> Page:
    """One of the desk's lists, fifty rows at a time."""
    desk, view = at_desk.chosen_desk(), _view()
    only = narrowed.of(desk, view)
    return at_desk.page(
        "intake/list_handoffs.html",
        desk,
        "queue",
        view=view,
        views=list(View),
        only=only,
        listed=rows_of(desk, view, request.args.get("after", ""), narrowing=only.by),
        **_further(desk, view, is_whole=not only.by),
        **_taken(),
    )


@bp.get("/desk/pulse")
@allow(Permission.QUEUE_READ)
def show_pulse() -> Response:
    """Whether a list that stands open is still what it was: 304, else an empty answer."""
    answer = Response(status=204, mimetype="text/plain")
    answer.set_etag(tag_of(at_desk.chosen_desk()))
    answer.make_conditional(request)
    return answer


@bp.get("/desk/handoffs/<uuid:handoff_id>")
@allow(Permission.HANDOFF_READ)
def show_handoff(handoff_id: uuid.UUID) -> Page:
    """One note, the person first; the first opening is a rung of the reporter's ladder."""
    if _is_news(access.load(Handoff, handoff_id, Permission.HANDOFF_READ)):
        looked.once_written(partial(_open, handoff_id))
    return showing.show(handoff_id)


class Further(TypedDict):
    """What stands around the rows of a view; `most`: where counting stops."""

    offers: list[Offer]

    counts: Mapping[str, int]
    most: int
    tag: str
    is_left_behind: bool
    silent: list[Silent]
    proposed: list[uuid.UUID]
    beside: list[tuple[Desk, int]]


def _further(desk: Desk, view: View, *, is_whole: bool) -> Further:
    # Neither is a note, so that neither has what a list is narrowed to.
    is_today, is_calls = is_whole and view is View.DUE_TODAY, is_whole and view is View.TO_TELEPHONE
    free = nobody_near.is_free()
    late = beside(access.reading(), desk, access.now(), free) if is_today else []
    silent = silent_of(desk) if is_calls else []
    counts, tag = counts_of(desk)
    return Further(
        offers=offers_of(desk),
        counts=counts,
        most=queue.COUNT_LIMIT,
        tag=tag,
        is_left_behind=is_whole and view in _FIRST_SEEN and _is_left_behind(desk),
        silent=silent,
        proposed=seals.proposed_at(desk) if is_whole else [],
        beside=late,
    )


def _is_left_behind(desk: Desk) -> bool:
    handoffs = access.listing(Handoff, Permission.HANDOFF_READ)
    me = access.actor().person_id
    return workload.is_left_behind(access.reading(), handoffs, desk, me, access.now())


def _taken() -> dict[str, int]:
    """What became of several at once; `none_chosen`: nothing had been ticked."""
    names = ("acknowledged", "late", "undone", "kept", "withdrawn")
    counts = {name: request.args.get(name, 0, int) for name in names}
    return {**counts, "none_chosen": "acknowledged" in request.args and not any(counts.values())}


def _view() -> View:
    try:
        view = View(request.args.get("view", View.TO_ACKNOWLEDGE))
    except ValueError:
        abort(404)
    # Each is one of a few; anything else could be somebody's own words.
    g.is_query_ours = set(request.args) <= {"desk", "view", *narrowed.NAMES}
    return view


def _is_news(handoff: Handoff) -> bool:
    told = unseen(handoff.thread_id, access.actor().person_id).limit(1)
    return handoff.is_news or access.reading().scalars(told).first() is not None


def _open(handoff_id: uuid.UUID) -> None:
    """Remember that the desk read it; a busy store is no reason not to show it.

    Who is denied it by now has read nothing more than what they were shown before.
    """
    access.close()

    def read(session: Session) -> None:
        handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ, session)
        by = at_desk.signed_in(session)
        handoff.open(by, access.now())
        nobody_near.stays_open(handoff)
        Delivery.read(session, thread_id=handoff.thread_id, person_id=by.id, now=access.now())

    with suppress(Busy, NotFound):
        access.in_turn(read)
