"""Load the demonstration town into an empty store, by the verbs that everybody uses."""

from __future__ import annotations

import datetime as dt
import secrets
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import absence, own_clue
from models.area import Area, AreaKind, AreaTown
from models.deadline import LAST_HOUR, moved_due_at, warn_at
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.demo.invitations import DemoSignIn, invite_to_look
from models.demo.months import look_back
from models.demo.story import tell
from models.desk import Desk, DeskArea, DeskKind
from models.errors import DomainError
from models.gazetteer import load_municipality
from models.handoff import Handoff, State
from models.joining import set_password
from models.membership import Membership
from models.person import Person, Role
from models.proof import PASSKEY_ROLES
from models.store import Store
from models.thread import Thread
from models.town import CallNumber, NumberPlace, Town
from models.town_time import local_date
from models.urgency import Urgency

_HERE = Path(__file__).parent
_DAYS_BACK = 100
_AWAY = dt.timedelta(days=4)
_DESK_ROLES = frozenset({"staff", "core", "sealed", "deputy"})


class NotEmpty(DomainError):
    """Demonstration data goes into an empty town only."""

    key = "cli.demo.not_empty"


def is_empty(session: Session) -> bool:
    """Whether nobody has begun a town here: not even by its areas, its desks or its people."""
    return not any(
        session.scalar(sa.select(sa.exists().select_from(table)))
        for table in (Town, Area, Desk, Person)
    )


def load_demo(
    store: Store,
    now: dt.datetime,
    hash_password: Callable[[str], str],
    keep: Callable[[list[DemoSignIn]], None] = lambda _sign_ins: None,
) -> list[DemoSignIn]:
    """Make the demonstration town; raises NotEmpty where anything of a town exists already.

    One transaction, so that a killed load leaves an empty store and can run again; `keep` has the
    sign-ins before it is there, since their passwords stand nowhere else.
    """
    places = tomllib.loads((_HERE / "places.toml").read_text("utf-8"))
    notes = tomllib.loads((_HERE / "notes.toml").read_text("utf-8"))["note"]
    sign_ins = {p["key"]: _sign_in(p, places["mark"]) for p in places["person"] if p.get("signin")}
    hashes = {key: hash_password(one.password) for key, one in sign_ins.items() if one.password}
    with store.write() as session:
        if not is_empty(session):
            raise NotEmpty
        since = now - dt.timedelta(days=_DAYS_BACK)
        cast = _found(session, places, since)
        for key, sign_in in list(sign_ins.items()):
            identity = cast[key].identity
            assert identity is not None
            identity.email = sign_in.email
            if key in hashes:
                set_password(session, cast[key], hashes[key], since)
            else:
                sign_ins[key] = replace(sign_in, token=invite_to_look(session, cast[key], now))
        told = [(note, tell(session, note, cast, now)) for note in notes]
        _take_days(places, cast, now)
        _settle(session, now)
        look_back(session, places["month"], now)
        for thread in (thread for note, thread in told if thread and note.get("unreached")):
            _leave_unreached(session, thread)
        keep(list(sign_ins.values()))
    return list(sign_ins.values())


def _sign_in(person: dict[str, Any], mark: str) -> DemoSignIn:
    role = "intake" if person["role"] == "staff" else str(person["role"])
    by_passkey = role in PASSKEY_ROLES or role == "sealed"
    drawn = "-".join(f"{secrets.randbelow(10**4):04d}" for _ in range(4))
    return DemoSignIn(
        role=role,
        name=person["name"] + mark,
        email=f"{role}@kizuki.example",
        password="" if by_passkey else drawn,
    )


def _found(session: Session, places: dict[str, Any], since: dt.datetime) -> dict[str, Person]:
    city, mark = load_municipality(session, places["code"]), places["mark"]
    town = Town.start(session, code=places["code"], name=city.name + mark, is_demo=True, now=since)
    town.run_by = town.name
    town.contact = f"{places['core']['name']} {places['core']['telephone']}"
    core = _desk(session, DeskKind.CORE, places["core"], since, backup=None)
    session.add(DeskArea(area_id=city.id, desk_id=core.id))
    _numbers(session, places["core"], since)
    areas, desks = {}, {"core": core}
    for place in places["area"]:
        name = place["name"] + mark
        area = _area(session, AreaKind.LIVING_AREA, name, place["towns"], place["kana"])
        areas[place["key"]] = area
        for beat, towns in place["beats"]:
            areas[beat] = _area(session, AreaKind.BEAT, beat + mark, towns)
        desk = _desk(session, DeskKind.INTAKE_POINT, place, since, backup=core)
        desks[place["key"]] = desk
        session.add(DeskArea(area_id=area.id, desk_id=desk.id))
    session.flush()
    return {
        p["key"]: _person(session, {**p, "name": p["name"] + mark}, areas, desks, since)
        for p in places["person"]
    }


def _desk(
    session: Session, kind: DeskKind, place: dict[str, Any], since: dt.datetime, backup: Desk | None
) -> Desk:
    desk = Desk(
        kind=kind,
        name=place.get("desk", place.get("name")),
        place=place["place"],
        telephone=place["telephone"],
        duty_telephone=place.get("duty_telephone", ""),
        has_duty="duty_telephone" in place,
        who=place["who"],
        does=place.get("does", ""),
        backup=backup,
        made_at=since,
    )
    session.add(desk)
    session.flush()
    return desk


def _area(session: Session, kind: AreaKind, name: str, towns: list[str], kana: str = "") -> Area:
    area = Area(kind=kind, code=name, name=name, kana=kana)
    session.add(area)
    session.flush()
    begins = sa.or_(*(Area.name.startswith(town, autoescape=True) for town in towns))
    for town_id in session.scalars(sa.select(Area.id).where(Area.kind == AreaKind.TOWN, begins)):
        session.add(AreaTown(area_id=area.id, town_id=town_id))
    return area


def _person(
    session: Session,
    person: dict[str, Any],
    areas: dict[str, Area],
    desks: dict[str, Desk],
    since: dt.datetime,
) -> Person:
    at_desk = person["role"] in _DESK_ROLES
    made = Person.enrol(
        session,
        role=Role.STAFF if at_desk else Role(person["role"]),
        name=person["name"],
        now=since,
        area=areas.get(person.get("beat", person.get("area", ""))),
        language=person.get("language", "ja"),
    )
    if at_desk:
        membership = Membership(
            person=made,
            desk=desks[person.get("desk", "core")],
            in_sealed_team=person["role"] == "sealed",
            is_deputy=person["role"] == "deputy",
            made_at=since,
        )
        session.add(membership)
        membership.confirm(None, since)
    session.flush()
    own_clue.live_elsewhere(session, made, since)
    return made


def _numbers(session: Session, core: dict[str, Any], since: dt.datetime) -> None:
    for position, (label, number) in enumerate(
        ((core["name"], core["telephone"]), (core["duty"], core["duty_telephone"]))
    ):
        session.add(
            CallNumber(
                number=number,
                label=label,
                place=NumberPlace.LOCAL,
                position=20 + position,
                verified_on=since.date(),
            )
        )


def _take_days(places: dict[str, Any], cast: dict[str, Person], now: dt.datetime) -> None:
    """Who is away for some days from today on."""
    for person in (cast[p["key"]] for p in places["person"] if "away" in p):
        [place] = person.memberships
        absence.mark(place, local_date(now), local_date(now) + _AWAY, person, now)


def _settle(session: Session, now: dt.datetime) -> None:
    """Nothing of the past is sent: no invented word leaves for a real phone.

    Nor does the watch empty the intake desks at its first look, whenever the town is loaded: what
    would have moved long ago, or is about to, is owed by the end of the next business day. What
    is overdue at the core stays so.
    """
    session.execute(sa.update(Delivery).values(state=DeliveryState.OPENED, next_at=None))
    late = (
        sa.select(Handoff)
        .join(Desk)
        .where(
            Handoff.state == State.SENT,
            Handoff.due_at <= now + LAST_HOUR,
            Desk.kind != DeskKind.CORE,
        )
    )
    for handoff in session.scalars(late):
        desk = handoff.desk
        handoff.due_at = moved_due_at(Urgency.SOON, now, desk.calendar, desk.promise, False)
        handoff.watch_at, handoff.is_warned = warn_at(handoff.due_at, now), False


def _leave_unreached(session: Session, thread: Thread) -> None:
    """No channel brought the last answer: the desk has to telephone."""
    replies = sa.select(Delivery).where(
        Delivery.thread_id == thread.id,
        Delivery.person_id.is_(None),
        Delivery.kind == DeliveryKind.REPLY,
    )
    last = session.scalar(replies.order_by(Delivery.created_at.desc()).limit(1))
    if last is not None:
        last.state = DeliveryState.UNDELIVERABLE
