"""A real town begins with one invitation, and its first two at the core are confirmed here."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from models.area import Area, AreaKind
from models.audit import AuditLine
from models.desk import Desk
from models.invitation import Invitation
from models.joining import Newcomer, redeem, set_password
from models.membership import Membership
from models.person import Person, PersonState, Role
from models.store import Store
from models.town import Town
from tests import town as little
from tests.conftest import NOW


def _init(app: Flask, *args: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["init", *args], input=typed)


def _redeem(store: Store, output: str) -> None:
    token = re.search(r"/join#(\S+)", output)
    digits = re.search(r"\b(\d{4})\b[^\d\n]*$", output.splitlines()[-1])
    assert token
    assert digits
    with store.write() as session:
        invitation = Invitation.by_token(session, token[1])
        assert invitation is not None
        redeem(session, invitation, Newcomer(digits=digits[1], email="a@example.jp"), NOW)


def test_init_starts_a_town_with_its_areas_and_one_invitation(app: Flask, store: Store) -> None:
    result = _init(app, "--code", "24208", "--admin", "庄司")
    assert result.exit_code == 0
    with store.read() as session:
        town = Town.of(session)
        assert town is not None
        assert (town.code, town.is_demo) == ("24208", False)
        assert session.scalar(sa.select(sa.func.count()).where(Area.kind == AreaKind.TOWN)) > 100
        invitation = session.scalars(sa.select(Invitation)).one()
        assert (invitation.role, invitation.name) == (Role.ADMINISTRATOR, "庄司")
    _redeem(store, result.output)
    with store.read() as session:
        assert session.scalars(sa.select(Person.role)).all() == [Role.ADMINISTRATOR]


def test_init_asks_for_what_it_is_not_told(app: Flask, store: Store) -> None:
    result = _init(app, typed="24208\n庄司\n")
    assert result.exit_code == 0
    assert "/join#" in result.output


def test_an_unknown_code_starts_nothing(app: Flask, store: Store) -> None:
    assert _init(app, "--code", "99999", "--admin", "庄司").exit_code == 1
    with store.read() as session:
        assert Town.of(session) is None


def test_the_demonstration_does_not_become_a_real_town(app: Flask, store: Store) -> None:
    with store.write() as session:
        Town.start(session, code="24208", name="名張市", is_demo=True, now=NOW)
    assert _init(app, "--admin", "庄司").exit_code == 1


def test_another_invitation_can_be_made_until_somebody_came(app: Flask, store: Store) -> None:
    assert _init(app, "--code", "24208", "--admin", "庄司").exit_code == 0
    assert "/join#" in _init(app, typed="庄司\n").output
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Town)) == 1


@pytest.fixture
def cast(store: Store) -> little.Cast:
    """The little town, of whose core nobody is confirmed yet."""
    with store.write() as session:
        cast = little.build(session, NOW, noise=False)
        session.execute(
            sa.update(Membership).where(Membership.desk_id == cast.core).values(confirmed_at=None)
        )
        for who in (cast.aoki, cast.ishii, cast.ueda):
            set_password(session, session.get_one(Person, who), "never asked for", NOW)
    return cast


def _confirmed(store: Store, cast: little.Cast) -> set[object]:
    with store.read() as session:
        core = session.get(Desk, cast.core)
        assert core is not None
        return {m.person_id for m in core.members if m.confirmed_at is not None}


def test_run_again_it_confirms_the_first_two_and_no_third(
    app: Flask, store: Store, cast: little.Cast
) -> None:
    assert _init(app, "--yes").exit_code == 0
    assert _confirmed(store, cast) == {cast.aoki, cast.ishii}
    with store.read() as session:
        acts = session.scalars(sa.select(AuditLine.actor_id).where(AuditLine.act == "confirm"))
        assert acts.all() == [None, None]
    assert _init(app, "--yes").exit_code == 0
    assert _confirmed(store, cast) == {cast.aoki, cast.ishii}


def test_nobody_is_confirmed_who_is_refused(app: Flask, store: Store, cast: little.Cast) -> None:
    assert _init(app, typed="n\nn\nn\n").exit_code == 0
    assert _confirmed(store, cast) == set()


def test_somebody_suspended_is_not_offered(app: Flask, store: Store, cast: little.Cast) -> None:
    with store.write() as session:
        session.get_one(Person, cast.aoki).state = PersonState.SUSPENDED
    assert _init(app, "--yes").exit_code == 0
    assert _confirmed(store, cast) == {cast.ishii, cast.ueda}
