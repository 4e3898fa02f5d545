"""Notes of a worry: sent by a phone in either format, and read back by their writer."""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import suppress
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, jsonify, request
from sqlalchemy.orm import selectinload

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp, shape
from blueprints.api.identity import sender
from blueprints.arrivals import take_plain, take_sealed
from blueprints.errors import problem
from blueprints.limits import is_beyond_notes
from models import hearing
from models.arrival import Outcome
from models.delivery import Delivery
from models.errors import Busy, Conflict, Invalid
from models.gaps import number
from models.handoff import Handoff
from models.observation import Observation, named
from models.reply import Reply
from models.thread import Thread

LISTED = 100
_MARK = "~"


@bp.post("/api/v1/observations")
@allow(Permission.NOTE_WRITE)
def create_observation() -> tuple[Response, int]:
    """Take a note: plain JSON, or a sealed envelope, which is never refused for its content."""
    if request.mimetype in body.ENVELOPE_TYPES:
        return _sealed()
    raw = body.json_object()
    by = sender(request.get_data())
    arrived = take_plain(raw, by=by, is_marked=is_beyond_notes(by.person_id))
    if arrived.outcome is Outcome.CONFLICT:
        return _conflict(arrived.acceptance)
    return jsonify(arrived.acceptance), 201 if arrived.outcome is Outcome.CREATED else 200


@bp.get("/api/v1/observations")
@allow(Permission.THREAD_READ)
def list_observations() -> Response:
    """One's own notes, the newest first; `next` is the place behind the last, null at the end."""
    query = access.listing(Thread, Permission.THREAD_READ).options(*_WITH)
    if after := request.args.get("after", ""):
        query = query.where(_behind(after))
    ordered = query.order_by(Thread.made_at.desc(), Thread.id).limit(LISTED + 1)
    found = access.reading().scalars(ordered).all()
    shown = found[:LISTED]
    following = _place_of(shown[-1]) if len(found) > LISTED else None
    return jsonify(
        observations=[shape.summary(thread, access.now()) for thread in shown], next=following
    )


@bp.get("/api/v1/observations/<uuid:note_id>")
@allow(Permission.THREAD_READ)
def show_observation(note_id: uuid.UUID) -> Response:
    """One's own note with its ladder and replies; reading it marks the replies as read."""
    thread = own_thread(note_id, Permission.THREAD_READ)
    answer = shape.thread(thread, access.now())
    mark_read(thread)
    return jsonify(answer)


def own_thread(note_id: uuid.UUID, permission: Permission) -> Thread:
    """One's own thread by the id its phone gave it; 404 for everybody else's."""
    query = (
        access.listing(Thread, permission)
        .join(Observation, Observation.thread_id == Thread.id)
        .where(named(note_id))
    )
    return access.reading().scalars(query).first() or abort(404)


def mark_read(thread: Thread) -> None:
    """Remember that the reporter has seen what is there; writes only where something is new.

    A busy store is no reason not to show it.
    """
    told = thread.told(access.now())
    if not any(reply.inbox and reply.inbox.read_at is None for reply in told):
        return
    thread_id = thread.id
    access.close()
    with suppress(Busy), access.writing() as session:
        row = session.get(Thread, thread_id)
        if row is not None and hearing.read(row, access.now()):
            Delivery.read(session, thread_id=thread_id, person_id=None, now=access.now())


def _place_of(thread: Thread) -> str:
    return f"{thread.made_at.replace(tzinfo=None).isoformat()}Z{_MARK}{thread.id}"


def _behind(place: str) -> sa.ColumnElement[bool]:
    """The notes behind a place in the list; raises Invalid where it is none."""
    at, _, thread_id = place.partition(_MARK)
    try:
        made_at, last = dt.datetime.fromisoformat(at).astimezone(dt.UTC), uuid.UUID(thread_id)
    except (ValueError, OverflowError):
        raise Invalid("api.problem.unknown", "after") from None
    beside = sa.and_(Thread.made_at == made_at, Thread.id > last)
    return sa.or_(Thread.made_at < made_at, beside)


def _conflict(acceptance: dict[str, Any]) -> tuple[Response, int]:
    """A problem (RFC 9457) whose extension members are the acceptance: both contents are kept."""
    told = problem(409, Conflict.key)
    told.set_data(jsonify(acceptance | told.get_json()).get_data())
    return told, 409


def _sealed() -> tuple[Response, int]:
    envelope = body.envelope()
    by = sender(envelope)
    waiting = number(request.headers.get("Kizuki-Waiting"))
    beyond = partial(is_beyond_notes, by.person_id)
    arrived = take_sealed(envelope, by=by, waiting=waiting, is_beyond=beyond)
    return jsonify(arrived.acceptance), 200 if arrived.outcome is Outcome.REPEATED else 201


_WITH = (
    selectinload(Thread.observation).selectinload(Observation.area),
    selectinload(Thread.handoffs).selectinload(Handoff.desk),
    selectinload(Thread.replies).selectinload(Reply.inbox),
    selectinload(Thread.door_desk),
)
