"""Help where notifications do not come: the browser that asks finds its own steps first."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from models.store import Store
from tests.town import Cast, signed_in

AGENTS = {
    "Chrome（Android）": "(Linux; Android 14) Chrome/150 Mobile Safari/537.36",
    "Samsungインターネット": "(Linux; Android 14) SamsungBrowser/27 Chrome/150 Safari/537.36",
    "Firefox（Android）": "(Android 14; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0",
    "iPhone・iPadのホーム画面の「気づき」": "(iPhone; CPU iPhone OS 18_0 like Mac OS X)",
    "Chrome（パソコン）": "(X11; Linux x86_64) Chrome/150 Safari/537.36",
    "Edge（パソコン）": "(Windows NT 10.0) Chrome/150 Safari/537.36 Edg/150.0",
    "Firefox（パソコン）": "(X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Safari（Mac）": "(Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1.15",
}


@pytest.mark.parametrize("name", AGENTS)
def test_a_browsers_own_steps_come_first_and_the_others_in_folds(
    client: FlaskClient, name: str
) -> None:
    page = client.get(
        "/notices", headers={"User-Agent": f"Mozilla/5.0 {AGENTS[name]}", "Accept-Language": "ja"}
    )
    own, _, others = page.text.partition('id="others"')
    assert re.findall(r'<h2 id="first">([^<]*)</h2>', own) == [name]
    assert own.count("<li>") >= 3
    assert others.count("<details") == len(AGENTS) - 1


def test_the_last_step_names_a_button_that_stands_on_the_page(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    headers = {"User-Agent": f"Mozilla/5.0 {AGENTS['Chrome（Android）']}", "Accept-Language": "ja"}
    page = client.get("/notices", headers=headers).text
    assert "次に書いて送ったあと、「お知らせを受け取る」" in page
    assert 'data-behaviour="push"' not in page
    signed_in(client, store, cast.suzuki)
    page = client.get("/notices", headers=headers).text
    assert "下の「お知らせを受け取る」" in page
    assert 'data-push="on">お知らせを受け取る' in page
    assert 'href="/notices"' not in page


def test_any_other_browser_finds_all_of_them(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/notices", headers={"User-Agent": "Lynx", "Accept-Language": "ja"}).text
    assert 'id="first"' not in page
    assert page.count("<details") == len(AGENTS)
