"""D11, E5 and E12: tries and floods are slowed and marked; no victim is shut out for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.join import patience
from models.joining import set_password
from models.keys import KeyRing
from models.password import hash_password
from models.person import Person
from models.settings import Settings
from models.urgency import Urgency
from tests import town
from tests.attacks.served import Caller, Served, said, served
from tests.support.invitations import PASSWORD, poster
from tests.town import MORNING, fields

API = "/api/v1/observations"
FEW = Settings(signins_per_minute=3, codes_per_minute=3, notes_per_hour=3)
TRIED = 6
WRONG = "wrong wrong wrong wrong"


@pytest.fixture
def strict(tmp_path: Path, model_file: Path, keys: KeyRing) -> Iterator[Served]:
    with served(tmp_path, model_file, keys, FEW) as town:
        yield town


def sign_in(who: Caller, password: str, **headers: str) -> int:
    form = {"email": "okada@misaki.example", "password": password}
    return who.post("/signin", form, **headers).status


@pytest.mark.parametrize("spoof", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP"])
def test_d11_an_invented_address_evades_no_limit(strict: Served, spoof: str) -> None:
    said_by = "for=192.0.2.{}" if spoof == "Forwarded" else "192.0.2.{}"
    spoofed = [{spoof: said_by.format(n)} for n in range(TRIED)]
    statuses = [sign_in(strict.nobody(), WRONG, **one) for one in spoofed]
    assert statuses == [422] * 3 + [429] * 3


def test_e5_whoever_guesses_is_slowed_in_words_and_the_victim_comes_in(strict: Served) -> None:
    with strict.store.write() as session:
        okada = session.get_one(Person, strict.cast.okada)
        set_password(session, okada, hash_password(PASSWORD), MORNING)
    mallory = strict.nobody()
    assert [sign_in(mallory, WRONG) for _ in range(3)] == [422] * 3
    form = {"email": "okada@misaki.example", "password": WRONG}
    slowed = mallory.post("/signin", form)
    assert slowed.status == 429
    assert said("frame.error.too_many") in slowed.text
    # From their own network, at once and however often somebody tried elsewhere.
    with strict.app.test_client() as victim:
        victim.environ_base["REMOTE_ADDR"] = "198.51.100.9"
        headers = town.csrf(victim)
        answer = victim.post("/signin", data=form | {"password": PASSWORD}, headers=headers)
    assert answer.status_code == 303
    assert patience.seconds(10**6) <= patience.LONGEST_SECONDS


def test_e5_invitations_cannot_be_tried_without_end_and_good_ones_go_on(strict: Served) -> None:
    tries = [strict.nobody().post("/join/invitation", {"code": f"{n:012d}"}) for n in range(TRIED)]
    assert [one.status for one in tries] == [422] * 3 + [429] * 3
    assert said("frame.error.too_many") in tries[-1].text
    told = poster(strict.store, strict.cast.kitamachi)
    with strict.app.test_client() as neighbour:
        neighbour.environ_base["REMOTE_ADDR"] = "198.51.100.9"
        form = {"token": told.token, "name": "川口", "language": "ja"}
        answer = neighbour.post("/join", data=form, headers=town.csrf(neighbour))
    assert answer.status_code == 303


def test_e5_receipt_codes_cannot_be_tried_without_end(strict: Served) -> None:
    tries = [strict.nobody().post("/receipts", {"code": "1" * 18}) for _ in range(TRIED)]
    assert [one.status for one in tries] == [422] * 3 + [429] * 3
    assert said("frame.error.too_many") in tries[-1].text
    sent = strict.nobody().send(API, fields())
    assert sent.status == 201, "who cannot read can still write"


def test_e5_digits_of_a_thousand_phones_are_tried_from_nowhere_else(strict: Served) -> None:
    """They are compared in the phone's own session (tests/blueprints/join/test_lock_tries.py)."""
    mallory = strict.nobody()
    answers = [mallory.post("/lock/opening", {"pin": f"7391{n:02d}"}) for n in range(TRIED)]
    assert {one.status for one in answers} == {401}
    assert strict.person(strict.cast.suzuki).get("/notes").status == 200


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_e12_a_flood_behind_one_network_is_taken_marked_and_blocks_nobody(
    strict: Served, is_signed_in: bool
) -> None:
    cast, store = strict.cast, strict.store
    mallory = strict.person(cast.tanaka) if is_signed_in else strict.nobody()
    flood = [fields(place="北町", words=f"{n}", urgency="today") for n in range(TRIED)]
    assert [mallory.send(API, raw).status for raw in flood] == [201] * TRIED
    with store.read() as session:
        marks = [town.thread_of(session, raw["id"]).handoff.is_marked for raw in flood]
    assert marks == [False] * 3 + [True] * 3
    raw = fields(place="北町", words="民生委員の佐藤です", urgency=Urgency.TODAY.value)
    assert strict.person(cast.sato).send(API, raw).status == 201
    with store.read() as session:
        handoff = town.thread_of(session, raw["id"]).handoff
        assert not handoff.is_marked
        last = [town.thread_of(session, one["id"]).handoff.id for one in flood[3:]]
        own = str(handoff.id)
    page = strict.person(cast.okada).get("/desk").text
    marked = [page.find(str(one)) for one in last if str(one) in page]
    assert 0 < page.find(own) < min(marked, default=len(page))
