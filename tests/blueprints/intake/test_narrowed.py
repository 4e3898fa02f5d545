"""A list narrowed by its address: what it shows, what it keeps, and what it does not take."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import fielded, queue
from tests import town
from tests.blueprints.intake.conftest import MEMO, Notes
from tests.town import MORNING, Cast

MINUTE = dt.timedelta(minutes=1)


def rows(client: FlaskClient, query: str) -> int:
    page = client.get(f"/desk?{query}")
    assert page.status_code == 200
    return page.text.count('<li class="job ')


def test_what_is_asked_for_is_shown_and_nothing_else(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    notes.send(**MEMO)
    late = notes.send(urgency="today")
    assert rows(okada, "view=waiting") == 2
    assert rows(okada, "view=waiting&urgency=memo") == 1
    assert rows(okada, f"view=waiting&urgency=today&area={cast.kitamachi}") == 1
    assert rows(okada, "view=waiting&overdue=1") == 0
    notes.change(late, lambda handoff, _: setattr(handoff, "due_at", MORNING - MINUTE))
    assert rows(okada, "view=waiting&overdue=1") == 1
    assert rows(okada, "view=today&overdue=1&urgency=memo") == 0


def test_a_list_narrowed_by_what_one_row_may_hold_otherwise_says_so(
    okada: FlaskClient, cast: Cast
) -> None:
    said = "はじめの1件を見てしぼっています"
    for query in ("urgency=memo", "field=child", f"view=today&area={cast.kitamachi}"):
        assert said in okada.get(f"/desk?{query}").text
    for query in ("", "overdue=1", "whose=nobody", "view=moving&urgency=memo"):
        assert said not in okada.get(f"/desk?{query}").text


@pytest.mark.parametrize("language", ["ja", "ja@easy", "en"])
def test_nothing_found_says_so_and_how_to_see_more(okada: FlaskClient, language: str) -> None:
    okada.post("/language", data={"language": language}, headers=town.csrf(okada))
    page = okada.get("/desk?view=moving&urgency=now").text
    said = {"ja": "この条件に合うもの", "ja@easy": "この<ruby>条件", "en": "Nothing here matches"}
    assert said[language] in page
    assert '<option value="now" selected>' in page


@pytest.mark.parametrize(
    "query", ["urgency=x", "area=x", "area=0", "area=٣", "overdue=2", "state=x", "field=x"]
)
def test_what_is_no_choice_is_not_here(okada: FlaskClient, query: str) -> None:
    assert okada.get(f"/desk?{query}").status_code == 404


def test_an_area_whose_notes_are_elsewhere_is_an_empty_list(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    notes.send(area="minamimachi")
    assert rows(okada, f"area={cast.minamimachi}") == 0
    for number in ("999999", "9" * 9, "9" * 20, "9" * 5000):
        assert okada.get(f"/desk?area={number}").status_code == 404


def test_what_is_noted_by_living_area_is_found_by_town_and_the_other_way_round(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    notes.send(area="north")
    notes.send(area="kitamachi", **MEMO)
    assert rows(okada, f"area={cast.north}") == rows(okada, f"area={cast.kitamachi}") == 2
    assert rows(okada, f"area={cast.kitamachi}&urgency=memo") == 1


def test_the_core_chooses_among_the_areas_that_it_has(
    app_core: FlaskClient, notes: Notes, cast: Cast
) -> None:
    assert rows(app_core, f"area={cast.minamimachi}") == 0
    notes.send(area="shima")
    assert rows(app_core, f"area={cast.shima}") == 1


def test_where_a_sealed_note_is_offers_its_area_to_whoever_may_read_it(
    app_core: FlaskClient, app: Flask, notes: Notes, cast: Cast
) -> None:
    notes.send(area="shima", signs=["violence_now"], urgency="today")
    unseen = app_core.get(f"/desk?area={cast.shima}").text
    assert rows(app_core, f"area={cast.shima}") == 0
    assert unseen.count("島") == app_core.get(f"/desk?area={cast.minamimachi}").text.count("南町")
    aoki = town.signed_in(app.test_client(), notes.store, cast.aoki)
    assert rows(aoki, f"area={cast.shima}") == 1


@pytest.fixture
def app_core(client: FlaskClient, notes: Notes, cast: Cast) -> FlaskClient:
    return town.signed_in(client, notes.store, cast.ueda)


def test_the_next_page_and_the_other_lists_keep_it(
    okada: FlaskClient, notes: Notes, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    for _ in range(3):
        notes.send(urgency="today")
    notes.send(**MEMO)
    page = okada.get("/desk?urgency=today").text
    assert "view=moving&amp;urgency=today" in page
    after = page.split("view=waiting&amp;urgency=today&amp;after=")[1].split('"')[0]
    assert rows(okada, f"urgency=today&after={after}") == 1


def test_a_list_is_narrowed_by_state_and_field(
    okada: FlaskClient, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for signs in (["thin"], ["night_out"], ["night_out"]):
        notes.acknowledged(signs=signs)
    notes.send(signs=["thin"])
    assert rows(okada, "view=moving&state=received") == 3
    assert rows(okada, "view=moving&state=working") == 0
    assert rows(okada, "view=moving&field=child") == 2
    assert rows(okada, "view=moving&field=child&state=received&urgency=memo") == 0
    assert rows(okada, "view=waiting&field=elderly") == 1
    page = okada.get("/desk?view=moving&state=received&field=child").text
    assert "view=today&amp;state=received&amp;field=child" in page
    assert "view=waiting&amp;field=child" in page
    # A state that a list does not have narrows nothing: who acted elsewhere comes back here.
    assert rows(okada, "view=waiting&state=received") == 1
    monkeypatch.setattr(fielded, "FAR", 1)
    monkeypatch.setattr(fielded, "_AT_ONCE", 1)
    page = okada.get("/desk?view=moving&field=disability").text
    assert "ここまで1件をさがしました" in page
    assert "この条件に合うものはありません" not in page
    after = page.split("&amp;after=")[1].split('"')[0]
    assert "この続きを見る" in okada.get(f"/desk?view=moving&field=disability&after={after}").text


def test_whoever_acts_in_a_narrowed_list_returns_to_it(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    one, two = notes.send(urgency="today"), notes.send(**MEMO)
    path = f"/desk/handoffs/{one}/acknowledgement?urgency=today"
    assert path in okada.get("/desk?urgency=today").text
    answer = okada.post(path, data={"view": "waiting"}, headers=town.csrf(okada))
    assert "&view=waiting&urgency=today&done=acknowledgement&of=" in answer.headers["Location"]
    several = okada.post(
        "/desk/acknowledgements?urgency=memo", data={"handoff": str(two)}, headers=town.csrf(okada)
    )
    assert "&urgency=memo&acknowledged=1" in several.headers["Location"]


def test_a_form_that_names_no_such_narrowing_is_done_all_the_same(
    okada: FlaskClient, notes: Notes
) -> None:
    path = f"/desk/handoffs/{notes.send()}/acknowledgement?urgency=x"
    answer = okada.post(path, data={"view": "waiting"}, headers=town.csrf(okada))
    assert "&view=waiting&done=acknowledgement&of=" in answer.headers["Location"]
