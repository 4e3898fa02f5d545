"""What the gate keeps to itself, and what it asks of browsers."""

from __future__ import annotations

import logging

import pytest

from app import create_app
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from tests import town


@pytest.mark.parametrize(
    ("url", "is_asked"),
    [
        ("https://kizuki.misaki.example", True),
        ("https://misaki.local:8443", False),
        ("https://localhost:8443", False),
        ("https://127.0.0.1:8443", False),
        ("http://kizuki.misaki.example", False),
    ],
)
def test_only_a_public_name_is_pinned_to_https(
    store: Store, keys: KeyRing, url: str, is_asked: bool
) -> None:
    app = create_app(Settings(public_url=url), store=store, keys=keys)
    headers = app.test_client().get("/about").headers
    assert ("Strict-Transport-Security" in headers) is is_asked


def test_who_tried_too_often_is_in_no_log(
    store: Store, keys: KeyRing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client = create_app(Settings(), store=store, keys=keys).test_client()
    form = {"email": "nobody@misaki.example", "password": "wrong"}
    statuses = []
    for _ in range(40):
        statuses.append(client.post("/signin", data=form, headers=town.csrf(client)).status_code)
        if statuses[-1] == 429:
            break
    assert statuses[-1] == 429
    assert "127.0.0.1" not in caplog.text


@pytest.mark.parametrize(
    ("url", "name", "is_secure"),
    [
        ("http://localhost:8000", "kizuki", False),
        ("https://kizuki.misaki.example", "__Host-kizuki", True),
    ],
)
def test_cookies_follow_the_scheme_of_the_public_address(
    store: Store, keys: KeyRing, url: str, name: str, is_secure: bool
) -> None:
    app = create_app(Settings(public_url=url), store=store, keys=keys)
    client = app.test_client()
    session = client.get("/signin", base_url=url).headers["Set-Cookie"]
    asked = client.post(
        "/language", data={"language": "en"}, headers=town.csrf(client), base_url=url
    )
    assert session.startswith(f"{name}=")
    kept = asked.headers.getlist("Set-Cookie")
    (chosen,) = [one for one in kept if one.startswith(f"{name}_language=en")]
    for cookie in (session, chosen):
        parts = set(cookie.split("; "))
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert ("Secure" in parts) is is_secure
        assert not any(part.startswith("Domain=") for part in parts)


@pytest.mark.parametrize(("mode", "is_set"), [("navigate", True), (None, True), ("cors", False)])
def test_what_a_script_fetches_brings_no_session_over_the_one_of_the_page(
    store: Store, keys: KeyRing, mode: str | None, is_set: bool
) -> None:
    client = create_app(Settings(), store=store, keys=keys).test_client()
    headers = {} if mode is None else {"Sec-Fetch-Mode": mode}
    answer = client.get("/signin", headers=headers)
    assert ("Set-Cookie" in answer.headers) is is_set
    assert "Cookie" in answer.vary
