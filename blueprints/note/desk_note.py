"""A note from a desk's public page: no account, and a code for the replies."""

from __future__ import annotations

import uuid

from flask import redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from blueprints.note.desks import public_desk
from blueprints.note.form import NoteForm
from blueprints.note.notes import form_page, taken
from blueprints.note.page import Page
from blueprints.note.where import Where
from models.desk import Desk


@bp.get("/desks/<uuid:desk_id>/note")
@allow(Permission.NOTE_WRITE)
def new_desk_note(desk_id: uuid.UUID) -> Page | Response:
    """The form for this desk's area; somebody signed in writes as themselves."""
    desk = public_desk(desk_id)
    area = desk.areas[0] if len(desk.areas) == 1 else None
    if current_user.is_authenticated:
        return redirect("/notes/new" if area is None else f"/notes/new?area={area.id}", 303)
    form = NoteForm.blank(None, area, _core(), after_call=False)
    return form_page(form, Where(area), draft=_draft(desk_id), desk=desk)


@bp.post("/desks/<uuid:desk_id>/note")
@allow(Permission.NOTE_WRITE)
def create_desk_note(desk_id: uuid.UUID) -> Page | Response:
    """Take the note; what is missing comes back in its field."""
    desk = public_desk(desk_id)
    return taken(NoteForm.returned(request.form, _core()), draft=_draft(desk_id), desk=desk)


def _core() -> Desk | None:
    return Desk.core(access.reading())


def _draft(desk_id: uuid.UUID) -> str:
    return f"note:{desk_id}"
