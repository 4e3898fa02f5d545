"""Invitations of both kinds: made, listed, revoked. What they open with is told once."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import redirect, request
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response

from blueprints import access, looked
from blueprints.access import Permission, allow, fresh
from blueprints.office import bp
from blueprints.office.invitation_form import InviteForm
from blueprints.office.page import Choices, Page, as_number, change, load, page
from blueprints.office.sheet import Drawn, Sheet, draw
from models import way_back
from models.errors import Invalid
from models.invitation import Invitation, InvitationKind, invite
from models.invitation_list import in_order
from models.person import Person

A_PAGE = 50


@bp.get("/invitations")
@allow(Permission.OFFICE)
def list_invitations() -> Page:
    """Page by page, first those that may still be revoked, with what became of the others."""
    now, number = access.now(), as_number(request.args.get("page")) or 1
    query = in_order(access.listing(Invitation, Permission.OFFICE), now).options(
        selectinload(Invitation.area),
        selectinload(Invitation.desk),
        selectinload(Invitation.person),
    )
    query = query.offset((number - 1) * A_PAGE).limit(A_PAGE + 1)
    found = [(one, one.is_over(now)) for one in access.reading().scalars(query)]
    looked.as_("see_invitations")
    looked.at(one.id for one, _ in found[:A_PAGE])
    following = number + 1 if len(found) > A_PAGE else None
    return page("invitations", invitations=found[:A_PAGE], number=number, following=following)


@bp.get("/invitations/new")
@allow(Permission.OFFICE)
def new_invitation() -> Page:
    """The form of a poster or of a personal invitation."""
    return _form_page(InviteForm.blank(request.args, access.now()))


@bp.post("/invitations")
@allow(Permission.OFFICE)
@fresh
def create_invitation() -> Page | str:
    """Make it, and show its A4 page, once."""
    form = InviteForm()
    if form.validate():
        drawn = draw()
        try:
            sheet = change(lambda session, by, now: _invite(session, form, drawn, by, now))
            return sheet.page(form.paper.data)
        except Invalid as error:
            form.refuse(error)
    return _form_page(form, 422)


@bp.post("/invitations/<uuid:invitation_id>/revocation")
@allow(Permission.OFFICE)
def create_revocation(invitation_id: uuid.UUID) -> Response:
    """Let nobody in by it any more."""
    change(lambda session, by, now: load(Invitation, invitation_id, session).revoke(by, now))
    return redirect("/office/invitations?done=revoked", 303)


def _invite(
    session: Session, form: InviteForm, drawn: Drawn, by: Person, now: dt.datetime
) -> Sheet:
    if session.get(Invitation, form.once_id) is not None:
        raise Invalid("office.problem.already_made")
    invitation = invite(
        session,
        drawn.told,
        drawn.code_hash,
        **form.wanted(session, now),
        by=by,
        now=now,
        invitation_id=form.once_id,
    )
    session.flush()
    way_back.ask_second(session, invitation, now)
    return Sheet.of(invitation, drawn)


def _form_page(form: InviteForm, status: int = 200) -> Page:
    is_poster = form.kind.data == InvitationKind.POSTER
    return page("invitation", status, form=form, is_poster=is_poster, choices=Choices.now())
