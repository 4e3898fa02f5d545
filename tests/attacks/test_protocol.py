"""E1, E2, E3, E6 and E8: replayed, bent and borrowed messages, and invitations used twice."""

from __future__ import annotations

import json
import re
import threading
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from models.credential import Credential
from models.gaps import LARGEST
from models.observation import Observation
from models.person import Person, Role
from tests import town
from tests.attacks.served import Answer, Caller, Served, said
from tests.support.envelope import sealed
from tests.support.invitations import PASSWORD, personal
from tests.support.phone import Phone
from tests.town import fields

API = "/api/v1/observations"
SEALED = "application/octet-stream"
DIGITS = 10_000


@pytest.fixture
def phone(here: Served) -> Phone:
    """鈴木's phone, whose key signs."""
    phone, suzuki = Phone(), here.person(here.cast.suzuki)
    phone.device = suzuki.send("/api/v1/devices", {"point": phone.point}).json["id"]
    return phone


def enveloped(here: Served, raw: dict[str, Any]) -> bytes:
    return sealed(here.nobody().get("/api/v1/key").json, raw)


def give(here: Served, phone: Phone, envelope: bytes, **headers: str) -> Answer:
    signed = phone.headers(envelope) | {"Content-Type": SEALED} | headers
    return here.nobody().ask("POST", API, envelope, **signed)


def kept(here: Served, note_id: str) -> list[uuid.UUID | None]:
    """Whose the notes are that came under an id."""
    asked = uuid.UUID(note_id)
    named = sa.or_(Observation.client_id == asked, Observation.conflicts_with == asked)
    with here.store.read() as session:
        found = session.scalars(sa.select(Observation).where(named))
        return [one.thread.reporter.person_id for one in found]


def test_e1_a_message_replayed_after_a_year_is_the_same_note(here: Served, phone: Phone) -> None:
    raw = fields(sequence="1")
    envelope, now = enveloped(here, raw), here.clock.now
    first = give(here, phone, envelope)
    here.clock.forward(days=365)
    again = give(here, phone, envelope)
    here.clock.now = now
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json
    assert kept(here, raw["id"]) == [here.cast.suzuki]


def test_e1_what_a_revoked_key_signs_is_taken_and_held_for_a_person(
    here: Served, phone: Phone
) -> None:
    with here.store.write() as session:
        session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = here.clock.now
    raw = fields()
    assert give(here, phone, enveloped(here, raw)).status == 201
    with here.store.read() as session:
        assert town.thread_of(session, raw["id"]).handoff.held_reason is not None


def test_e1_another_body_under_one_id_is_a_conflict_and_both_are_kept(here: Served) -> None:
    suzuki, raw = here.person(here.cast.suzuki), fields()
    assert suzuki.send(API, raw).status == 201
    answer = suzuki.send(API, raw | {"words": "書きかえました"})
    assert (answer.status, answer.json["title"]) == (409, said("note.problem.conflict"))
    assert kept(here, raw["id"]) == [here.cast.suzuki] * 2


@pytest.mark.parametrize("is_sealed", [False, True])
def test_e2_an_id_that_somebody_else_has_tells_and_overwrites_nothing(
    here: Served, is_sealed: bool
) -> None:
    suzuki, mallory = here.person(here.cast.suzuki), here.nobody()
    raw = fields(words="鈴木さんの言葉")
    assert suzuki.send(API, raw).status == 201
    bent = raw | {"words": "ほかの人の言葉"}
    if is_sealed:
        answer = mallory.ask("POST", API, enveloped(here, bent), Content_Type=SEALED)
    else:
        answer = mallory.send(API, bent)
    assert answer.status == (201 if is_sealed else 409)
    assert "鈴木さんの言葉" not in answer.text
    assert suzuki.get(f"{API}/{raw['id']}").json["note"]["words"] == "鈴木さんの言葉"
    assert sorted(map(str, kept(here, raw["id"]))) == sorted(map(str, [here.cast.suzuki, None]))


def contact(here: Served, phone: Phone, **told: Any) -> Answer:
    body = json.dumps(told).encode()
    headers = phone.headers(body) | {"Content-Type": "application/json"}
    return here.nobody().ask("POST", f"/api/v1/devices/{phone.device}/contacts", body, **headers)


@pytest.mark.parametrize("number", [-1, LARGEST + 1, 2**63, 1.5, "x", None, [1], True, "１"])
def test_e3_a_number_that_no_phone_counts_is_pointed_to(
    here: Served, phone: Phone, number: object
) -> None:
    answer = contact(here, phone, sequence=number, waiting=0)
    assert (answer.status, answer.json["title"]) == (422, said("device.problem.number"))


def test_e3_a_jump_to_the_end_and_back_costs_nothing_and_forgets_nothing(
    here: Served, phone: Phone
) -> None:
    far = contact(here, phone, sequence=LARGEST, waiting=1)
    assert far.status == 200
    assert far.json["missing"][:3] == [1, 2, 3]
    assert len(far.body) < 10_000
    for number in (1, LARGEST, LARGEST):
        assert contact(here, phone, sequence=number, waiting=0).json["missing"]
    body = b'{"sequence": 1, "waiting": 0}'
    stolen = phone.headers(body)["Kizuki-Signature"]
    bent = {"Kizuki-Signature": stolen, "Content-Type": "application/json"}
    path = f"/api/v1/devices/{phone.device}/contacts"
    answer = here.nobody().ask("POST", path, body.replace(b"1", b"2"), **bent)
    assert (answer.status, answer.json["title"]) == (403, said("frame.error.bad_request"))


def test_e6_an_invitation_that_two_use_at_once_lets_one_in(here: Served) -> None:
    told = personal(here.store, Role.STAFF, desk=here.cast.north_desk)
    given = {"token": told.token, "digits": told.digits, "password": PASSWORD}
    answers: list[Answer] = []

    def join(number: int) -> None:
        email = {"email": f"mori{number}@misaki.example"}
        answers.append(here.nobody().post("/join", given | email))

    both = [threading.Thread(target=join, args=(number,)) for number in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answer.status for answer in answers) == [303, 422]
    (late,) = [answer for answer in answers if answer.status == 422]
    assert late.alert
    with here.store.read() as session:
        found = [Person.with_email(session, f"mori{n}@misaki.example") for n in range(2)]
    assert len([one for one in found if one is not None]) == 1


def test_e6_a_photograph_of_the_sheet_lacks_its_four_digits(here: Served) -> None:
    told = personal(here.store, area=here.cast.kitamachi)
    neighbour = here.nobody()
    shown = neighbour.post("/join/invitation", {"token": told.token})
    assert (shown.status, told.digits in shown.text) == (200, False)
    for _ in range(5):
        wrong = f"{(int(told.digits) + 1) % DIGITS:04d}"
        tried = neighbour.post("/join", {"token": told.token, "digits": wrong})
        assert tried.status == 422
        assert said("join.problem.digits") in tried.alert
    ended = here.nobody().post("/join", {"token": told.token, "digits": told.digits})
    assert ended.status == 422
    assert neighbour.get("/notes").location.startswith("/signin?")


def _looks(who: Caller, raw: dict[str, Any]) -> list[object]:
    """All that a reporter can see of a note, without what is its own."""
    accepted = who.send(API, raw)
    thread = who.get(f"{API}/{raw['id']}").json
    page = who.get(f"/notes/{thread['thread']}").status
    own = ("id", "thread", "received_at", "note", "replies", "ladder")
    codes = [one["code"] for one in thread["ladder"]]
    plain = {k: v for k, v in accepted.json.items() if k not in (*own, "hash", "at")}
    return [accepted.status, plain, {k: v for k, v in thread.items() if k not in own}, codes, page]


def test_e8_nothing_tells_a_reporter_that_others_wrote_too(here: Served) -> None:
    tanaka = here.person(here.cast.tanaka)
    alone = _looks(tanaka, fields(place="南町", place_detail="３丁目９番地"))
    for number in range(6):
        others = fields(
            place="北町", place_detail="２丁目４番地", words=f"{number}", urgency="today"
        )
        assert here.nobody().send(API, others).status == 201
    suzuki = here.person(here.cast.suzuki)
    among = _looks(suzuki, fields(place="北町", place_detail="２丁目４番地"))
    assert _without_desk(among) == _without_desk(alone)


def _without_desk(looks: list[object]) -> str:
    names = r'("(?:id|name|telephone|area)": )"[^"]*"'
    return re.sub(names, r"\1", json.dumps(looks, ensure_ascii=False))
