"""Sessions that are begun while all of their person are ended, on PostgreSQL: none outlives it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import signing_in
from models.assurance import Assurance
from models.credential import Credential, SignIn, end_access, hold
from models.person import Person
from models.store import Store
from tests import town
from tests.support.at_once import together
from tests.support.proofs import give_password
from tests.town import MORNING, Cast


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


def living(store: Store) -> int:
    with store.read() as session:
        found = sa.select(sa.func.count()).where(SignIn.revoked_at.is_(None))
        return session.scalar(found.select_from(SignIn)) or 0


@pytest.mark.parametrize("how", ["begun", "completed"])
def test_whoever_ends_them_all_sees_the_one_that_is_being_begun(
    shared: Store, cast: Cast, how: str
) -> None:
    with shared.write() as session:
        okada = session.get_one(Person, cast.okada)
        SignIn.begin(session, okada, Assurance.PASSWORD, MORNING)
        session.flush()
        waiting = session.scalars(sa.select(SignIn.id)).one()

    def begin(session: Session) -> None:
        person = session.get_one(Person, cast.okada)
        if how == "begun":
            signing_in.sign_in(session, person, Assurance.PASSKEY, MORNING, "")
        else:
            signing_in.complete(session, waiting, Assurance.PASSKEY, MORNING, "")

    def end(session: Session) -> None:
        end_access(session, session.get_one(Person, cast.okada), MORNING)

    together(shared, begin, end)
    assert living(shared) == 0


def test_whoever_begins_one_sees_that_its_proof_was_taken_back(shared: Store, cast: Cast) -> None:
    give_password(shared, cast.okada)
    seen: list[object] = []

    def begin(session: Session) -> None:
        own = sa.select(Credential).where(Credential.person_id == cast.okada)
        found = session.scalars(own).one()
        hold(session, cast.okada)
        session.refresh(found)
        seen.append(found.revoked_at)

    def end(session: Session) -> None:
        end_access(session, session.get_one(Person, cast.okada), MORNING)

    together(shared, end, begin)
    assert seen == [MORNING]
