"""What the town says of itself on 「この仕組みについて」."""

from __future__ import annotations

import datetime as dt

from flask import redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.fields import DoorForm, text_line, text_lines
from blueprints.office import bp
from blueprints.office.page import Page, change, page
from models import audit
from models.person import Person
from models.town import Town

PARTS = ("purpose", "sees", "keeps", "leave")


class AboutForm(DoorForm):
    """Who runs it, whom to ask, and the town's own words to each part of the page."""

    run_by = text_line(200)
    contact = text_line(200)
    purpose = text_lines(2000)
    sees = text_lines(2000)
    keeps = text_lines(2000)
    leave = text_lines(2000)


@bp.get("/about")
@allow(Permission.OFFICE)
def show_about_form() -> Page:
    """The form."""
    town = Town.of(access.reading())
    own = {} if town is None else {"run_by": town.run_by, "contact": town.contact} | town.about
    return page("about", form=AboutForm(**own), sections=PARTS)


@bp.post("/about")
@allow(Permission.OFFICE)
def update_about() -> Page | Response:
    """Save the words; the public page has them at once."""
    form = AboutForm()
    if not form.validate():
        return page("about", 422, form=form, sections=PARTS)
    change(lambda session, by, now: _save(session, form, by, now))
    return redirect("/office/about?done=saved", 303)


def _save(session: Session, form: AboutForm, by: Person, now: dt.datetime) -> None:
    town = Town.of(session)
    if town is not None:
        town.run_by, town.contact = form.run_by.data, form.contact.data
        town.about = form.data_of(*PARTS)
        audit.record(session, "change", town, now=now, by=by.id)
