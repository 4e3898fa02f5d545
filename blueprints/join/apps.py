"""An app with six digits as the second proof: its QR code, its key to type, its first code."""

from __future__ import annotations

import uuid

import segno
from flask import abort
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow, fresh
from blueprints.join import bp
from blueprints.join.forms import AppForm
from blueprints.join.going_on import waits
from blueprints.join.page import Page, page
from blueprints.join.passkeys import made, whose
from blueprints.join.trying import WRONG, few_wrong
from blueprints.language import plain, show
from blueprints.signed_in import present
from models import proof, signing_in, totp
from models.assurance import Assurance
from models.credential import Credential
from models.joining import set_password
from models.password import hash_password
from models.person import Person


@bp.get("/signins/app")
@allow(Permission.CREDENTIAL_ADD)
@fresh
def new_app() -> Page:
    """A fresh secret, which stands nowhere but on this page until its code came."""
    return _page(totp.new_secret(), AppForm())


@bp.post("/signins/app")
@allow(Permission.CREDENTIAL_ADD)
@fresh
@few_wrong
def create_app() -> Page | Response:
    """Keep the app whose code shows that it holds the secret; without one, its page comes first."""
    form, keys = AppForm(), access.kizuki().keys
    secret = totp.open_new(keys, whose(), form.key.data or "") or totp.new_secret()
    if access.is_only_shown() or not form.key.data:
        return _page(secret, form)
    step = totp.step_of(secret, form.code.data, access.now())
    if step is None or not _is_whole(form):
        return _page(secret, form, WRONG, is_wrong=step is None)
    _add(whose(), secret, step, form.password.data or "")
    return made(form, Assurance.TOTP, "app")


def _page(secret: bytes, form: AppForm, status: int = 200, *, is_wrong: bool = False) -> Page:
    person = _person(access.reading())
    holder = person.identity.email if person.identity is not None else None
    address = totp.address_of(secret, holder or person.name, plain("frame.name"))
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=2, svgclass=None, lineclass=None, omitsize=True
    )
    return page(
        "app",
        status,
        form=form,
        qr=Markup(drawn),  # noqa: S704 - drawn from the address's modules alone
        typed_key=totp.typed_key(secret),
        sealed=totp.seal_new(access.kizuki().keys, person.id, secret),
        problem=show("join.problem.code_first") if is_wrong else "",
        asks_password=_asks_password(person),
        **waits(form),
    )


def _person(session: Session) -> Person:
    """Whose app it is; there is none for whoever comes in by passkey alone."""
    person = session.get_one(Person, whose())
    if proof.needs_passkey(person):
        abort(404)
    return person


def _asks_password(person: Person) -> bool:
    return Credential.password_of(access.reading(), person) is None


def _is_whole(form: AppForm) -> bool:
    return not _asks_password(_person(access.reading())) or bool(form.validate())


def _add(person_id: uuid.UUID, secret: bytes, step: int, typed: str) -> None:
    kept = hash_password(typed) if _asks_password(_person(access.reading())) else ""
    here = present() or abort(401)
    access.close()
    with access.writing() as session:
        if not signing_in.is_living(session, here, access.now()):
            abort(401)
        person = session.get_one(Person, person_id)
        if kept:
            set_password(session, person, kept, access.now())
        totp.add(session, person, secret, step, access.now())
