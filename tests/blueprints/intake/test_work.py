"""/desk/work: what absent members have first, and who has how much."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.handoff import Handoff
from models.membership import Membership
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.conftest import SetClock
from tests.town import MORNING, Cast

TODAY = dt.date(2026, 11, 24)
DAY = dt.timedelta(days=1)


def place(store: Store, person: object, desk: object) -> Membership:
    with store.read() as session:
        return session.scalars(
            sa.select(Membership).where(Membership.person_id == person, Membership.desk_id == desk)
        ).one()


def away(client: FlaskClient, member: object, **days: object) -> TestResponse:
    form = {"member": str(member), "first_on": str(TODAY), "last_on": str(TODAY + DAY)}
    form |= {name: str(value) for name, value in days.items()}
    return client.post("/desk/work/absences", data=form, headers=town.csrf(client))


def test_what_an_absent_colleague_has_can_be_taken_over_with_one_tap(
    okada: FlaskClient, notes: Notes, cast: Cast, store: Store
) -> None:
    one = notes.send()
    notes.change(one, lambda h, by: h.claim(by, MORNING), by="kato")
    assert "お休みの人が担当しているもの" not in okada.get("/desk").text
    answer = away(okada, place(store, cast.kato, cast.north_desk).id)
    assert answer.location.endswith("&done=absence")
    assert "お休みの人が担当しているものがあります。" in okada.get("/desk").text
    page = okada.get(answer.location).text
    assert page.index("お休みの人が担当しているもの") < page.index("いまの担当")
    assert "担当：加藤さん" in page
    form = {"view": "work", "had": str(cast.kato)}
    path = f"/desk/handoffs/{one}/claim"
    taken = okada.post(path, data=form, headers=town.csrf(okada))
    assert taken.location.startswith(f"/desk/work?desk={cast.north_desk}&done=claim")
    assert "お休みの人が担当しているものは、いまありません。" in okada.get(taken.location).text
    with store.read() as session:
        assert session.get_one(Handoff, one).claimed_by_id == cast.okada


def test_of_two_who_take_it_over_the_second_is_told_by_whom(
    app: Flask, okada: FlaskClient, notes: Notes, cast: Cast, store: Store
) -> None:
    one = notes.send()
    notes.change(one, lambda h, by: h.claim(by, MORNING), by="kato")
    form = {"view": "work", "had": str(cast.kato)}
    path = f"/desk/handoffs/{one}/claim"
    notes.change(one, lambda h, by: h.claim(by, MORNING, cast.kato), by="okada")
    kato = town.signed_in(app.test_client(), store, cast.kato)
    answer = kato.post(path, data=form, headers=town.csrf(kato))
    assert answer.status_code == 409
    assert "岡田さんが担当しています。" in answer.text


def test_who_is_away_works_on_and_is_not_shown_their_own(
    okada: FlaskClient, notes: Notes, cast: Cast, store: Store
) -> None:
    notes.change(notes.send(), lambda h, by: h.claim(by, MORNING), by="okada")
    away(okada, place(store, cast.okada, cast.north_desk).id)
    assert "お休みの人が担当しているもの" not in okada.get("/desk/work").text
    assert "お休みの人が担当しているものがあります。" not in okada.get("/desk").text


def test_days_away_end_by_themselves_or_with_one_tap(
    okada: FlaskClient, cast: Cast, store: Store, clock: SetClock
) -> None:
    member = place(store, cast.kato, cast.north_desk).id
    away(okada, member, first_on=TODAY + DAY, last_on=TODAY + DAY)
    page = okada.get("/desk/work").text
    assert "11月25日(水)から11月25日(水)まで" in page
    assert "までお休み" not in page
    answer = okada.post(f"/desk/work/absences/{member}/ending", headers=town.csrf(okada))
    assert "お休みをやめました。" in okada.get(answer.location).text
    assert place(store, cast.kato, cast.north_desk).away_until is None
    away(okada, member)
    assert "までお休み" in okada.get("/desk/work").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"member": ""},
        {"member": "x"},
        {"first_on": "", "last_on": ""},
        {"first_on": "x"},
        {"last_on": TODAY - DAY},
        {"first_on": TODAY + 2 * DAY},
        {"last_on": TODAY + 400 * DAY},
    ],
)
def test_what_cannot_be_kept_comes_back_in_its_form(
    okada: FlaskClient, cast: Cast, store: Store, wrong: dict[str, object]
) -> None:
    member = place(store, cast.kato, cast.north_desk).id
    answer = away(okada, wrong.pop("member", member), **wrong)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert place(store, cast.kato, cast.north_desk).away_until is None


def test_one_day_alone_is_both(okada: FlaskClient, cast: Cast, store: Store) -> None:
    member = place(store, cast.kato, cast.north_desk)
    away(okada, member.id, first_on="", last_on=TODAY)
    found = place(store, cast.kato, cast.north_desk)
    assert (found.away_from, found.away_until) == (TODAY, TODAY)


@pytest.mark.parametrize("who", ["kimura", "aoki", "kubo"])
def test_nobody_elses_members_are_marked(
    okada: FlaskClient, cast: Cast, store: Store, who: str
) -> None:
    with store.read() as session:
        of = sa.select(Membership.id).where(Membership.person_id == getattr(cast, who))
        member = session.scalars(of).one()
    assert away(okada, member).status_code == 404


def test_each_has_a_way_to_what_they_have(okada: FlaskClient, notes: Notes, cast: Cast) -> None:
    notes.acknowledged(by="kato")
    notes.acknowledged(by="okada")
    notes.send()
    page = okada.get("/desk/work").text
    for query in (
        "view=waiting&amp;whose=nobody",
        "view=moving&amp;whose=mine",
        f"view=moving&amp;whose={cast.kato}",
    ):
        path = f"/desk?desk={cast.north_desk}&amp;{query}"
        assert f'<a href="{path}">1</a>' in page
        assert okada.get(path.replace("&amp;", "&")).text.count('<li class="job ') == 1


def test_what_is_sealed_counts_for_its_team_alone(
    app: Flask, notes: Notes, cast: Cast, store: Store
) -> None:
    seen = []
    ueda = town.signed_in(app.test_client(), store, cast.ueda)
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    for _ in range(2):
        seen.append(ueda.get("/desk/work").text)
        notes.change(notes.send(not_nearby=True), lambda h, by: h.claim(by, MORNING), by="aoki")
    without = [page.partition("<main")[2].partition("<form")[0] for page in seen]
    assert without[0] == without[1]
    assert "view=waiting&amp;whose=mine" in aoki.get("/desk/work").text
