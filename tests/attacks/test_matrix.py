"""Every route against every role, with rows that are somebody's; what the table omits fails."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import create_app
from models import conflict
from models.area import Area
from models.assurance import Assurance
from models.conflict import ConflictKind, Relation
from models.credential import Credential, SignIn
from models.delivery import Delivery
from models.handoff import HeldReason
from models.invitation import InvitationKind, Secrets, invite
from models.joining import set_password
from models.keys import KeyRing
from models.membership import Membership
from models.person import Person, PersonState, Role
from models.settings import Settings
from models.store import Store
from models.town import CallNumber, NumberPlace
from tests import town
from tests.attacks.matrix import EVERYBODY, HELD, MATRIX, SEALED, UNREADABLE
from tests.attacks.rows import (
    alarm,
    auditor,
    held,
    letters_of,
    neighbour,
    own_template,
    password_only,
    photo,
    recovery,
    reveal,
    said,
    sealed_since,
    silent_phone,
)
from tests.support.stores import nothing_lasts
from tests.town import MORNING, Cast


@dataclass(frozen=True)
class World:
    """The app over a town in which nothing that is done lasts."""

    app: Flask
    ids: dict[str, object]
    clients: dict[str, FlaskClient]
    cookies: dict[str, str]
    handoffs: dict[str, uuid.UUID]
    photos: dict[str, uuid.UUID]


@pytest.fixture
def world(store: Store, keys: KeyRing) -> Iterator[World]:
    with made(store, keys) as world:
        yield world


@contextmanager
def made(
    store: Store,
    keys: KeyRing,
    clock: Callable[[], dt.datetime] = lambda: MORNING,
    live: Callable[[Cast], None] = lambda _cast: None,
    drawn: Callable[[str], AbstractContextManager[None]] = nullcontext,
) -> Iterator[World]:
    """The town after what `live` lets happen in it, in which from then on nothing lasts.

    `drawn`: where what each step draws at random comes from, by its name.
    """
    app = create_app(
        Settings(notes_per_hour=10**6, signins_per_minute=10**4, codes_per_minute=10**4),
        store=store,
        keys=keys,
        clock=clock,
        strict_words=True,
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    # By itself: it is laid in where the same process built it before, and draws nothing then.
    with drawn("town"), store.write() as session:
        cast = town.build(session)
    with drawn("their rows"), store.write() as session:
        secrets, code_hash = Secrets.draw(keys)
        ids, handoffs, suspended, other = _rows(session, cast, secrets, code_hash)
        beside, reader = neighbour(session, cast), auditor(session)
        waiting = password_only(session, cast)
        ids["alarm_id"] = alarm(session, cast)
        ids["recovery_id"] = recovery(session, cast, keys)
        photos = {which: photo(session, found) for which, found in handoffs.items()}
        ids["photo_id"] = photos["usual"]
    live(cast)
    letters = letters_of(cast, suspended, other, beside, reader, waiting)
    clients = {letter: app.test_client() for letter in letters}
    for letter, person in letters.items():
        if person is not None:
            owes = Assurance.PASSWORD if letter == "W" else None
            with drawn(letter):
                town.signed_in(clients[letter], store, person, clock(), assurance=owes)
    with drawn("closed"):
        assert clients["Z"].get("/closed").status_code == 200
    name = app.config["SESSION_COOKIE_NAME"]
    cookies = {
        letter: found.value for letter, c in clients.items() if (found := c.get_cookie(name))
    }
    with drawn("rows"), store.write() as session:
        session.get_one(Person, suspended).state = PersonState.SUSPENDED
        own = sa.select(SignIn.id).where(SignIn.person_id == cast.suzuki, SignIn.is_open)
        ids["phone_id"] = session.scalars(own).one()
        theirs = sa.select(SignIn.id).where(SignIn.person_id == cast.okada)
        ids["sign_in_id"] = session.scalars(theirs).one()
        okada = session.get_one(Person, cast.okada)
        set_password(session, okada, "never asked for", MORNING)
        session.flush()
        kept = Credential.password_of(session, okada)
        ids["credential_id"] = None if kept is None else kept.id
    with nothing_lasts(store):
        yield World(app, ids, clients, cookies, handoffs, photos)


def _rows(
    session: Session, cast: Cast, secrets: Secrets, code_hash: bytes
) -> tuple[dict[str, object], dict[str, uuid.UUID], uuid.UUID, uuid.UUID]:
    suspended = Person.enrol(session, role=Role.STAFF, name="須田", now=MORNING)
    other = Person.enrol(session, role=Role.RESIDENT, name="和田", now=MORNING)
    session.add(
        Membership(person=suspended, desk_id=cast.north_desk, made_at=MORNING, confirmed_at=MORNING)
    )
    usual = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
    sealed = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, not_nearby=True)
    usual.acknowledge(session.get_one(Person, cast.okada), said(), MORNING)
    conflict.write(
        session, usual.thread_id, [cast.kato], ConflictKind.DECLARED, MORNING, Relation.SELF
    )
    handoffs = {
        "usual": usual.id,
        "sealed": sealed.id,
        "held": held(session, HeldReason.UNKNOWN_AREA),
        "unreadable": held(session, HeldReason.UNREADABLE, raw=b"\x01"),
    }
    invitation = invite(
        session,
        secrets,
        code_hash,
        kind=InvitationKind.PERSONAL,
        role=Role.RESIDENT,
        now=MORNING,
        name="客",
        area=session.get_one(Area, cast.north),
    )
    reply = sa.select(Delivery).where(
        Delivery.thread_id == usual.thread_id, Delivery.person_id.is_(None)
    )
    delivery = session.scalars(reply).one()
    kubo = sa.select(Membership).where(Membership.person_id == cast.kubo)
    okada = sa.select(Membership).where(Membership.person_id == cast.okada)
    number = CallNumber(number="059-000-0009", label="夜間", place=NumberPlace.LOCAL)
    session.add(number)
    session.flush()
    ids: dict[str, object] = {
        "thread_id": usual.thread_id,
        "note_id": usual.thread.observation.client_id,
        "handoff_id": usual.id,
        "desk_id": cast.north_desk,
        "membership_id": session.scalars(kubo).one().id,
        "member_id": session.scalars(okada).one().id,
        "person_id": cast.kubo,
        "area_id": cast.north,
        "invitation_id": invitation.id,
        "number_id": number.id,
        "delivery_id": delivery.id,
        "template_id": own_template(session, cast),
        "reveal_id": reveal(session, cast, usual),
        "gone_id": sealed_since(session, cast),
        "device_id": silent_phone(session, cast),
        "owner_id": cast.suzuki,
        "address": delivery.address,
        "tree": "none",
        "name": "none.css",
    } | {"language": "ja@easy", "whose": "person", "kept": "note"}
    return ids, handoffs, suspended.id, other.id


BODIES = {
    "POST /api/v1/observations/<uuid:note_id>/replies": {"kind": "addition", "words": "追記"},
}
# What is taken: a page that says what is missing is one to read.
FORMS = {
    "POST /notes/<uuid:thread_id>/additions": {"added": "追記"},
    "POST /notes/<uuid:thread_id>/answers": {"words": "見かけました"},
    "POST /notes/<uuid:thread_id>/call": {"called_first": "done"},
    "POST /notes/<uuid:thread_id>/withdrawal": {"how": "ask"},
}


def ask(
    world: World, letter: str, route: str, given: dict[str, str] | None = None, **changed: object
) -> TestResponse:
    method, pattern = route.split(" ", 1)
    path = pattern
    for name, value in (world.ids | changed).items():
        for kind in ("uuid:", "int(max=2147483647):", "path:", ""):
            path = path.replace(f"<{kind}{name}>", str(value))
    assert "<" not in path, f"no id for {pattern}"
    client = world.clients[letter]
    if letter in world.cookies:
        client.set_cookie(world.app.config["SESSION_COOKIE_NAME"], world.cookies[letter])
    if path.startswith("/api/"):
        headers = town.csrf(client) if route in BODIES and letter != "A" else {}
        return client.open(path, method=method, json=BODIES.get(route, {}), headers=headers)
    form = given or FORMS.get(route, {})
    return client.open(path, method=method, data=form if method == "POST" else None)


def _of(world: World, which: str) -> dict[str, object]:
    found = {"handoff_id": world.handoffs[which], "photo_id": world.photos[which]}
    return found | {"reveal_id": world.ids["gone_id" if which == "sealed" else "reveal_id"]}


def _gets_in(response: TestResponse) -> bool:
    to_sign_in = (response.location or "").partition("?")[0] in ("/signin", "/signin/second")
    return response.status_code not in (401, 404) and not to_sign_in and not _is_locked(response)


def _is_locked(response: TestResponse) -> bool:
    to_lock = response.location is not None and response.location.startswith("/lock?")
    marks = (b"problem:lock.problem.locked", b'action="/lock/')
    said = any(mark in response.data for mark in marks)
    return to_lock or (response.status_code == 403 and said)


def _routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_in_the_table_and_no_other(world: World) -> None:
    assert _routes(world.app) == set(MATRIX)


ALWAYS_ANSWERED = {"GET /assets/<tree>/<path:name>", "POST /signin"}
"""Answer 404 or 401 for their content: an unknown file, a wrong password."""


def _wrong(world: World, table: dict[str, str], which: str = "usual") -> str:
    """Where somebody gets in who may not, or may and does not; a line each."""
    return "\n".join(
        f"{route}: {letter} {'may not' if letter in who else 'gets in'} ({response.status_code})"
        for route, who in table.items()
        for letter in EVERYBODY
        for response in [ask(world, letter, route, None, **_of(world, which))]
        if _gets_in(response) != (letter in who) or response.status_code == 500
    )


def test_every_route_lets_in_exactly_whom_the_table_names(world: World) -> None:
    table = {route: who for route, who in MATRIX.items() if route not in ALWAYS_ANSWERED}
    assert not _wrong(world, table)


@pytest.mark.parametrize(
    ("which", "table"), [("sealed", SEALED), ("held", HELD), ("unreadable", UNREADABLE)]
)
def test_sealed_and_held_notes_are_for_their_readers_alone(
    world: World, which: str, table: dict[str, str]
) -> None:
    assert not _wrong(world, table, which)


def test_a_view_without_a_permission_is_closed_to_everybody(world: World) -> None:
    world.app._got_first_request = False
    world.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    for letter in EVERYBODY:
        assert world.clients[letter].get("/forgotten").status_code == 404


def test_what_nobody_may_see_looks_like_what_is_not_there(world: World) -> None:
    ids = (world.handoffs["usual"], world.handoffs["sealed"], uuid.uuid4())
    answers = [world.clients["O"].get(f"/desk/handoffs/{one}") for one in ids]
    bodies = [one.text.replace(str(one.request.path), "") for one in answers]
    # A form's token tells the second in which it was made.
    assert len({re.sub(r'"[\w-]+\.[\w-]{6}\.[\w-]{27}"', "", body) for body in bodies}) == 1
    assert {one.status_code for one in answers} == {404}
