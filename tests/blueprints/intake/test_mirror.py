"""The desk's own mirror: its months, in a picture and in words; nobody else's, and nobody in it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient

from models.mirror import MirrorMonth
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

OCTOBER = dt.date(2026, 10, 1)
FIGURES = {
    "acknowledged": 20,
    "left": 1,
    "in_time": 20,
    "closed": 10,
    "told": 30,
    "read": 15,
    "acknowledge_minutes": 170,
    "close_minutes": 12_000,
}


@pytest.fixture
def months(store: Store, cast: Cast) -> None:
    with store.write() as session:
        for desk in (cast.north_desk, cast.core):
            for month, more in (
                (OCTOBER, {}),
                (dt.date(2026, 9, 1), {"acknowledged": 3, "in_time": 3}),
                (dt.date(2025, 10, 1), {"acknowledge_minutes": 5}),
            ):
                figures = {**FIGURES, "left": 0, **more} if more else FIGURES
                at = {"desk_id": desk, "month": month, "kept_on": MORNING.date()}
                session.add(MirrorMonth(**at, **figures, is_sealed=False))
        sealed = {**FIGURES, "acknowledge_minutes": 7}
        at = {"desk_id": cast.core, "month": OCTOBER, "kept_on": MORNING.date()}
        session.add(MirrorMonth(**at, **sealed, is_sealed=True))


def rows(page: str) -> list[str]:
    """The table's lines, as plain text."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


@pytest.mark.usefixtures("months")
def test_a_month_says_how_long_it_took_and_how_much_was_kept(okada: FlaskClient) -> None:
    assert rows(okada.get("/desk/mirror").text) == [
        "2026年10月 半分が3時間以内 約95% 半分が9日以内 約50%",
        "2026年9月 少ない月 少ない月 半分が9日以内 約50%",
    ]


@pytest.mark.usefixtures("months")
def test_the_picture_has_a_column_for_each_month_and_says_what_it_is(okada: FlaskClient) -> None:
    page = okada.get("/desk/mirror").text
    assert (page.count("mirror__bar"), page.count("<circle")) == (1, 2)
    assert 'role="img" aria-labelledby="mirror-title"' in page
    assert "style=" not in page
    assert ">–</text>" in page, "a month without figures is marked"


def test_before_a_whole_month_it_says_so(okada: FlaskClient) -> None:
    page = okada.get("/desk/mirror").text
    assert "まだ、ひと月ぶんの記録がありません" in page
    assert "<tbody>" not in page


@pytest.mark.usefixtures("months")
def test_another_desks_is_not_there(okada: FlaskClient, cast: Cast) -> None:
    assert okada.get(f"/desk/mirror?desk={cast.core}").status_code == 404


@pytest.mark.usefixtures("months")
def test_what_is_sealed_is_for_its_team_alone(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    town.signed_in(client, store, cast.ueda)
    plain = client.get("/desk/mirror").text
    assert "封をしたもの" not in plain
    assert rows(client.get("/desk/mirror?of=sealed").text) == rows(plain)
    town.signed_in(client, store, cast.aoki)
    assert rows(client.get("/desk/mirror").text) == rows(plain)
    assert rows(client.get("/desk/mirror?of=sealed").text) == [
        "2026年10月 半分が7分以内 約95% 半分が9日以内 約50%"
    ]


@pytest.mark.usefixtures("months")
def test_with_and_without_sealed_months_the_page_of_others_is_the_same(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    town.signed_in(client, store, cast.ueda)
    before = client.get("/desk/mirror?of=sealed")
    with store.write() as session:
        session.delete(session.get_one(MirrorMonth, (cast.core, OCTOBER, True)))
    after = client.get("/desk/mirror?of=sealed")
    token = r'"[\w-]+\.[\w-]{6}\.[\w-]{27}"'
    assert re.sub(token, "", before.text) == re.sub(token, "", after.text)
