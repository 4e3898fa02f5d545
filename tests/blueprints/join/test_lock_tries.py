"""The digits that open reading: chosen once, tried from their phone alone, ten times at most."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.audit import AuditLine
from models.credential import SignIn
from models.observation import Observation
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.join.locking import ANSWER, WORDS, at_once, suzuki, thread_id
from tests.conftest import SetClock
from tests.support.invitations import post, poster
from tests.support.phone import Phone, base64url
from tests.support.unlocking import (
    PIN,
    challenge_of,
    choose,
    opening,
    put_down,
    without_digits,
)
from tests.town import Cast

__all__ = ["at_once", "suzuki", "thread_id"]


def _sign_in(store: Store, cast: Cast) -> SignIn:
    with store.read() as session:
        return session.scalars(sa.select(SignIn).where(SignIn.person_id == cast.suzuki)).one()


def _sign(phone: Phone, client: FlaskClient) -> str:
    signed = f"kizuki unlock\n{challenge_of(client)}".encode()
    return phone.headers(signed)["Kizuki-Signature"]


def _copy(client: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser with the same cookie, as it is now."""
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    other = app.test_client()
    other.set_cookie(kept.key, kept.value)
    return other


def test_digits_are_chosen_when_the_first_answer_has_come(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    clock.now = town.MORNING
    told = poster(store, cast.kitamachi)
    assert post(client, "/join", token=told.token, name="森").status_code == 303
    sent = post(client, "/notes", **town.fields())
    assert WORDS in client.get(sent.location.removesuffix("/sent")).text
    assert WORDS in client.get("/notes").text
    with store.write() as session:
        thread = session.scalars(sa.select(Observation)).all()[-1].thread
        okada = session.get_one(Person, cast.okada)
        thread.handoff.acknowledge(okada, Said(words=ANSWER), town.MORNING)
    clock.forward(minutes=1)
    page = client.get(str(client.get("/notes").location))
    assert "番号を決めてください" in page.text
    chosen = choose(client, next="/notes")
    assert (chosen.status_code, chosen.location) == (303, "/notes")
    assert client.get("/notes").status_code == 200


def test_an_earlier_phone_chooses_at_its_next_opening_and_nobody_chooses_over_its_digits(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    put_down(suzuki)
    before = _sign_in(store, cast).pin
    again = choose(suzuki, "593027")
    assert again.status_code == 422
    assert _sign_in(store, cast).pin == before
    assert "番号を入れてください" in suzuki.get("/lock").text
    assert (
        "番号を決めてください"
        in suzuki.get(without_digits(suzuki, store).get("/notes").location).text
    )


def test_digits_that_others_would_think_of_are_refused_and_never_shown_again(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    without_digits(suzuki, store)
    for digits, sentence in (
        ("123456", "だれでも思いつきやすい"),
        ("550314", "誕生日のような"),
        ("12", "数字を6つ"),
    ):
        refused = choose(suzuki, digits)
        assert refused.status_code == 422
        assert sentence in refused.text
        assert f'value="{digits}"' not in refused.text
    assert _sign_in(store, cast).pin is None


def test_ten_wrong_tries_end_at_the_desk_and_take_nothing(
    suzuki: FlaskClient, store: Store, cast: Cast, at_once: list[int]
) -> None:
    put_down(suzuki)
    for n in range(1, 10):
        wrong = opening(suzuki, f"59302{n % 10}")
        assert wrong.status_code == 422
        assert ("あと" in wrong.text) == (n >= 5), n
    last = opening(suzuki, "593020")
    assert "この電話では、番号でひらけなくなりました" in last.text
    assert "059-000-0002" in last.text
    assert at_once == list(range(1, 11))
    shut = opening(suzuki)
    assert shut.status_code == 409
    assert 'name="pin"' not in shut.text
    assert suzuki.get("/notes").status_code == 303
    assert post(suzuki, "/notes", **town.fields()).status_code == 201
    with store.read() as session:
        acts = session.scalars(sa.select(AuditLine.act).where(AuditLine.act.like("%_pin"))).all()
    assert acts == ["set_pin", "shut_pin"]


def test_whoever_finds_a_phone_lying_open_does_not_change_its_digits(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    before = _sign_in(store, cast).pin
    assert 'name="present"' in suzuki.get("/lock/pin").text
    for present, sentence in (("", "数字を6つ"), ("593021", "番号がちがう")):
        refused = choose(suzuki, "593027", present=present)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert (_sign_in(store, cast).pin, _sign_in(store, cast).wrong_pins) == (before, 1)
    assert choose(suzuki, "593027", present=PIN).status_code == 303
    assert opening(put_down(suzuki), "593027").status_code == 303
    for n in range(10):
        last = choose(suzuki, PIN, present=f"48291{n % 3}")
    assert last.status_code == 409
    assert suzuki.get("/notes").location.startswith("/lock")


def test_a_right_try_forgets_the_wrong_ones(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    put_down(suzuki)
    opening(suzuki, "593021")
    assert _sign_in(store, cast).wrong_pins == 1
    opening(suzuki)
    assert _sign_in(store, cast).wrong_pins == 0


def test_what_is_no_try_counts_as_none(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    put_down(suzuki)
    for digits in ("", "12345", "abcdef"):
        assert opening(suzuki, digits).status_code == 422
    assert _sign_in(store, cast).wrong_pins == 0


def test_nobody_elsewhere_can_try_for_a_phone_or_shut_it(
    suzuki: FlaskClient, app: Flask, store: Store, cast: Cast
) -> None:
    stranger = app.test_client()
    for _ in range(11):
        tried = post(stranger, "/lock/opening", pin="593021")
        assert tried.status_code == 401
    other = town.signed_in(app.test_client(), store, cast.tanaka)
    put_down(choose(without_digits(other, store)) and other)
    for n in range(10):
        opening(other, f"59302{n}")
    assert _sign_in(store, cast).wrong_pins == 0
    put_down(suzuki)
    assert opening(suzuki).status_code == 303


def test_a_phone_with_a_key_signs_each_try_and_an_unsigned_one_counts_as_none(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    phone, thief = Phone(), Phone()
    headers = town.csrf(suzuki)
    assert (
        suzuki.post("/api/v1/devices", json={"point": phone.point}, headers=headers).status_code
        == 201
    )
    put_down(suzuki)
    old = _sign(phone, suzuki)
    for signature in ("", "x", base64url(bytes(64)), _sign(thief, suzuki), "é" * 86):
        refused = opening(suzuki, signature=signature)
        assert refused.status_code == 422
        assert "もう一度、番号を入れて" in refused.text
    assert _sign_in(store, cast).wrong_pins == 0
    assert "あと" not in opening(suzuki, "593021", signature=old).text
    assert _sign_in(store, cast).wrong_pins == 1
    # A signature is for one try alone.
    assert opening(suzuki, signature=old).status_code == 422
    assert opening(suzuki, signature=_sign(phone, suzuki)).status_code == 303


def test_a_new_key_on_a_locked_phone_leaves_its_digits(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    """A browser that cleared its store away makes a new key, and so may whoever holds the phone."""
    put_down(suzuki)
    phone = Phone()
    made = suzuki.post("/api/v1/devices", json={"point": phone.point}, headers=town.csrf(suzuki))
    assert made.status_code == 201
    assert choose(suzuki, "593027").status_code == 422
    assert opening(suzuki, signature=_sign(phone, suzuki)).status_code == 303


def test_a_copied_cookie_reads_no_more_once_its_person_has_opened_again(
    suzuki: FlaskClient, app: Flask
) -> None:
    thief = _copy(suzuki, app)
    assert thief.get("/notes").status_code == 200
    opening(suzuki)
    assert suzuki.get("/notes").status_code == 200
    assert thief.get("/notes").location.startswith("/lock")


def test_who_misses_the_answer_to_the_right_digits_is_asked_once_more(
    suzuki: FlaskClient, app: Flask
) -> None:
    put_down(suzuki)
    missed = _copy(suzuki, app)
    opening(suzuki)
    assert missed.get("/notes").location.startswith("/lock")
    assert opening(missed, next="/notes").location == "/notes"
    assert missed.get("/notes").status_code == 200


def test_a_session_that_ended_meanwhile_is_not_opened(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    put_down(suzuki)
    with store.write() as session:
        SignIn.end_all(session, cast.suzuki, clock.now)
    tried = opening(suzuki)
    assert tried.status_code == 401
    assert _sign_in(store, cast).revoked_at is not None


def test_digits_are_hashed_with_the_phone_and_the_key_file(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    kept = _sign_in(store, cast).pin
    assert kept is not None
    assert kept.startswith(b"$argon2id$")
    assert PIN.encode() not in kept
