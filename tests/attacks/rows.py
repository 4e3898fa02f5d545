"""What the role matrix asks for beside the cast: somebody's rows, one of each kind."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from models import device
from models.arrival import Arrival, accept
from models.audit_alarm import AlarmKind, AuditAlarm, raise_alarm
from models.desk import Desk, DeskArea, DeskKind
from models.desk_template import DeskTemplate, Occasion
from models.draft import Draft
from models.handoff import Handoff, HeldReason
from models.invitation import Secrets
from models.joining import set_password
from models.keys import KeyRing
from models.membership import Membership
from models.person import Person, Role
from models.phone import Phone as Register
from models.photo import Photo
from models.reply import Said
from models.reveal import asking
from models.way_back import MadeSure, invite_again
from tests import town
from tests.support.phone import Phone, point_of
from tests.town import MORNING, Cast


def neighbour(session: Session, cast: Cast) -> uuid.UUID:
    """Staff of a desk of volunteers in the resident's own town."""
    desk = Desk(kind=DeskKind.INTAKE_POINT, name="茶の間", is_volunteer=True, made_at=MORNING)
    session.add(desk)
    desk.back_up_by(session.get_one(Desk, cast.core))
    neighbour = Person.enrol(session, role=Role.STAFF, name="馬場", now=MORNING)
    session.add(Membership(person=neighbour, desk=desk, made_at=MORNING, confirmed_at=MORNING))
    session.flush()
    session.add(DeskArea(area_id=cast.kitamachi, desk_id=desk.id))
    return neighbour.id


def auditor(session: Session) -> uuid.UUID:
    """Somebody who reads the log, and nothing else."""
    return Person.enrol(session, role=Role.AUDITOR, name="浜田", now=MORNING).id


def alarm(session: Session, cast: Cast) -> uuid.UUID:
    """A question of the audit about somebody of the north desk."""
    many = AuditAlarm(
        kind=AlarmKind.MANY, actor_id=cast.kato, desk_id=cast.north_desk, count=31, at=MORNING
    )
    many.found_at = MORNING
    raise_alarm(session, many, MORNING)
    return many.id


def password_only(session: Session, cast: Cast) -> uuid.UUID:
    """Staff of the north desk, confirmed, who has nothing but a password."""
    person = Person.enrol(session, role=Role.STAFF, name="渡辺", now=MORNING)
    north = {"desk_id": cast.north_desk, "made_at": MORNING, "confirmed_at": MORNING}
    session.add(Membership(person=person, **north))
    set_password(session, person, "never asked for", MORNING)
    session.flush()
    return person.id


def recovery(session: Session, cast: Cast, keys: KeyRing) -> uuid.UUID:
    """A sheet that would let the administrator in anew, once a second person agrees."""
    other = Person.enrol(session, role=Role.ADMINISTRATOR, name="山下", now=MORNING)
    session.flush()
    told, code_hash = Secrets.draw(keys)
    sure, person = MadeSure.IN_PERSON, session.get_one(Person, cast.yamamoto)
    made = invite_again(
        session, told, code_hash, person=person, by=other, now=MORNING, made_sure=sure
    )
    session.flush()
    return made.id


def reveal(session: Session, cast: Cast, handoff: Handoff) -> uuid.UUID:
    """岡田 of the north desk asks who told a note."""
    by = session.get_one(Person, cast.okada)
    return asking.ask_reporter(handoff, handoff.desk_id, by, "確かめるため", MORNING).id


def sealed_since(session: Session, cast: Cast) -> uuid.UUID:
    """The same in danger, so that it is open; then the note is sealed."""
    handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
    by = session.get_one(Person, cast.okada)
    why, at = "確かめるため", handoff.desk_id
    made = asking.ask_reporter(handoff, at, by, why, MORNING, is_danger=True)
    handoff.is_sealed = handoff.thread.is_sealed = True
    session.flush()
    return made.id


def own_template(session: Session, cast: Cast) -> uuid.UUID:
    """A reply template of the north desk."""
    north, okada = session.get_one(Desk, cast.north_desk), session.get_one(Person, cast.okada)
    texts = {"ja": "{date}までに、またお知らせします。"}
    return DeskTemplate.make(session, north, Occasion.REPLY, texts, okada, MORNING).id


def silent_phone(session: Session, cast: Cast) -> uuid.UUID:
    """A phone of the resident that the north desk is asked to telephone about."""
    suzuki = session.get_one(Person, cast.suzuki)
    made = device.register(session, suzuki, point_of(Phone()), MORNING)
    session.flush()
    register = session.get_one(Register, made.id)
    register.waiting, register.desk_id, register.silent_at = 1, cast.north_desk, MORNING
    return made.id


def said() -> object:
    """What an acknowledgement says."""
    return Said("look", date=dt.date(2026, 11, 26).isoformat())


def held(session: Session, reason: HeldReason, raw: bytes | None = None) -> uuid.UUID:
    """A note at the core that the server could not place."""
    note_id = uuid.uuid4()
    arrival = Arrival(note_id, reason, Draft(words="?", place="?"), held=reason, raw=raw)
    accept(session, arrival, MORNING)
    return town.thread_of(session, note_id).handoff.id


def photo(session: Session, handoff_id: uuid.UUID) -> uuid.UUID:
    """A picture beside a note."""
    photo = Photo(
        id=uuid.uuid4(),
        thread=session.get_one(Handoff, handoff_id).thread,
        client_id=uuid.uuid4(),
        made_at=MORNING,
    )
    session.add(photo)
    photo.keep(b"\xff\xd8\xff", (1, 1))
    return photo.id


def letters_of(
    cast: Cast,
    suspended: uuid.UUID,
    other: uuid.UUID,
    neighbour: uuid.UUID,
    auditor: uuid.UUID,
    waiting: uuid.UUID,
) -> dict[str, uuid.UUID | None]:
    """Who each letter of the table is."""
    return {
        "A": None,
        "Z": cast.suzuki,
        "R": cast.suzuki,
        "r": other,
        "V": cast.nakamura,
        "N": cast.takahashi,
        "C": cast.sato,
        "I": cast.okada,
        "O": cast.kimura,
        "K": cast.ueda,
        "T": cast.aoki,
        "U": cast.kubo,
        "X": suspended,
        "M": cast.yamamoto,
        "B": neighbour,
        "Y": cast.kato,
        "L": auditor,
        "W": waiting,
    }
