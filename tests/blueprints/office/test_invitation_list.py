"""The list of invitations: whatever came since, what can be revoked is found and revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from blueprints.office.invitations import A_PAGE
from models.area import Area
from models.invitation import WRONG_DIGITS, Invitation, InvitationKind, Secrets, invite
from models.invitation_list import in_order
from models.own_phone import invite_own_phone
from models.person import Person, PersonState, Role
from models.store import Store
from tests import town
from tests.support.invitations import personal, post, poster
from tests.town import MORNING, Cast

MINUTE = dt.timedelta(minutes=1)


def _secrets(count: int) -> Iterator[tuple[Secrets, bytes]]:
    """Without the slow index, which no list needs."""
    for n in range(count):
        yield Secrets(f"token {n}", "", "0000"), f"code {n}".encode()


def _personal(session: Session, cast: Cast, count: int) -> list[Invitation]:
    """Newer personal invitations, all of them revoked."""
    area = session.get_one(Area, cast.north)
    made = []
    for n, (told, code) in enumerate(_secrets(count)):
        at = MORNING + n * MINUTE
        given = {"kind": InvitationKind.PERSONAL, "role": Role.RESIDENT, "name": f"住{n}番"}
        made.append(invite(session, told, code, area=area, now=at, **given))
        made[-1].revoked_at = at
    return made


def test_a_poster_can_be_revoked_however_many_came_after_it(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    poster(store, cast.north, MORNING - dt.timedelta(days=3), daily_limit=1)
    with store.write() as session:
        _personal(session, cast, A_PAGE + 3)
        # At today's limit it lets in others tomorrow.
        one = session.scalars(sa.select(Invitation).order_by(Invitation.made_at)).first()
        assert one is not None
        one.count_use(MORNING)
        poster_id = one.id
    way = f"/office/invitations/{poster_id}/revocation"
    first = office.get("/office/invitations").text
    assert (first.count("<tr>"), way in first) == (A_PAGE + 1, True)
    assert "/office/invitations?page=2" in first
    last = office.get("/office/invitations?page=2").text
    assert (last.count("<tr>"), "page=3" in last) == (1 + 4, False)
    assert 'href="/office/invitations"' in last
    assert post(office, way).status_code == 303
    assert way not in office.get("/office/invitations").text


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "999999999"])
def test_a_page_that_is_not_there_is_an_empty_or_the_first_one(
    office: FlaskClient, cast: Cast, number: str
) -> None:
    assert office.get(f"/office/invitations?page={number}").status_code == 200


def test_the_codes_of_people_s_own_apps_are_not_in_the_list(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    told, code = next(_secrets(1))
    with store.write() as session:
        sato = session.get_one(Person, cast.sato)
        invite_own_phone(session, told, code, person=sato, now=MORNING)
    assert "<tr>" not in office.get("/office/invitations").text
    personal(store, Role.RESIDENT, area=cast.north)
    assert office.get("/office/invitations").text.count("<tr>") == 1 + 1


def test_the_list_and_the_invitation_agree_on_what_is_over(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        rows = _personal(session, cast, 8)
        for row in rows:
            row.revoked_at = None
        rows[0].revoked_at = MORNING
        rows[1].ends_at = MORNING
        rows[2].wrong_digits = WRONG_DIGITS
        rows[3].uses, rows[4].uses = 1, 2
        rows[5].role, rows[5].uses = Role.STAFF, 1
        rows[6].person = session.get_one(Person, cast.suzuki)
        rows[6].person.state = PersonState.SUSPENDED
        rows[7].person = session.get_one(Person, cast.tanaka)
        session.flush()
        found = session.scalars(in_order(sa.select(Invitation), MORNING)).all()
        over = [one.is_over(MORNING) for one in found]
        assert {one.id for one in found if not one.is_over(MORNING)} == {rows[3].id, rows[7].id}
    assert over == [False] * 2 + [True] * 6
