"""電話・窓口・手紙: a note like any other, taken down by staff, with a code read aloud."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import render_template, request
from markupsafe import Markup

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.language import current_locale, show, spoken_in
from blueprints.note import bp, hours, numbers
from blueprints.note.outlook import outlook
from blueprints.note.sending import Sent, take_down
from blueprints.note.taking_form import TakingForm
from blueprints.note.where import Where, where
from blueprints.shown_once import shown_once
from models import receipt_code
from models.area import Area
from models.desk import Desk
from models.urgency import Urgency

_HERE = "take"


@dataclass(frozen=True)
class Slip:
    """What the caller takes home: how to read the answers. Nothing of the note is on it."""

    code: str
    desk: Desk

    @property
    def groups(self) -> list[tuple[str, Markup]]:
        """The code in its groups, each with its digits as they are read aloud."""
        return [(group, _aloud(group)) for group in receipt_code.show(self.code).split("-")]

    @property
    def host(self) -> str:
        """Where the code is typed, as people type it: before the path."""
        return urlsplit(access.kizuki().settings.public_url).netloc

    @property
    def path(self) -> str:
        """The rest of it."""
        return "/receipts"

    @property
    def qr(self) -> Markup:
        """The same for a camera; the code itself stands in no address."""
        link = f"{access.kizuki().settings.public_url}{self.path}"
        drawn = segno.make(link, error="m", micro=False)
        return Markup(  # noqa: S704 - drawn from the link's modules alone
            drawn.svg_inline(border=0, svgclass="ticket__qr", lineclass=None, omitsize=True)
        )

    @property
    def hours(self) -> list[Markup]:
        """When the desk is open."""
        return hours.lines(self.desk)

    def printed(self) -> Markup:
        """The slip itself, in the language of whoever will read it."""
        return Markup(render_template("note/_ticket.html", slip=self))  # noqa: S704 - our template


@bp.get("/desk/notes/new")
@allow(Permission.NOTE_TAKE)
def new_taking() -> Page:
    """The form, for a call that comes in now."""
    return _form_page(TakingForm.empty(_core(), access.now()), Where())


@bp.post("/desk/notes")
@allow(Permission.NOTE_TAKE)
def create_taking() -> Page:
    """Take it down; what is missing comes back in its field."""
    at_desk.chosen_desk()
    form, by = TakingForm.come_back(request.form, _core()), at_desk.signed_in().id
    place = where(form)
    try:
        sent = take_down(form, place, by)
    except access.NotSent:
        return _form_page(form, place)
    if isinstance(sent, list):
        return _form_page(form.with_problems(sent), place, 422)
    return _taken_page(form, sent)


def _form_page(form: TakingForm, place: Where, status: int = 200) -> Page:
    desk = at_desk.chosen_desk()
    return at_desk.page(
        "note/taking.html",
        desk,
        _HERE,
        status=status,
        form=form,
        # The field for the place stays open: it is the first thing that is asked.
        place=replace(place, area=None),
        draft=f"taking:{desk.id}",
        person=None,
    )


def _taken_page(form: TakingForm, sent: Sent) -> Page:
    """What may be told and the code: the same whether it is sealed or not, and to whom it went."""
    desk_id = str(at_desk.chosen_desk().id)
    return _drawn(**sent.told(), desk_id=desk_id, language=form.value("language"))


@shown_once()
def _drawn(
    *,
    desk_id: str,
    accepted: dict[str, Any],
    area_id: int | None,
    signs: list[str],
    urgency: str,
    has_called: bool,
    code: str,
    language: str,
) -> Page:
    desk = at_desk.chosen_desk(desk_id)
    area = None if area_id is None else access.reading().get(Area, area_id)
    seen = outlook(accepted, area, signs, Urgency(urgency or Urgency.SOON))
    slip = Slip(code, seen.desk)
    with spoken_in(language):
        printed, lang = slip.printed(), current_locale()
        groups = slip.groups
    return at_desk.page(
        "note/taken.html",
        desk,
        _HERE,
        status=201,
        outlook=seen,
        when=numbers.when,
        # The calls that come before any note, where nobody has made them yet.
        calls=[] if has_called else seen.calls,
        code=code,
        groups=groups,
        printed=printed,
        lang=lang,
        draft=f"taking:{desk.id}",
        note_id=uuid.UUID(accepted["id"]),
    )


def _aloud(group: str) -> Markup:
    return Markup(" ").join(show(f"note.taking.digit.{digit}") for digit in group)


def _core() -> Desk | None:
    return Desk.core(access.reading())
