"""Coming in by an invitation, through the front door."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.audit import AuditLine
from models.credential import Credential, SignIn, token_hash
from models.errors import Invalid
from models.invitation import WRONG_DIGITS, Invitation
from models.membership import Membership
from models.password import is_password
from models.person import Person, Role
from models.store import Store
from models.way_back import MadeSure, invite_again
from tests.conftest import SetClock
from tests.support.invitations import PASSWORD, personal, post, poster
from tests.support.switching import fields_of
from tests.town import MORNING, Cast, signed_in

UNUSABLE = "この招待は使えません。窓口に電話してください。"


def test_a_poster_lets_a_resident_in_with_a_name_and_a_language(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = poster(store, cast.kitamachi)
    shown = post(client, "/join/invitation", token=told.token)
    assert "みさき市 北町に住む方" in shown.text
    done = post(client, "/join", token=told.token, name="はな", language="ja@easy")
    assert (done.status_code, done.location) == (303, "/")
    with store.read() as session:
        row = session.scalars(sa.select(Person).order_by(Person.joined_at.desc())).first()
        assert row is not None
        assert (row.name, row.role, row.language, row.area_id) == (
            "はな",
            Role.RESIDENT,
            "ja@easy",
            cast.kitamachi,
        )
    assert client.get("/settings").status_code == 200


def test_the_twelve_digits_open_it_however_they_are_typed(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = poster(store, cast.kitamachi)
    code = told.code
    for typed in (
        code,
        f"{code[:4]} {code[4:8]}-{code[8:]}",
        code.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ):
        assert post(client, "/join/invitation", code=typed).status_code == 200


def test_a_code_behind_the_link_opens_it_too(client: FlaskClient, store: Store, cast: Cast) -> None:
    told = poster(store, cast.kitamachi)
    shown = post(client, "/join/invitation", token=told.code)
    assert shown.status_code == 200
    assert ("token", told.code) in fields_of(shown.text)


@pytest.mark.parametrize("which", ["unknown", "revoked", "ended", "full"])
def test_every_invitation_that_fails_gets_one_sentence(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, which: str
) -> None:
    told = poster(store, cast.kitamachi, daily_limit=1)
    with store.write() as session:
        row = Invitation.by_token(session, told.token)
        assert row is not None
        if which == "full":
            row.count_use(MORNING)
        if which == "revoked":
            row.revoke(session.get_one(Person, cast.yamamoto), MORNING)
    if which == "ended":
        clock.forward(days=15)
    token = "nobody's token" if which == "unknown" else told.token
    for path in ("/join/invitation", "/join"):
        answer = post(client, path, token=token, name="はな")
        assert answer.status_code == 422
        assert UNUSABLE in answer.text


def test_a_personal_invitation_asks_who_one_is_and_for_four_digits(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = personal(store, area=cast.kitamachi)
    shown = post(client, "/join/invitation", token=told.token)
    assert "森さんですか" in shown.text
    assert post(client, "/join", token=told.token, digits=told.digits).status_code == 303


def test_wrong_digits_are_counted_and_end_the_invitation(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = personal(store, area=cast.kitamachi)
    wrong = f"{(int(told.digits) + 1) % 10**4:04d}"
    for _ in range(5):
        assert post(client, "/join", token=told.token, digits=wrong).status_code == 422
    with store.read() as session:
        row = session.scalar(
            sa.select(Invitation).where(Invitation.token_hash == token_hash(told.token))
        )
        assert row is not None
        assert row.wrong_digits == 5
    assert UNUSABLE in post(client, "/join", token=told.token, digits=told.digits).text


@pytest.mark.parametrize("ways", [("token", "code"), ("code", "token")])
def test_one_phone_person_redeems_twice_and_no_third_time(
    app: Flask, store: Store, cast: Cast, ways: tuple[str, str]
) -> None:
    told = personal(store, area=cast.kitamachi)
    who = []
    for way in ways:
        browser = app.test_client()
        done = post(browser, "/join", **{way: getattr(told, way)}, digits=told.digits)
        assert done.status_code == 303
        with browser.session_transaction() as cookie, store.read() as session:
            found = SignIn.find(session, cookie["_user_id"], MORNING)
            assert found is not None
            who.append(found.person_id)
    assert who[0] == who[1]
    third = post(app.test_client(), "/join", token=told.token, digits=told.digits)
    assert third.status_code == 422


def test_staff_give_e_mail_and_password_and_wait_to_be_confirmed(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = personal(store, Role.STAFF, desk=cast.north_desk)
    given = {"token": told.token, "digits": told.digits, "email": "mori@misaki.example"}
    short = post(client, "/join", **given, password="himawari")
    assert short.status_code == 422
    assert "15文字以上" in short.text
    assert "himawari" not in short.text
    assert post(client, "/join", **given, password=PASSWORD).status_code == 303
    with store.read() as session:
        person = Person.with_email(session, "MORI@misaki.example")
        assert person is not None
        kept = Credential.password_of(session, person)
        assert kept is not None
        assert is_password(kept.material.decode(), PASSWORD)
        assert [m.confirmed_at for m in person.memberships] == [None]
    # The password is the first of two proofs.
    assert done_at(client) == "/signin/second"


def test_staff_cannot_redeem_a_second_time(client: FlaskClient, store: Store, cast: Cast) -> None:
    told = personal(store, Role.STAFF, desk=cast.north_desk)
    given = {"token": told.token, "digits": told.digits, "password": PASSWORD}
    assert post(client, "/join", **given, email="mori@misaki.example").status_code == 303
    assert UNUSABLE in post(client, "/join", **given).text


def test_an_address_in_use_is_refused_without_saying_why(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = personal(store, Role.STAFF, desk=cast.north_desk)
    given = {"token": told.token, "digits": told.digits, "password": PASSWORD}
    answers = {
        post(client, "/join", **given, email=email).text.count("このメールアドレスは使えません")
        for email in ("okada@misaki.example", "not an address")
    }
    assert answers == {2}


def test_one_sheet_asks_for_few_addresses(client: FlaskClient, store: Store, cast: Cast) -> None:
    told = personal(store, Role.STAFF, desk=cast.north_desk)
    given = {"token": told.token, "digits": told.digits, "password": PASSWORD}
    for _ in range(WRONG_DIGITS):
        refused = post(client, "/join", **given, email="okada@misaki.example")
        assert "このメールアドレスは使えません" in refused.text
    assert UNUSABLE in post(client, "/join", **given, email="mori@misaki.example").text
    with store.read() as session:
        assert Person.with_email(session, "mori@misaki.example") is None
        assert session.scalars(sa.select(Invitation.uses)).all() == [0]


def test_what_fails_half_way_leaves_nothing_behind(
    client: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = personal(store, area=cast.kitamachi)

    def fail(*_args: object) -> None:
        raise Invalid("join.problem.digits", "digits")

    monkeypatch.setattr(SignIn, "begin", fail)
    assert post(client, "/join", token=told.token, digits=told.digits).status_code == 422
    with store.read() as session:
        assert session.scalars(sa.select(Invitation.uses)).all() == [0]
        assert "森" not in [person.name for person in session.scalars(sa.select(Person))]


def test_a_lost_phone_moves_the_account_and_ends_the_old_one(
    app: Flask, store: Store, cast: Cast
) -> None:
    old, new = app.test_client(), app.test_client()
    signed_in(old, store, cast.suzuki)
    told = _again(store, cast, cast.suzuki)
    assert old.get("/settings").status_code == 200
    assert post(new, "/join", token=told.token, digits=told.digits).status_code == 303
    assert old.get("/settings").status_code == 303
    assert new.get("/settings").status_code == 200


def test_a_new_password_made_by_the_office_is_confirmed_from_inside(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = _again(store, cast, cast.okada)
    shown = post(client, "/join/invitation", token=told.token)
    assert 'name="email"' not in shown.text
    done = post(client, "/join", token=told.token, digits=told.digits, password=PASSWORD)
    assert done.status_code == 303
    with store.read() as session:
        rows = session.scalars(sa.select(Membership).where(Membership.person_id == cast.okada))
        assert [row.is_active for row in rows] == [False]
        ended = sa.select(AuditLine.object_id, AuditLine.chain).where(AuditLine.act == "unconfirm")
        assert len(session.execute(ended).all()) == 1
    assert done_at(client) == "/signin/second"


def test_failed_tries_of_one_address_are_limited_and_good_ones_are_not(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = poster(store, cast.kitamachi)
    for _ in range(12):
        assert post(client, "/join/invitation", token=told.token).status_code == 200
    answers = [post(client, "/join/invitation", token="wrong").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def done_at(client: FlaskClient) -> str:
    """Where somebody who just came in is: they owe a second proof, and reach nothing before."""
    assert client.get("/desk").location == "/signin/second?next=/desk"
    return "/signin/second" if client.get("/signin/second").status_code == 200 else ""


def _again(store: Store, cast: Cast, person_id: object) -> object:
    from models.invitation import Secrets

    told, code_hash = Secrets.draw(store.keys)
    with store.write() as session:
        person, by = session.get(Person, person_id), session.get(Person, cast.yamamoto)
        assert person is not None
        assert by is not None
        sure = MadeSure.IN_PERSON
        invite_again(session, told, code_hash, person=person, by=by, now=MORNING, made_sure=sure)
    return told
