"""An invitation is shown, found by its token or its digits, and redeemed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.asked_first import way_on
from blueprints.gate import limiter
from blueprints.join import bp
from blueprints.join.forms import CODE_LENGTH, InvitationForm, JoinForm
from blueprints.join.page import Page, page
from blueprints.signed_in import browser_family, sign_in_with, without_pages
from blueprints.translated import said_again
from models.errors import Invalid
from models.invitation import Invitation, InvitationKind
from models.joining import AddressRefused, Joined, Newcomer, redeem
from models.password import hash_password
from models.person import Role
from models.proof import invites_by_passkey

UNUSABLE = 422
CONFLICT = 409


@dataclass(frozen=True)
class Offer:
    """What an invitation says to whoever holds it."""

    id: uuid.UUID
    role: Role
    name: str
    place: str
    is_return: bool
    by_passkey: bool
    """Whether nothing else lets its person in."""

    @staticmethod
    def of(invitation: Invitation) -> Offer:
        """The words of a usable invitation."""
        place = invitation.desk or invitation.area
        return Offer(
            invitation.id,
            invitation.role,
            invitation.name,
            "" if place is None else place.name,
            is_return=invitation.ends_other_phones,
            by_passkey=invites_by_passkey(invitation),
        )


def _rate() -> str:
    return f"{access.kizuki().settings.codes_per_minute}/minute"


def _failed(response: Response) -> bool:
    return response.status_code == UNUSABLE


one_by_one = limiter.shared_limit(_rate, scope="invitations", deduct_when=_failed)
"""Failed tries of one address; whole meetings join behind one address and are not stopped."""


@bp.get("/join")
@allow(Permission.ANYONE)
def show_join() -> Page:
    """Where a link's token arrives behind the #, and where the twelve digits are typed."""
    return page("join", form=InvitationForm())


@bp.post("/join/invitation")
@allow(Permission.ANYONE)
@one_by_one
def show_invitation() -> Page:
    """Who invites, for what, and what is asked for; one sentence for every failure.

    Whoever is in already is told so; they stay in until somebody else has joined.
    """
    form = InvitationForm()
    invitation = _find(form)
    if invitation is None:
        return page("join", UNUSABLE, form=form, is_unusable=True)
    if _stays_in(form, invitation):
        return _already(form, invitation)
    return _welcome(JoinForm().only_for(invitation), Offer.of(invitation))


@bp.post("/join")
@allow(Permission.ANYONE)
@one_by_one
def create_join() -> Page | Response:
    """Redeem the invitation: signed in, and on to the start page of the role."""
    form = JoinForm()
    invitation = _find(form)
    if invitation is None:
        return page("join", UNUSABLE, form=InvitationForm(), is_unusable=True)
    if _stays_in(form, invitation):
        return _already(form, invitation, CONFLICT)
    offer = Offer.of(invitation)
    if access.is_only_shown():
        return _welcome(form.only_for(invitation).said_again(), offer)
    joined = _join(form, invitation) if form.only_for(invitation).validate() else None
    if joined is None:
        return _welcome(form, offer, UNUSABLE)
    sign_in_with(joined.token)
    return _onward(joined, form)


def _onward(joined: Joined, form: JoinForm) -> Response:
    """Who works here owes a proof of their own yet."""
    is_phone = joined.person.role.is_phone
    onward = redirect(way_on("/") if is_phone else "/signin/second", 303)
    return without_pages(onward) if form.anew.data else onward


def _welcome(form: JoinForm, offer: Offer, status: int = 200) -> Page:
    return page("welcome", status, form=form, offer=offer)


def _already(form: InvitationForm | JoinForm, invitation: Invitation, status: int = 200) -> Page:
    """A second account would take the notes of the first from this phone."""
    said_again("/join/invitation", token=form.token.data or "", code=form.code.data or "")
    has_room = _is_for_many(invitation) and invitation.is_usable(access.now())
    return page("already", status, form=form, person=access.me(), has_room=has_room)


def _stays_in(form: InvitationForm | JoinForm, invitation: Invitation) -> bool:
    """Whether there is nothing to join: who is in, and did not choose to come in anew."""
    if not _is_in(invitation) or not _is_for_many(invitation):
        return _is_in(invitation)
    person = access.me()
    return person is not None and form.anew.data != str(person.id)


def _is_in(invitation: Invitation) -> bool:
    """Whether the invitation would give whoever holds this phone what they have."""
    person = access.me()
    if person is None or not person.role.is_phone:
        return False
    return _is_for_many(invitation) or invitation.person_id == person.id


def _is_for_many(invitation: Invitation) -> bool:
    return invitation.kind is InvitationKind.POSTER


def _find(form: InvitationForm | JoinForm) -> Invitation | None:
    """The usable invitation, or one that let whoever asks in and lets nobody in anew.

    The slow index is computed while nothing is locked.
    """
    session = access.reading()
    token, code = form.token.data, form.code.data
    code = token if len(token) == CODE_LENGTH and token.isdecimal() else code
    if token and token != code:
        found = Invitation.by_token(session, token)
    elif len(code) == CODE_LENGTH:
        found = Invitation.by_code(session, access.kizuki().keys.slow_index(code))
    else:
        return None
    if found is None or found.is_usable(access.now()):
        return found
    return found if _is_in(found) and not form.anew.data else None


def _join(form: JoinForm, invitation: Invitation) -> Joined | None:
    """The joined person; None with a sentence in the form where the invitation says no."""
    invitation_id, newcomer = invitation.id, _newcomer(form, invitation)
    access.close()
    try:
        with access.writing() as session:
            joined = _redeem(session, invitation_id, newcomer, form)
    except Invalid as error:
        form.refuse(error)
        return None
    if joined is None and not form.problems:
        form.refuse(Invalid("join.problem.digits", "digits"))
    return joined


def _redeem(
    session: Session, invitation_id: uuid.UUID, newcomer: Newcomer, form: JoinForm
) -> Joined | None:
    row = session.get_one(Invitation, invitation_id, with_for_update=True)
    try:
        return redeem(session, row, newcomer, access.now())
    except AddressRefused as error:
        # Caught inside the transaction: that it was tried is kept.
        form.refuse(error)
        return None


def _newcomer(form: JoinForm, invitation: Invitation) -> Newcomer:
    """What was given; wrong digits cost no hash."""
    given = {name: form[name].data for name in ("name", "digits", "email") if name in form}
    hashes = "password" in form and invitation.has_digits(given.get("digits", ""))
    return Newcomer(
        **given,
        language=form.language.data,
        password_hash=hash_password(form.password.data) if hashes else None,
        family=browser_family(),
    )
