"""Staff choose when they are told; phone people have no such choice."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import staffing
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.membership import Membership
from models.person import Person, TellOf
from models.store import Store
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def okada(client: FlaskClient, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(client, store, cast.okada)


@pytest.fixture
def on_call(store: Store, cast: Cast) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.north_desk).has_duty = True


def choose(client: FlaskClient, **form: object) -> int:
    return client.post("/settings/telling", data=form, headers=town.csrf(client)).status_code


def place_of(store: Store, person: object) -> Membership:
    with store.read() as session:
        found = sa.select(Membership).where(Membership.person_id == person)
        return session.scalars(found).one()


def test_every_note_is_told_until_somebody_chooses_otherwise(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    assert 'value="every" checked' in okada.get("/settings").text
    assert choose(okada, tell_of="twice") == 303
    with store.read() as session:
        assert session.get_one(Person, cast.okada).tell_of is TellOf.TWICE
        acts = sa.select(AuditLine.act).where(AuditLine.object_id == str(cast.okada))
        assert session.scalars(acts).all() == ["change"]
    assert 'value="twice" checked' in okada.get("/settings").text
    assert choose(okada, tell_of="twice") == 303
    with store.read() as session:
        assert session.scalars(acts).all() == ["change"], "nothing changed the second time"


@pytest.mark.usefixtures("on_call")
def test_who_is_on_duty_says_so_and_the_desk_sees_it(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    assert "北の相談室の当番に入る" in okada.get("/settings").text
    assert "当番" not in okada.get("/desk/people").text
    assert choose(okada, tell_of="every", duty=str(cast.north_desk)) == 303
    assert place_of(store, cast.okada).on_duty
    assert "当番" in okada.get("/desk/people").text
    assert choose(okada, tell_of="every") == 303
    assert not place_of(store, cast.okada).on_duty


@pytest.mark.usefixtures("on_call")
def test_nobody_puts_themselves_on_anothers_list(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    assert choose(okada, tell_of="every", duty=str(cast.core)) == 303
    assert not any(place_of(store, one).on_duty for one in (cast.okada, cast.kato, cast.ueda))


@pytest.mark.usefixtures("on_call")
def test_who_comes_back_to_a_desk_begins_off_duty(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    choose(okada, tell_of="every", duty=str(cast.north_desk))
    with store.write() as session:
        by, desk = session.get_one(Person, cast.yamamoto), session.get_one(Desk, cast.north_desk)
        place = session.get_one(Membership, place_of(store, cast.okada).id)
        staffing.end_membership(session, place, by, MORNING)
        staffing.put_at_desk(session, place.person, desk, by, MORNING, sealed=False)
    assert not place_of(store, cast.okada).on_duty


def test_a_desk_without_a_duty_list_asks_for_nobody(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    assert "当番に入る" not in okada.get("/settings").text
    choose(okada, tell_of="every", duty=str(cast.north_desk))
    assert not place_of(store, cast.okada).on_duty


@pytest.mark.parametrize("form", [{}, {"tell_of": "never"}])
def test_what_is_no_choice_is_asked_again(okada: FlaskClient, form: dict[str, str]) -> None:
    answer = okada.post("/settings/telling", data=form, headers=town.csrf(okada))
    assert answer.status_code == 422
    assert "一つ選んでください" in answer.text


@pytest.mark.parametrize("which", [("north_desk",), ()])
def test_a_summary_leads_to_the_desk_it_is_of(
    okada: FlaskClient, store: Store, cast: Cast, which: tuple[str, ...]
) -> None:
    desks = [getattr(cast, one) for one in which]
    with store.write() as session:
        address = Delivery.queue(
            session,
            DeliveryKind.SUMMARY,
            now=MORNING,
            person_id=cast.okada,
            desk_id=desks[0] if desks else None,
        ).address
    leads_to = "/desk" + "".join(f"?desk={one}" for one in desks)
    assert okada.get(f"/d/{address}").location == leads_to


def test_others_are_not_asked(client: FlaskClient, store: Store, cast: Cast) -> None:
    for who in (cast.suzuki, cast.kubo, cast.yamamoto):
        town.signed_in(client, store, who)
        assert "tell_of" not in client.get("/settings").text
        assert choose(client, tell_of="twice") == 404
