"""E-mail and password, for staff and administrators; signing out, for everybody."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.join import bp, patience
from blueprints.join.forms import SignInForm
from blueprints.join.page import Page, page
from blueprints.join.trying import WRONG, few_wrong
from blueprints.language import own_path
from blueprints.second_page import second_page
from blueprints.signed_in import browser_family, sign_in_with, sign_out, without_pages
from blueprints.typed import kept_fields
from models import audit
from models.assurance import Assurance
from models.credential import Credential, SignIn, hold
from models.password import NOBODYS, is_password
from models.person import Person

_WRONG = "join.problem.sign_in"
_SAID = frozenset(
    {_WRONG, "frame.error.sign_in_first", "frame.error.form_expired"}
    | {f"frame.error.{why}" for why in ("busy", "server", "too_many", "bad_request", "cut")}
)
"""What the page may say again in another language."""


@bp.get("/signin")
@allow(Permission.ANYONE)
def show_sign_in() -> Page:
    """The form; phone people are told how they come in again."""
    return page("sign_in", next=own_path(request.args.get("next", "/")))


@bp.post("/signin")
@allow(Permission.ANYONE)
@few_wrong
def create_sign_in() -> Page | Response:
    """The password, which asks for a second proof; what was typed before goes along."""
    form, kept = SignInForm(), kept_fields(request.form.items(multi=True))
    path = own_path(form.next.data)
    waiting: dict[str, Any] = {"kept": kept} if form.goes_on.data else {}
    if access.is_only_shown():
        said = form.said.data if form.said.data in _SAID else ""
        return page("sign_in", email=form.email.data, next=path, said=said, **waiting)
    token = _token(form.email.data, form.password.data) if form.validate() else None
    if token is None:
        return page("sign_in", WRONG, email=form.email.data, next=path, said=_WRONG, **waiting)
    sign_in_with(token)
    if form.goes_on.data:
        return second_page(next=path, kept=kept)
    return redirect(url_for("join.show_second_step", next=path), 303)


@bp.post("/signout")
@allow(Permission.ANYONE)
def create_sign_out() -> Response:
    """End the session; cached pages go, notes that wait to be sent stay on the phone."""
    access.close()
    sign_out()
    return without_pages(redirect("/", 303))


def _token(email: str, typed: str) -> str | None:
    """A new session's token; one hash is computed whether or not the account exists."""
    session = access.reading()
    person = Person.with_email(session, email)
    credential = None if person is None else Credential.password_of(session, person)
    kept = NOBODYS if credential is None else credential.material.decode()
    credential_id = None if credential is None else credential.id
    access.close()
    patience.wait_for(email)
    if not is_password(kept, typed) or credential_id is None:
        return None
    patience.forget(email)
    with access.writing() as session:
        return _begin(session.get(Credential, credential_id))


def _begin(credential: Credential | None) -> str | None:
    """The session, unless the password was revoked while it was being compared."""
    if credential is None:
        return None
    session, person, now = credential.session, credential.person, access.now()
    hold(session, person.id)
    session.refresh(credential)
    session.refresh(person)
    if credential.revoked_at is not None or not person.is_active:
        return None
    audit.record(session, "password_right", person, now=now, by=person.id)
    return SignIn.begin(session, person, Assurance.PASSWORD, now, browser_family())
