"""What every page of this door carries: its place in the tab bar and how much is unread."""

from __future__ import annotations

from urllib.parse import urlencode

import sqlalchemy as sa
from flask import current_app, g, render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from blueprints import access, gate
from blueprints.access import Permission
from blueprints.language import current_locale
from blueprints.note import bp
from models.desk import Desk
from models.inbox import InboxEntry
from models.person import AnswerBy, Person
from models.routing import desk_for
from models.thread import Thread

Page = tuple[str, int]


def page(template: str, *, tab: str = "", status: int = 200, **values: object) -> Page:
    """A page of this door; its tab bar leads a signed-in person to their own places."""
    person = access.me()
    return (
        render_template(
            f"note/{template}.html",
            tab=tab,
            person=person,
            unread=unread(access.reading()),
            replies_href="/receipts" if person is None else "/notes",
            desk_href=_desk_href(person),
            **values,
        ),
        status,
    )


def unread(session: Session) -> int:
    """How many of one's own notes have a reply that was not opened yet."""
    mine = access.listing(Thread, Permission.THREAD_READ, session).with_only_columns(Thread.id)
    query = sa.select(sa.func.count(sa.distinct(InboxEntry.thread_id))).where(
        InboxEntry.is_news(access.now()), InboxEntry.thread_id.in_(mine)
    )
    return session.scalar(query) or 0


def own_desk(person: Person | None) -> Desk | None:
    """The desk that receives what a person notes in their own area."""
    if person is None or person.area is None:
        return None
    return desk_for(access.reading(), person.area)


def answer_ways() -> list[AnswerBy]:
    """How answers may be asked for; e-mail only where the town sends any."""
    has_mail = bool(access.kizuki().settings.smtp_url)
    return [way for way in AnswerBy if has_mail or way is not AnswerBy.EMAIL]


@bp.app_template_global()
def phone_facts() -> dict[str, str]:
    """What a page tells its phone: whose it is, and their area and desk."""
    person = access.me()
    found = {"data-as": "anyone" if person is None else person.role.value}
    found["data-locale"] = current_locale()
    if minutes := gate.locks_after():
        found["data-locks"] = str(minutes)
    desk = own_desk(person)
    if person is not None and person.area is not None:
        found |= {"data-area": str(person.area.id), "data-area-name": person.area.name}
    if desk is not None:
        found |= {"data-desk": str(desk.id), "data-desk-name": desk.name}
        found["data-desk-telephone"] = desk.telephone
    return found


@bp.app_template_global()
def posted_address() -> str:
    """Where a page that answers a form may be asked for anew: its empty form, or what is above.

    Empty where nothing is hidden by it.
    """
    if request.method != "POST" or not (request.blueprint == bp.name or "leaves_nothing" in g):
        return ""
    desk = _desk()
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    above = request.path
    while above:
        for path in (f"{above}/new", above):
            if adapter.test(path, "GET"):
                return f"{path}?{urlencode({'desk': desk})}" if desk else path
        above = above.rpartition("/")[0]
    return "/"


def _desk() -> str:
    """The desk that was written at, for whoever staffs several; none of what cannot be read."""
    try:
        return request.form.get("desk", "")
    except HTTPException:
        return ""


def _desk_href(person: Person | None) -> str:
    desk = own_desk(person)
    return "/desks" if desk is None else f"/desks/{desk.id}"
