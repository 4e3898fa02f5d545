"""Codes of an app: those of RFC 6238, near the present moment, each taken once."""

from __future__ import annotations

import datetime as dt

import pytest

from models import totp
from models.keys import KeyRing
from models.person import Person
from models.store import Store
from tests import town
from tests.support.proofs import code_at, give_app
from tests.town import MORNING, Cast

STEP = dt.timedelta(seconds=totp.STEP_SECONDS)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    assert totp.step_of(b"12345678901234567890", code, at) == seconds // totp.STEP_SECONDS


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert totp.step_of(totp.new_secret(), code, MORNING) is None


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_half_a_minute(
    store: Store, cast: Cast, steps: int, is_taken: bool
) -> None:
    code = code_at(give_app(store, cast.okada), MORNING + steps * STEP)
    with store.write() as session:
        assert totp.take(session, cast.okada, code, MORNING) is is_taken


def test_a_step_and_every_one_before_is_taken_once(store: Store, cast: Cast) -> None:
    secret = give_app(store, cast.okada)
    present, before = code_at(secret, MORNING), code_at(secret, MORNING - STEP)
    with store.write() as session:
        assert totp.take(session, cast.okada, present, MORNING)
    with store.write() as session:
        assert not totp.take(session, cast.okada, present, MORNING)
        assert not totp.take(session, cast.okada, before, MORNING)
        assert totp.take(session, cast.okada, code_at(secret, MORNING + STEP), MORNING + STEP)


def test_a_new_app_ends_the_old_one_and_nobody_takes_anothers(store: Store, cast: Cast) -> None:
    old, new, katos = (give_app(store, who) for who in (cast.okada, cast.okada, cast.kato))
    with store.write() as session:
        assert not totp.take(session, cast.okada, code_at(old, MORNING), MORNING)
        assert not totp.take(session, cast.okada, code_at(katos, MORNING), MORNING)
        assert not totp.take(session, cast.suzuki, code_at(new, MORNING), MORNING)
        assert totp.take(session, cast.okada, code_at(new, MORNING), MORNING)


def test_the_secret_of_a_form_is_its_persons_alone(store: Store, keys: KeyRing, cast: Cast) -> None:
    secret = totp.new_secret()
    field = totp.seal_new(keys, cast.okada, secret)
    assert totp.open_new(keys, cast.okada, field) == secret
    for other in ("", "!", "AAAA", field[:-8]):
        assert totp.open_new(keys, cast.okada, other) is None
    assert totp.open_new(keys, cast.kato, field) is None
    with store.read() as session:
        person = session.get_one(Person, cast.okada)
        address = totp.address_of(secret, person.identity.email, "気づき")  # type: ignore[union-attr,arg-type]
    assert address.startswith("otpauth://totp/")
    assert totp.typed_key(secret).replace(" ", "") in address
