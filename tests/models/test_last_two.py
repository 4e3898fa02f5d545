"""The last two of the core stay until they are replaced, whatever way somebody goes."""

from __future__ import annotations

import pytest

from models import confirmation
from models.errors import Invalid
from models.invitation import Secrets
from models.joining import Newcomer, redeem
from models.keys import KeyRing
from models.membership import Membership
from models.person import Person
from models.store import Store
from models.way_back import MadeSure, invite_again
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


SURE = MadeSure.IN_PERSON


def test_the_last_two_of_the_sealed_team_get_no_new_way_in(
    store: Store, cast: Cast, keys: KeyRing
) -> None:
    told, code_hash = Secrets.draw(keys)
    with store.read() as session:
        aoki, admin = (session.get_one(Person, who) for who in (cast.aoki, cast.yamamoto))
        with pytest.raises(Invalid) as refusal:
            invite_again(
                session, told, code_hash, person=aoki, by=admin, now=MORNING, made_sure=SURE
            )
    assert refusal.value.key == "office.problem.last_two_sealed"


def test_a_way_in_made_while_there_were_three_opens_nothing_for_the_last_two(
    store: Store, cast: Cast, keys: KeyRing
) -> None:
    told, code_hash = Secrets.draw(keys)
    with store.write() as session:
        ueda, admin = (session.get_one(Person, who) for who in (cast.ueda, cast.yamamoto))
        sheet = invite_again(
            session, told, code_hash, person=ueda, by=admin, now=MORNING, made_sure=SURE
        )
        session.get_one(Person, cast.ishii).memberships[0].in_sealed_team = False
        session.get_one(Person, cast.aoki).memberships[0].ended_at = MORNING
        session.flush()
        newcomer = Newcomer(digits=told.digits, password_hash="hash")
        assert redeem(session, sheet, newcomer, MORNING) is None
        assert len(Membership.active(session, cast.core)) == 2


def test_a_third_may_come_back_and_waits_to_be_confirmed(
    store: Store, cast: Cast, keys: KeyRing
) -> None:
    told, code_hash = Secrets.draw(keys)
    with store.write() as session:
        ueda, admin = (session.get_one(Person, who) for who in (cast.ueda, cast.yamamoto))
        sheet = invite_again(
            session, told, code_hash, person=ueda, by=admin, now=MORNING, made_sure=SURE
        )
        assert redeem(session, sheet, Newcomer(digits=told.digits, password_hash="h"), MORNING)
        assert not ueda.memberships[0].is_active
        confirmation.confirm(
            session, ueda.memberships[0], session.get_one(Person, cast.aoki), MORNING
        )
        assert ueda.memberships[0].is_active
