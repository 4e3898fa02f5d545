"""When an answer counts as read: once it stands on a screen, which a page sent in time may not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp, saying
from models import hearing
from models.errors import Busy, Invalid
from models.reply import Reply
from models.thread import Thread

Finder = Callable[[Session, uuid.UUID], Thread]
PATIENCE = "Kizuki-Patience"
"""The service worker's seconds until it shows what it keeps instead; then nobody saw the page."""


@bp.post("/notes/<uuid:thread_id>/reading")
@allow(Permission.THREAD_READ)
def create_reading(thread_id: uuid.UUID) -> Response:
    """The page stands on a screen: the answers up to the `last` one on it are read."""
    access.close()
    with access.writing() as session:
        thread = access.load(Thread, thread_id, Permission.THREAD_READ, session)
        hearing.read_until(thread, _last(thread), access.now())
    return Response(status=204)


def says_when_seen() -> bool:
    """Whether the page itself tells that it is seen, since it may come too late to be shown."""
    return PATIENCE in request.headers


def last_of(thread: Thread) -> uuid.UUID:
    """The last reply on a page that shows the whole thread."""
    return max(thread.replies, key=lambda reply: reply.position).id


def read_by_its_writer(thread_id: uuid.UUID, find: Finder) -> None:
    """Remember that the answers were read; a busy store is no reason not to show them."""
    access.close()
    with suppress(Busy), access.writing() as session:
        saying.mark_read(find(session, thread_id))


def _last(thread: Thread) -> Reply:
    last = request.form.get("last", type=uuid.UUID)
    found = next((reply for reply in thread.replies if reply.id == last), None)
    if found is None:
        raise Invalid("frame.error.bad_request", "last")
    return found
