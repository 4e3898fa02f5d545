"""窓口の文: a desk's staff make, change, order and put away their own reply templates."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.intake import bp, variables
from blueprints.intake.template_form import FIELDS, TemplateForm
from models.desk import Desk
from models.desk_template import (
    VARIABLES,
    DeskTemplate,
    NoRoom,
    Occasion,
    in_order,
    language_of,
)
from models.errors import Invalid
from models.person import Person
from models.words import LOCALES

Change = Callable[[DeskTemplate, Person], None]


@dataclass(frozen=True)
class Shown:
    """One template, and what a reader of each language gets."""

    template: DeskTemplate
    texts: list[tuple[str, str, list[Markup]]]
    """The reader's language, the language of the text, its paragraphs (none where it is the
    text of a language shown before)."""


@bp.get("/desk/templates")
@allow(Permission.TEMPLATE_EDIT)
def list_templates() -> Page:
    """What the desk offers, by occasion, and what was put away."""
    desk = at_desk.chosen_desk()
    mine = access.listing(DeskTemplate, Permission.TEMPLATE_EDIT)
    found = access.reading().scalars(in_order(mine.where(DeskTemplate.desk_id == desk.id)))
    every = [_shown(one) for one in found]
    offered = [one for one in every if one.template.put_away_at is None]
    groups = {
        one.value: [each for each in offered if each.template.occasion is one] for one in Occasion
    }
    away = [one for one in every if one.template.put_away_at is not None]
    return at_desk.page("intake/list_templates.html", desk, "people", groups=groups, away=away)


@bp.get("/desk/templates/new")
@allow(Permission.TEMPLATE_EDIT)
def new_template() -> Page:
    """A new one."""
    return _form_page(at_desk.chosen_desk(), TemplateForm(), None)


@bp.post("/desk/templates")
@allow(Permission.TEMPLATE_EDIT)
def create_template() -> Page | Response:
    """Make one."""
    form, desk = TemplateForm(), at_desk.chosen_desk()

    def make(session: Session, by: Person) -> None:
        here = session.get_one(Desk, desk.id)
        DeskTemplate.make(session, here, form.when, form.texts, by, access.now())

    return _saved(form, desk, None, make)


@bp.get("/desk/templates/<uuid:template_id>")
@allow(Permission.TEMPLATE_EDIT)
def show_template(template_id: uuid.UUID) -> Page:
    """One, to be changed."""
    template = access.load(DeskTemplate, template_id, Permission.TEMPLATE_EDIT)
    return _form_page(_desk_of(template), TemplateForm.of(template), template)


@bp.post("/desk/templates/<uuid:template_id>")
@allow(Permission.TEMPLATE_EDIT)
def update_template(template_id: uuid.UUID) -> Page | Response:
    """Change one; what was sent with it stays as it was sent."""
    form = TemplateForm()
    template = access.load(DeskTemplate, template_id, Permission.TEMPLATE_EDIT)

    def change(session: Session, by: Person) -> None:
        one = access.load(DeskTemplate, template_id, Permission.TEMPLATE_EDIT, session)
        version = int(form.version.data) if form.version.data.isdecimal() else 0
        one.change(form.when, form.texts, by, access.now(), version=version)

    return _saved(form, _desk_of(template), template, change)


@bp.post("/desk/templates/<uuid:template_id>/place")
@allow(Permission.TEMPLATE_EDIT)
def update_place(template_id: uuid.UUID) -> Response:
    """One place up or down among those of its occasion."""
    up = request.form.get("way") == "up"
    return _do(template_id, lambda one, by: one.move(by, access.now(), up=up), "template_moved")


@bp.post("/desk/templates/<uuid:template_id>/putting-away")
@allow(Permission.TEMPLATE_EDIT)
def create_putting_away(template_id: uuid.UUID) -> Response:
    """Offer it no more."""
    return _do(template_id, lambda one, by: one.put_away(by, access.now()), "template_away")


@bp.post("/desk/templates/<uuid:template_id>/return")
@allow(Permission.TEMPLATE_EDIT)
def create_template_return(template_id: uuid.UUID) -> Response:
    """Offer it again."""
    return _do(template_id, lambda one, by: one.bring_back(by, access.now()), "template_back")


def _do(template_id: uuid.UUID, change: Change, done: str) -> Response:
    access.close()

    def take(session: Session) -> uuid.UUID:
        one = access.load(DeskTemplate, template_id, Permission.TEMPLATE_EDIT, session)
        change(one, at_desk.signed_in(session))
        return one.desk_id

    try:
        desk_id = access.in_turn(take)
    except NoRoom:
        one = access.load(DeskTemplate, template_id, Permission.TEMPLATE_EDIT)
        desk_id, done = one.desk_id, "template_full"
    return redirect(f"/desk/templates?desk={desk_id}&done={done}", 303)


def _saved(
    form: TemplateForm,
    desk: Desk,
    template: DeskTemplate | None,
    save: Callable[[Session, Person], None],
) -> Page | Response:
    desk_id, template_id = desk.id, None if template is None else template.id
    if form.check():
        access.close()
        try:
            access.in_turn(lambda session: save(session, at_desk.signed_in(session)))
        except access.NotSent as error:
            form.refuse(error)
        except Invalid as error:
            form.refuse_text(error)
        else:
            return redirect(f"/desk/templates?desk={desk_id}&done=template_saved", 303)
    return _form_page(_mine(desk_id), form, _again(template_id), 422)


def _again(template_id: uuid.UUID | None) -> DeskTemplate | None:
    if template_id is None:
        return None
    return access.load(DeskTemplate, template_id, Permission.TEMPLATE_EDIT)


def _desk_of(template: DeskTemplate) -> Desk:
    return _mine(template.desk_id)


def _mine(desk_id: uuid.UUID) -> Desk:
    return next(desk for desk in at_desk.my_desks() if desk.id == desk_id)


def _form_page(
    desk: Desk, form: TemplateForm, template: DeskTemplate | None, status: int = 200
) -> Page:
    return at_desk.page(
        "intake/template.html",
        desk,
        "people",
        status=status,
        form=form,
        changed=template,
        occasions=[one.value for one in Occasion],
        names=[(name, variables.written(name)) for name in VARIABLES],
        languages=FIELDS,
    )


def _shown(template: DeskTemplate) -> Shown:
    texts = template.texts
    found = [(locale, language_of(texts, locale)) for locale in LOCALES]
    return Shown(
        template,
        [(to, of, variables.shown(texts[of]) if of == to else []) for to, of in found],
    )
