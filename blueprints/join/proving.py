"""What an authenticator or an app proves, checked between two transactions.

A challenge is used up before its answer is looked at, and nothing is verified while others wait
for the store.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from blueprints import access
from blueprints.join import patience
from blueprints.language import plain
from models import audit, challenge, passkey_answer, totp
from models.challenge import Purpose
from models.credential import hold
from models.passkey import Passkey
from models.passkey_answer import NewKey, Refused, Site, Used
from models.person import Person

MARKED_EVERY = 5
"""So many wrong codes in a row stand in the audit list once."""


class Gone(Refused):
    """The authenticator holds a passkey that the town does not know, or no longer takes."""


def site() -> Site:
    """For whom authenticators answer here."""
    return Site.of(access.kizuki().settings.public_url, plain("frame.name"))


def ask(purpose: Purpose, person_id: uuid.UUID | None = None) -> str:
    """A new challenge."""
    access.close()
    with access.writing() as session:
        return challenge.ask(session, purpose, access.now(), person_id)


def request_options(purpose: Purpose, person_id: uuid.UUID | None = None) -> dict[str, Any]:
    """What the browser is told when somebody is to prove that they hold a passkey."""
    known = [] if person_id is None else Passkey.of(access.reading(), person_id)
    allowed = [one.key_id for one in known]
    return passkey_answer.request_options(site(), ask(purpose, person_id), allowed)


def new_key(person_id: uuid.UUID) -> NewKey:
    """The passkey of the form's answer, made for this person; raises Refused."""
    answer = request.form.get("answer", "")
    told, _ = _taken(answer, Purpose.REGISTER, person_id)
    return passkey_answer.read_creation(answer, told, site())


def used_key(purpose: Purpose, person_id: uuid.UUID | None = None) -> tuple[uuid.UUID, Used]:
    """Which passkey signed the form's answer, and how it was used.

    `person_id`: whose it has to be. Raises Refused, and Gone where it is none of ours.
    """
    answer = request.form.get("answer", "")
    told, key_id = _taken(answer, purpose, person_id)
    found = Passkey.with_key_id(access.reading(), key_id)
    if found is None or (person_id is not None and found.credential.person_id != person_id):
        raise Gone
    used = passkey_answer.read_assertion(answer, told, site(), found.credential.material)
    return found.credential_id, used


def use(session: Session, credential_id: uuid.UUID, used: Used) -> Person:
    """Whom the passkey proved, held until the commit.

    Raises Gone where it was taken back, or its person stopped, while it was being verified.
    """
    found = session.get_one(Passkey, credential_id)
    person = found.credential.person
    hold(session, person.id)
    session.refresh(found.credential)
    session.refresh(person)
    if found.credential.revoked_at is not None or not person.is_active:
        raise Gone
    found.use(used, access.now())
    return person


def is_code(person_id: uuid.UUID, code: str) -> bool:
    """Whether this is the app's present code, not used before; wrong ones slow the next."""
    access.close()
    tries = patience.wait_for(str(person_id))
    with access.writing() as session:
        is_right = totp.take(session, person_id, code, access.now())
        if not is_right and tries % MARKED_EVERY == 0:
            _mark(session, person_id)
    if is_right:
        patience.forget(str(person_id))
    return is_right


def _taken(answer: str, purpose: Purpose, person_id: uuid.UUID | None) -> tuple[bytes, bytes]:
    told, key_id = passkey_answer.parts_of(answer)
    access.close()
    with access.writing() as session:
        is_ours = challenge.take(session, told, purpose, access.now(), person_id)
    if not is_ours:
        raise Refused
    return told, key_id


def _mark(session: Session, person_id: uuid.UUID) -> None:
    person = session.get_one(Person, person_id)
    audit.record(session, "wrong_codes", person, now=access.now(), to=person_id)
