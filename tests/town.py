"""The cast of the tests: one small town, two intake desks and the core, twelve people, noise.

Built through the models alone. The dataclass holds ids, so that it outlives any session:
`session.get(Person, town.sato)`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from models import normalise
from models.area import Area, AreaKind, AreaTown, PostalCode
from models.arrival import Arrival, accept
from models.assurance import Assurance
from models.credential import SignIn
from models.desk import Desk, DeskArea, DeskKind
from models.draft import content_hash, read_draft
from models.handoff import Handoff
from models.joining import set_password
from models.membership import Membership
from models.observation import Observation
from models.own_clue import live_elsewhere
from models.person import Person, Role
from models.store import Store
from models.thread import Thread
from models.town import Town
from models.town_time import TOKYO
from tests.support.built_once import built_once
from tests.support.held import ALWAYS_USED, never_locks

MORNING = dt.datetime(2026, 11, 24, 9, 20, tzinfo=TOKYO).astimezone(dt.UTC)
"""A Tuesday on which every desk is open; where the clock of the tests stands at first."""

NORTH_POSTAL, SOUTH_POSTAL, ISLAND_POSTAL = "5100001", "5100002", "5100003"
NOISE = 6
ADDRESSED = ("aoki", "ishii", "ueda", "okada", "kato", "kimura", "kubo", "sato")
"""Staff and the commissioner."""


@dataclass(frozen=True)
class Cast:
    """Ids of みさき市 and its people; see `build` for who is who."""

    city: int
    north: int
    south: int
    kitamachi: int
    minamimachi: int
    shima: int
    """A town that no desk covers."""
    core: uuid.UUID
    north_desk: uuid.UUID
    south_desk: uuid.UUID
    aoki: uuid.UUID
    """Core, sealed team; so is ishii."""
    ishii: uuid.UUID
    ueda: uuid.UUID
    """Core, not in the sealed team."""
    okada: uuid.UUID
    """Staff of the north desk; so is kato."""
    kato: uuid.UUID
    kimura: uuid.UUID
    """The only one at the south desk."""
    kubo: uuid.UUID
    """Waits to be confirmed at the north desk."""
    sato: uuid.UUID
    """Commissioner in the north."""
    suzuki: uuid.UUID
    """Resident in the north."""
    tanaka: uuid.UUID
    """Resident in the south; wrote the noise."""
    nakamura: uuid.UUID
    """Volunteer in the north."""
    takahashi: uuid.UUID
    """Association officer in the south."""
    yamamoto: uuid.UUID
    """Administrator, without content."""


def build(session: Session, now: dt.datetime = MORNING, *, noise: bool = True) -> Cast:
    """Build みさき市 in a writing session; the caller's block commits."""
    return built_once(session, (now, noise), lambda: _build(session, now, noise=noise))


def _build(session: Session, now: dt.datetime, *, noise: bool) -> Cast:
    since = now - dt.timedelta(days=60)
    Town.start(session, code="24299", name="みさき市", is_demo=False, now=since)
    areas = _areas(session)
    desks = _desks(session, areas, since)
    people = _people(session, areas, since)
    _staff(session, desks, people, since)
    session.flush()
    for name in ADDRESSED:
        live_elsewhere(session, people[name], since)
    cast = Cast(
        **{name: area.id for name, area in areas.items()},
        **{name: desk.id for name, desk in desks.items()},
        **{name: person.id for name, person in people.items()},
    )
    if noise:
        for n in range(NOISE):
            then = now - dt.timedelta(days=1, minutes=n)
            note(session, then, by=cast.tanaka, area=cast.minamimachi, words=f"雑音その{n}")
    return cast


def fields(**changed: Any) -> dict[str, Any]:
    """The fields of a plain note about 北町, as a phone posts them; None leaves one out."""
    raw: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "place": "北町",
        "signs": ["not_seen"],
        "urgency": "soon",
        "words": "向かいのおばあさんを、このごろ見かけません。",
        "language": "ja",
    }
    raw.update(changed)
    return {name: value for name, value in raw.items() if value is not None}


def note(
    session: Session,
    now: dt.datetime,
    *,
    by: uuid.UUID | None = None,
    area: int | None = None,
    receipt_hash: bytes | None = None,
    **changed: Any,
) -> Handoff:
    """A note accepted through the model; gives the handoff that owes the answer."""
    raw = fields(**changed)
    draft, problems = read_draft(raw)
    assert not problems, problems
    assert draft.id is not None
    arrival = Arrival(
        note_id=draft.id,
        content_hash=content_hash(raw),
        draft=draft,
        area_id=area,
        by=None if by is None else session.get(Person, by),
        receipt_hash=receipt_hash,
    )
    accept(session, arrival, now)
    session.flush()
    return thread_of(session, draft.id).handoff


def thread_of(session: Session, note_id: uuid.UUID | str) -> Thread:
    """The thread of a phone's note id."""
    found = session.query(Observation).filter_by(client_id=uuid.UUID(str(note_id))).one()
    return found.thread


def signed_in(
    client: FlaskClient,
    store: Store,
    person: uuid.UUID,
    now: dt.datetime = MORNING,
    assurance: Assurance | None = None,
) -> FlaskClient:
    """Sign a person in: the client's cookie holds a live session's token from then on.

    `assurance`: else what is enough for them. A phone's reading is open, and no clock locks it; see
    tests/support/unlocking.py.
    """
    with store.write() as session:
        row = session.get(Person, person)
        assert row is not None
        enough = Assurance.DEVICE if row.role.is_phone else Assurance.PASSKEY
        token = SignIn.begin(session, row, assurance or enough, now)
        never_locks(session, token)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
        cookie.update(ALWAYS_USED)
    return client


def csrf(client: FlaskClient) -> dict[str, str]:
    """The CSRF header of the client's own session, as a page would hand it to its script."""
    with client.session_transaction() as cookie, client.application.test_request_context():
        from flask import session as request_session

        token = generate_csrf()
        cookie["csrf_token"] = request_session["csrf_token"]
    return {"X-CSRFToken": token}


def _areas(session: Session) -> dict[str, Area]:
    areas = {
        "city": Area(kind=AreaKind.MUNICIPALITY, name="みさき市", code="24299"),
        "north": Area(kind=AreaKind.LIVING_AREA, name="北部", code="北部"),
        "south": Area(kind=AreaKind.LIVING_AREA, name="南部", code="南部"),
        "kitamachi": _town("北町", "キタマチ"),
        "minamimachi": _town("南町", "ミナミマチ"),
        "shima": _town("島", "シマ"),
    }
    session.add_all(areas.values())
    session.flush()
    for area, town in (("north", "kitamachi"), ("south", "minamimachi")):
        session.add(AreaTown(area_id=areas[area].id, town_id=areas[town].id))
    for code, town in (
        (NORTH_POSTAL, "kitamachi"),
        (SOUTH_POSTAL, "minamimachi"),
        (ISLAND_POSTAL, "shima"),
    ):
        session.add(PostalCode(code=code, town_id=areas[town].id))
    return areas


def _town(name: str, kana: str) -> Area:
    return Area(kind=AreaKind.TOWN, code=name, name=name, kana=kana, folded=normalise.place(name))


def _desks(session: Session, areas: dict[str, Area], now: dt.datetime) -> dict[str, Desk]:
    core = Desk(kind=DeskKind.CORE, name="つながり支援課", telephone="059-000-0001", made_at=now)
    north = Desk(
        kind=DeskKind.INTAKE_POINT, name="北の相談室", telephone="059-000-0002", made_at=now
    )
    south = Desk(
        kind=DeskKind.INTAKE_POINT, name="南の相談室", telephone="059-000-0003", made_at=now
    )
    session.add_all((core, north, south))
    north.back_up_by(core)
    south.back_up_by(core)
    session.flush()
    for desk, area in ((north, "north"), (south, "south")):
        session.add(DeskArea(area_id=areas[area].id, desk_id=desk.id))
    return {"core": core, "north_desk": north, "south_desk": south}


def _people(session: Session, areas: dict[str, Area], now: dt.datetime) -> dict[str, Person]:
    cast = {
        "aoki": (Role.STAFF, "青木", None),
        "ishii": (Role.STAFF, "石井", None),
        "ueda": (Role.STAFF, "上田", None),
        "okada": (Role.STAFF, "岡田", None),
        "kato": (Role.STAFF, "加藤", None),
        "kimura": (Role.STAFF, "木村", None),
        "kubo": (Role.STAFF, "久保", None),
        "sato": (Role.COMMISSIONER, "佐藤", "kitamachi"),
        "suzuki": (Role.RESIDENT, "鈴木", "kitamachi"),
        "tanaka": (Role.RESIDENT, "田中", "minamimachi"),
        "nakamura": (Role.VOLUNTEER, "中村", "kitamachi"),
        "takahashi": (Role.ASSOCIATION, "高橋", "minamimachi"),
        "yamamoto": (Role.ADMINISTRATOR, "山本", None),
    }
    return {
        key: Person.enrol(
            session,
            role=role,
            name=name,
            now=now,
            area=areas[area] if area else None,
            email=None if role.is_phone else f"{key}@misaki.example",
        )
        for key, (role, name, area) in cast.items()
    }


def _staff(
    session: Session, desks: dict[str, Desk], people: dict[str, Person], now: dt.datetime
) -> None:
    places = {
        "core": ("aoki", "ishii", "ueda"),
        "north_desk": ("okada", "kato", "kubo"),
        "south_desk": ("kimura",),
    }
    for desk, members in places.items():
        for name in members:
            membership = Membership(
                person=people[name],
                desk=desks[desk],
                in_sealed_team=name in ("aoki", "ishii"),
                made_at=now,
            )
            session.add(membership)
            if name == "kubo":
                # Came in by an invitation, and waits.
                set_password(session, people[name], "never asked for", now)
            else:
                membership.confirm(None, now)
