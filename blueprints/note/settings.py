"""One's own settings: name, language, area, how answers come, phones, and leaving."""

from __future__ import annotations

from flask import abort, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.language import current_locale, show
from blueprints.note import bp
from blueprints.note.page import Page, answer_ways, own_desk, page
from blueprints.note.phones import phones_of
from models import held_history, my_number, own_settings, place, settling_in, staffing, text
from models.area import Area
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.membership import Membership
from models.person import Person, TellOf
from models.words import LOCALES

NAME_LENGTH = 40
_FIELD_ID = {"telephone": "answer-telephone", "email": "answer-email"}


@bp.get("/settings")
@allow(Permission.SETTINGS)
def show_settings() -> Page:
    """Everything that a person may set for themselves."""
    return settings_page()


@bp.post("/settings/name")
@allow(Permission.SETTINGS)
def update_name() -> Response | Page:
    """Change the display name."""
    name = text.clean_line(request.form.get("name", ""))
    if text.is_blank(name):
        return settings_page(422, name="note.problem.need_name")
    if over := text.excess(name, NAME_LENGTH):
        return settings_page(422, name=("problem.too_long", over))
    if my_number.is_in(name):
        return settings_page(422, name="problem.my_number")
    _rename(name)
    return saved()


def _rename(name: str) -> None:
    session = access.reading()
    # The long look is none of the turn to write.
    found = settling_in.look(session, myself(session), name)
    access.close()
    access.in_turn(
        lambda session: own_settings.rename(session, myself(session), name, access.now(), found)
    )


@bp.post("/settings/language")
@allow(Permission.SETTINGS)
def update_language() -> Response:
    """Change the language of pages, replies and notifications."""
    chosen = request.form.get("language", "")
    if chosen not in LOCALES:
        abort(422)
    with access.writing() as session:
        own_settings.speak(session, myself(session), chosen, access.now())
    return saved()


@bp.post("/settings/area")
@allow(Permission.SETTINGS)
def update_area() -> Response | Page:
    """Move to another area, where it is one's own to say; what was sent stays where it is."""
    asked = text.clean_line(request.form.get("place", ""))
    found = place.find(access.reading(), asked) if asked else []
    chosen = [town for town in found if str(town.id) == request.form.get("area")] or found
    if len(chosen) != 1:
        key = "note.problem.place_many" if chosen else "problem.need_place"
        return settings_page(422, towns=chosen, place=key)
    with access.writing() as session:
        person, area = myself(session), session.get_one(Area, chosen[0].id)
        staffing.move_to_area(session, person, area, person, access.now())
    return saved()


@bp.post("/settings/test-notices")
@allow(Permission.SETTINGS)
def create_test_notice() -> Response:
    """「ためしに送る」: a push to one's own phones, through the worker's real way."""
    with access.writing() as session:
        person = myself(session)
        Delivery.queue(session, DeliveryKind.TEST, now=access.now(), person_id=person.id)
    return redirect("/settings?done=tested", 303)


def settings_page(
    status: int = 200, towns: list[Area] | None = None, **problems: str | tuple[str, int]
) -> Page:
    """The page, with problems as sentences at their fields."""
    person = access.me() or abort(401)
    words = {name: _sentence(problem) for name, problem in problems.items()}
    return page(
        "settings",
        tab="replies" if person.role.is_phone else "",
        status=status,
        phones=phones_of(person),
        locale_now=current_locale(),
        towns=[(str(town.id), town.name) for town in towns or []],
        problems=words,
        summary=[(_FIELD_ID.get(name, name), sentence) for name, sentence in words.items()],
        answer_by=answer_ways(),
        answers_open_at=held_history.opens_at(person, access.now()),
        own_desk=own_desk(person) or Desk.core(access.reading()),
        asks_address=access.may_enter(Permission.ADDRESS_GIVE),
        typed=request.form,
        done=request.args.get("done", ""),
        **_telling(),
    )


def _telling() -> dict[str, object]:
    """What staff choose of being told; nothing for anybody else."""
    if not access.may_enter(Permission.NOTICE_CHOOSE):
        return {}
    own = access.listing(Membership, Permission.NOTICE_CHOOSE).options(joinedload(Membership.desk))
    places = [place for place in access.reading().scalars(own) if place.desk.has_duty]
    return {"tells": list(TellOf), "duties": sorted(places, key=lambda place: place.desk.name)}


def myself(session: Session) -> Person:
    """The signed-in person as a row of a writing session; gone meanwhile: 401."""
    person = access.me(session)
    if person is None:
        abort(401)
    return person


def saved() -> Response:
    """Back to the page, which says that it was changed."""
    return redirect("/settings?done=saved", 303)


def _sentence(problem: str | tuple[str, int]) -> Markup:
    if isinstance(problem, Markup):
        return problem
    key, n = problem if isinstance(problem, tuple) else (problem, 0)
    return show(key, n=n)
