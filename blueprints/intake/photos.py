"""The photos of a note: a picture for who may read the note, and what of them is not here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Response, abort
from sqlalchemy.orm import Session

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.intake import bp
from models import audit
from models.errors import Unreadable
from models.handoff import Handoff
from models.photo import PHOTOS_PER_NOTE, Photo, PhotoState, on_the_way, photos_of

_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True)
class Photos:
    """What the note's page shows: the pictures, and how many of them could not be or come yet."""

    whole: list[Photo]
    unreadable: int
    coming: int
    incomplete: int

    def __bool__(self) -> bool:
        return bool(self.whole or self.unreadable or self.coming or self.incomplete)


@bp.get("/desk/handoffs/<uuid:handoff_id>/photos/<uuid:photo_id>")
@allow(Permission.HANDOFF_READ)
def show_photo(handoff_id: uuid.UUID, photo_id: uuid.UUID) -> Response:
    """One picture; that it was looked at is written down before it is shown."""
    # Decrypted while nobody waits for the write.
    jpeg = _jpeg(_photo(access.reading(), handoff_id, photo_id)[1])
    access.close()
    with access.writing() as session:
        handoff, photo = _photo(session, handoff_id, photo_id)
        by = at_desk.signed_in(session).id
        audit.record(session, "see_photo", photo, now=access.now(), by=by, desk_id=handoff.desk_id)
    return _picture(jpeg)


def shown_photos(handoff: Handoff) -> Photos:
    """The photos beside a note, at most three, as the page of the note shows them."""
    session = access.reading()
    photos = photos_of(session, handoff.thread_id)
    settled = {photo.client_id for photo in photos if photo.is_settled}
    return Photos(
        whole=[one for one in photos if one.state is PhotoState.WHOLE][:PHOTOS_PER_NOTE],
        unreadable=sum(one.state is PhotoState.UNREADABLE for one in photos),
        coming=len(on_the_way(session, handoff.thread_id) - settled),
        incomplete=sum(one.state is PhotoState.INCOMPLETE for one in photos),
    )


def _photo(session: Session, handoff_id: uuid.UUID, photo_id: uuid.UUID) -> tuple[Handoff, Photo]:
    handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ, session)
    photo = session.get(Photo, photo_id)
    if photo is None or photo.thread_id != handoff.thread_id:
        abort(404)
    return handoff, photo


def _jpeg(photo: Photo) -> bytes:
    try:
        return photo.jpeg
    except Unreadable:
        abort(404)


def _picture(jpeg: bytes) -> Response:
    """Whatever its bytes are, a browser may take them for a picture and nothing else."""
    answer = Response(jpeg, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["Content-Disposition"] = 'inline; filename="kizuki.jpg"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
