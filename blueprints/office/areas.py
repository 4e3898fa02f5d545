"""Areas and beats: which there are, which desk has them, what is vacant."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.fields import DoorForm, line, needed, text_line
from blueprints.office import bp
from blueprints.office.page import Page, as_id, change, load, page
from models.area import Area, AreaKind
from models.area_office import MADE_KINDS, area_lines, desk_of, save_area, uncovered_towns
from models.desk import Desk
from models.errors import Invalid

NAME_LENGTH, KANA_LENGTH = 80, 120


class AreaForm(DoorForm):
    """Kind and name of an area, and the desk that receives it."""

    kind = StringField(filters=[line])
    name = text_line(NAME_LENGTH, needed("office.problem.area_name"))
    kana = text_line(KANA_LENGTH)
    desk = StringField(filters=[line])


@bp.get("/areas")
@allow(Permission.OFFICE)
def list_areas(status: int = 200, **values: object) -> Page:
    """Every area with its desk, its towns and its commissioners."""
    session = access.reading()
    lines = area_lines(session)
    return page("areas", status, lines=lines, uncovered=uncovered_towns(session), **values)


@bp.get("/areas/new")
@allow(Permission.OFFICE)
def new_area() -> Page:
    """A new area, a beat unless something else is chosen."""
    return _form_page(AreaForm(kind=AreaKind.BEAT.value), None)


@bp.get("/areas/<int(max=2147483647):area_id>")
@allow(Permission.OFFICE)
def show_area(area_id: int) -> Page:
    """One area, to be renamed or given to another desk."""
    area = load(Area, area_id)
    desk_id = desk_of(access.reading(), area)
    return _form_page(AreaForm(obj=area, desk=str(desk_id or "")), area)


@bp.post("/areas")
@allow(Permission.OFFICE)
def create_area() -> Page | Response:
    """Add an area."""
    return _save(None)


@bp.post("/areas/<int(max=2147483647):area_id>")
@allow(Permission.OFFICE)
def update_area(area_id: int) -> Page | Response:
    """Rename an area, or give it to another desk."""
    return _save(load(Area, area_id))


def _save(area: Area | None) -> Page | Response:
    # What the page of this kind does not ask stays as it is.
    form, area_id = AreaForm(obj=area), None if area is None else area.id
    if form.validate():
        try:
            change(
                lambda session, by, now: save_area(
                    session,
                    None if area_id is None else load(Area, area_id, session),
                    kind=_kind(form.kind.data),
                    name=form.name.data,
                    kana=form.kana.data,
                    desk_id=as_id(form.desk.data),
                    by=by,
                    now=now,
                )
            )
            return redirect("/office/areas?done=saved", 303)
        except Invalid as error:
            form.refuse(error)
    return _form_page(form, None if area_id is None else load(Area, area_id), 422)


def _kind(code: str) -> AreaKind:
    return AreaKind(code) if code in set(MADE_KINDS) else AreaKind.TOWN


def _form_page(form: AreaForm, area: Area | None, status: int = 200) -> Page:
    desks = access.reading().scalars(access.listing(Desk, Permission.OFFICE).order_by(Desk.made_at))
    return page("area", status, form=form, area=area, desks=desks.all(), kinds=MADE_KINDS)
