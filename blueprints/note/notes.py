"""Noting a worry: one form, one screen. Writing is always open, signed in or not."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.language import current_locale
from blueprints.note import asked, bp
from blueprints.note.form import NoteForm
from blueprints.note.page import Page, answer_ways, page
from blueprints.note.sending import send
from blueprints.note.sent import asks_answer_by, sent_page_by_code
from blueprints.note.where import Where, where
from models.area import Area
from models.desk import Desk

DRAFT = "note"


@bp.get("/notes/new")
@allow(Permission.NOTE_WRITE)
def new_note() -> Page:
    """The form, with the own area filled in; `?area=` names another."""
    person = access.me()
    area = request.args.get("area", type=int)
    chosen = access.reading().get(Area, area) if area and 0 < area < 2**31 else None
    place = Where(chosen or (person.area if person else None))
    after_call = request.args.get("after") == "call"
    form = NoteForm.blank(person, place.area, Desk.core(access.reading()), after_call=after_call)
    return form_page(form, place)


@bp.post("/notes")
@allow(Permission.NOTE_WRITE)
def create_note() -> Page | Response:
    """Take the note; what is missing comes back in its field."""
    return taken(NoteForm.returned(request.form, Desk.core(access.reading())), draft=DRAFT)


def taken(form: NoteForm, *, draft: str, desk: Desk | None = None) -> Page | Response:
    """The page that follows a note, whichever form it came from."""
    if access.is_only_shown():
        # The answers follow the page.
        form.typed["language"] = current_locale()
    place = where(form)
    try:
        sent = send(form, place)
    except access.NotSent:
        return form_page(form, place, draft=draft, desk=desk)
    if isinstance(sent, list):
        return form_page(form.with_problems(sent), place, 422, draft=draft, desk=desk)
    if sent.thread_id is not None:
        return redirect(f"/notes/{sent.thread_id}/sent", 303)
    return sent_page_by_code(sent, draft=draft)


def form_page(
    form: NoteForm, place: Where, status: int = 200, *, draft: str = DRAFT, desk: Desk | None = None
) -> Page:
    """The form; with `desk`, that of the desk's own page."""
    return page(
        "form",
        status=status,
        form=form,
        place=place,
        draft=draft,
        desk=desk,
        action="/notes" if desk is None else f"/desks/{desk.id}/note",
        asks_answer_by=asks_answer_by(access.me(), after=0),
        answer_by=answer_ways(),
        sentences=asked.of_note(),
    )
