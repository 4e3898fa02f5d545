"""Let in anew: begun by one, finished by its person, and never by one member of staff alone."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.audit import AuditLine
from models.credential import Credential
from models.delivery import Delivery, DeliveryKind
from models.invitation import Invitation, InvitationKind, Secrets, invite
from models.person import Person, Role
from models.store import Store
from models.way_back import MadeSure, invite_again
from tests.support.invitations import PASSWORD, post
from tests.support.proofs import by_passkey, give_passkey
from tests.town import MORNING, Cast, signed_in

UNUSABLE = "この招待は使えません。"


def begun(store: Store, cast: Cast, person_id: uuid.UUID, by: uuid.UUID) -> Secrets:
    told, code_hash = Secrets.draw(store.keys)
    with store.write() as session:
        person, starter = (session.get_one(Person, who) for who in (person_id, by))
        invite_again(
            session,
            told,
            code_hash,
            person=person,
            by=starter,
            now=MORNING,
            made_sure=MadeSure.CALL_BACK,
        )
    return told


def acts(store: Store, to: uuid.UUID) -> set[str]:
    with store.read() as session:
        return set(session.scalars(sa.select(AuditLine.act).where(AuditLine.to_id == to)))


def test_whoever_begins_it_says_how_they_made_sure(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    path = f"/office/people/{cast.okada}/invitation"
    refused = post(office, path)
    assert refused.status_code == 422
    assert "どうやってたしかめたかを選んでください。" in refused.text
    assert post(office, path, made_sure="by mail").status_code == 422
    assert post(office, path, made_sure="call_back").status_code == 200
    assert acts(store, cast.okada) == {"recover_call_back"}


def test_nobody_begins_their_own(office: FlaskClient, store: Store, cast: Cast) -> None:
    refused = post(office, f"/office/people/{cast.yamamoto}/invitation", made_sure="in_person")
    assert refused.status_code == 422
    own = f"/office/people/{cast.yamamoto}"
    assert f"{own}/invitation" not in office.get(own).text


def test_its_person_finishes_it_and_every_old_way_in_ends_with_it(
    app: Flask, store: Store, cast: Cast
) -> None:
    device, old = give_passkey(store, cast.okada), app.test_client()
    signed_in(old, store, cast.okada)
    told = begun(store, cast, cast.okada, cast.yamamoto)
    assert old.get("/desk").status_code == 200
    new = app.test_client()
    given = {"token": told.token, "digits": told.digits, "password": PASSWORD}
    assert post(new, "/join", **given).location == "/signin/second"
    assert old.get("/desk").status_code == 303
    assert by_passkey(app.test_client(), device).status_code == 422
    with store.read() as session:
        living = Credential.person_id == cast.okada, Credential.revoked_at.is_(None)
        assert session.scalars(sa.select(Credential.kind).where(*living)).all() == ["password"]


@pytest.fixture
def another(store: Store) -> uuid.UUID:
    """A second administrator, who begins it."""
    with store.write() as session:
        return Person.enrol(session, role=Role.ADMINISTRATOR, name="山下", now=MORNING).id


def test_an_administrator_comes_back_only_after_a_second_person_agreed(
    app: Flask, store: Store, cast: Cast, another: uuid.UUID
) -> None:
    told = begun(store, cast, cast.yamamoto, another)
    given = {"token": told.token, "digits": told.digits}
    new = app.test_client()
    assert UNUSABLE in post(new, "/join", **given).text
    ueda = signed_in(app.test_client(), store, cast.ueda)
    assert "/agreement" in ueda.get("/desk/people").text
    with store.read() as session:
        row = session.scalars(sa.select(Invitation)).one()
    path = f"/desk/people/recoveries/{row.id}/agreement"
    okada = signed_in(app.test_client(), store, cast.okada)
    assert post(okada, path).status_code == 404
    assert post(ueda, path).status_code == 303
    assert "/agreement" not in ueda.get("/desk/people").text
    assert post(new, "/join", **given).location == "/signin/second"
    assert 'name="password"' not in new.get("/signin/second").text
    assert acts(store, cast.yamamoto) == {"recover_call_back", "second_recovery"}


def test_one_administrator_alone_becomes_no_auditor(
    app: Flask, office: FlaskClient, store: Store, cast: Cast
) -> None:
    """Neither in the place of the one that is there, nor as a new one."""
    with store.write() as session:
        auditor = Person.enrol(session, role=Role.AUDITOR, name="谷口", now=MORNING).id
    path = f"/office/people/{auditor}/invitation"
    sheet = post(office, path, made_sure="in_person").text
    assert "もう一人の担当が認めると" in sheet
    code = "".join(re.findall(r'class="sheet__code">([\d ]+)<', sheet)[0].split())
    digits = re.findall(r'class="sheet__code">(\d{4})<', sheet)[0]
    new = app.test_client()
    assert UNUSABLE in post(new, "/join", code=code, digits=digits).text
    with store.read() as session:
        told = session.scalars(sa.select(Delivery.kind)).all()
    assert DeliveryKind.CONFIRM in told
    with store.write() as session:
        by = session.get_one(Person, cast.yamamoto)
        secrets, code_hash = Secrets.draw(store.keys)
        made = invite(
            session,
            secrets,
            code_hash,
            kind=InvitationKind.PERSONAL,
            role=Role.AUDITOR,
            name="山本の友",
            by=by,
            now=MORNING,
        )
        session.flush()
        assert not made.is_usable(MORNING)
    ueda = signed_in(app.test_client(), store, cast.ueda)
    page = ueda.get("/desk/people").text
    assert page.count("/agreement") == 2
    assert "山本の友" in page
    with store.read() as session:
        for row in session.scalars(sa.select(Invitation)):
            assert post(ueda, f"/desk/people/recoveries/{row.id}/agreement").status_code == 303
    given = {"email": "tani@misaki.example"}
    assert post(new, "/join", code=code, digits=digits, **given).location == "/signin/second"
