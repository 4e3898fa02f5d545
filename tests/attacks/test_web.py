"""D9 to D16, the web: forged requests, ways out of the site, spoofed hosts, stolen sessions."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from urllib.parse import urlencode

import pytest

from blueprints.gate import CONTENT_SECURITY_POLICY
from tests import town
from tests.attacks.matrix import MATRIX
from tests.attacks.served import Caller, Served, said
from tests.support.invitations import poster
from tests.support.notes import typed
from tests.support.unlocking import choose, without_digits
from tests.town import fields

API = "/api/v1/observations"
ROOT = Path(__file__).parents[2]
EVIL = "evil.example"
POSTS = [one.partition(" ")[2] for one in MATRIX if one.startswith("POST ")]
# Its token may be stale where it is needed most; whose page asks is looked at instead.
WITHOUT_TOKEN = "/lock"
FORMS = [one for one in POSTS if not one.startswith("/api/") and one != WITHOUT_TOKEN]


def somewhere(pattern: str) -> str:
    """An address of this pattern; what it names is not there."""
    return re.sub(r"<int[^>]*>", "1", re.sub(r"<(?:uuid:)?\w+>", str(uuid.UUID(int=7)), pattern))


@pytest.mark.parametrize("how", ["none", "stale", "foreign"])
def test_d9_no_form_is_taken_without_the_token_of_its_page(here: Served, how: str) -> None:
    suzuki, okada = here.person(here.cast.suzuki), here.person(here.cast.okada)
    stale = suzuki.token[:-4] + "AAAA"
    token = {"none": "", "stale": stale, "foreign": okada.token}[how]
    answers = [(one, suzuki.post(somewhere(one), {}, X_CSRFToken=token)) for one in FORMS]
    wrong = [
        (one, answer.status)
        for one, answer in answers
        if answer.status != 400 or said("frame.error.form_expired") not in answer.text
    ]
    assert wrong == []


ELSEWHERE: list[dict[str, str]] = [
    {"Origin": f"https://{EVIL}"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_d9_another_site_writes_nothing_through_the_api(
    here: Served, headers: dict[str, str]
) -> None:
    suzuki = here.person(here.cast.suzuki)
    assert suzuki.post(WITHOUT_TOKEN, {}, **headers).status == 403
    writes = [one for one in MATRIX if one.startswith(("POST /api", "DELETE /api"))]
    for route in writes:
        method, _, path = route.partition(" ")
        answer = suzuki.send(somewhere(path), fields(), method, **headers)
        assert (route, answer.status) == (route, 403)
        assert answer.json["title"] == said("frame.error.bad_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_d9_what_a_form_of_another_site_can_send_is_no_json(here: Served, kind: str) -> None:
    suzuki = here.person(here.cast.suzuki)
    for path in (one for one in POSTS if one.startswith("/api/")):
        named = {"Content-Type": kind, "X-CSRFToken": suzuki.token}
        answer = suzuki.ask("POST", somewhere(path), '{"words": "x"}', **named)
        assert (path, answer.status) == (path, 415)


def test_d9_a_session_writes_nothing_of_its_own_without_the_header_of_a_page(
    here: Served,
) -> None:
    suzuki = here.person(here.cast.suzuki)
    suzuki.token = ""
    raw = fields()
    assert suzuki.send(API, raw).status == 201
    assert suzuki.get(f"{API}/{raw['id']}").status == 404
    for path in ("/api/v1/push/test", "/api/v1/devices"):
        assert suzuki.send(path, {"endpoint": "x", "point": "x"}).status == 403


WAYS_OUT = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "%2f%2fevil.example",
    "evil.example",
    "@evil.example",
    "",
]


@pytest.mark.parametrize("way", WAYS_OUT)
def test_d10_no_way_on_leaves_the_site(here: Served, way: str) -> None:
    nobody, okada = here.nobody(), here.person(here.cast.okada)
    assert nobody.post("/language", {"language": "ja", "back": way}).location == "/"
    query = urlencode({"next": way})
    for who, path in ((nobody, "/signin"), (okada, "/settings/address")):
        page = who.get(f"{path}?{query}")
        assert page.status == 200
        assert set(re.findall(r'name="next" value="([^"]*)"', page.text)) == {"/"}
    phone = town.signed_in(here.app.test_client(), here.store, here.cast.suzuki)
    chosen = choose(without_digits(phone, here.store), next=way)
    assert (chosen.status_code, chosen.location) == (303, "/")


SPOOFED: dict[str, dict[str, str]] = {
    "a forwarded host": {"X-Forwarded-Host": EVIL},
    "a forwarded way": {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "8443"},
    "an older header": {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=https"},
    "a prefix": {"X-Forwarded-Prefix": f"//{EVIL}", "X-Script-Name": f"//{EVIL}"},
    "another path": {"X-Original-URL": "/office", "X-Rewrite-URL": "/office"},
}


@pytest.mark.parametrize("how", SPOOFED)
def test_d11_no_header_changes_an_address_of_ours(here: Served, how: str) -> None:
    suzuki, nobody = here.person(here.cast.suzuki), here.nobody()
    for who, path in ((suzuki, "/settings"), (nobody, "/"), (nobody, "/notes"), (nobody, "/join")):
        plain, spoofed = who.get(path), who.get(path, **SPOOFED[how])
        assert spoofed.status == plain.status
        assert spoofed.location == plain.location
        assert EVIL not in spoofed.text
        assert EVIL not in str(spoofed.headers)


@pytest.mark.parametrize("host", [EVIL, f"localhost.{EVIL}", f"{EVIL}:80", f"localhost@{EVIL}"])
def test_d11_a_name_that_is_not_ours_is_answered_with_the_one_that_is(
    here: Served, host: str
) -> None:
    for path in ("/", "/notes/new", "/api/v1/key", "/notes"):
        answer = here.nobody().get(path, Host=host)
        assert answer.status == 400
        assert EVIL not in answer.text
        told = answer.json["title"] if path.startswith("/api/") else answer.text
        assert said("frame.error.other_name", url="http://localhost:8000") in told
    assert here.nobody().send(API, fields(), Host=host).status == 400


OURS = ["localhost", "LOCALHOST:8000", "127.0.0.1", "192.168.0.3:8000", "[::1]:8000"]


@pytest.mark.parametrize("host", OURS)
def test_d11_this_machine_and_addresses_in_numbers_are_ours(here: Served, host: str) -> None:
    assert here.nobody().get("/about", Host=host).status == 200


def test_what_watches_a_server_may_ask_by_any_name(here: Served) -> None:
    assert here.nobody().get("/healthz", Host="kizuki-web:8000").status == 200


def test_d12_a_session_planted_before_is_worth_nothing_after(here: Served) -> None:
    mallory = here.nobody()
    victim = Caller(here.origin, mallory.cookie, mallory.token)
    told = poster(here.store, here.cast.kitamachi)
    joined = victim.post("/join", {"token": told.token, "name": "川口", "language": "ja"})
    assert joined.status == 303, joined.text
    assert victim.get("/notes").status == 200
    assert victim.cookie != mallory.cookie
    assert mallory.get("/notes").location.startswith("/signin?")


def test_d12_a_cookie_is_worth_nothing_after_signing_out(here: Served) -> None:
    suzuki = here.person(here.cast.suzuki)
    copy = Caller(here.origin, suzuki.cookie, suzuki.token)
    assert copy.get("/notes").status == 200
    assert suzuki.post("/signout", {}).status == 303
    assert copy.get("/notes").location.startswith("/signin?")
    assert copy.post("/settings/name", {"name": "x"}).status in (400, 401)


@pytest.mark.parametrize(
    "cookie",
    [
        "kizuki=x; kizuki={own}",
        "kizuki={own}x",
        "kizuki=" + "x" * 8192,
        "kizuki=eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb",
        "kizuki=; kizuki_language=../../etc/passwd",
        "kizuki_language=\xff\xfe",
        "; ".join(f"c{n}=x" for n in range(500)),
        "=;=;;kizuki",
    ],
)
def test_d12_a_cookie_that_is_none_is_nobody(here: Served, cookie: str) -> None:
    suzuki = here.person(here.cast.suzuki)
    own, suzuki.cookie = suzuki.cookie, ""
    answer = suzuki.get("/notes", Cookie=cookie.format(own=own))
    assert answer.location.startswith("/signin?")


def test_d13_no_answer_may_be_framed_and_no_opened_page_reaches_back(here: Served) -> None:
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    nobody = here.nobody()
    for path in ("/", "/signin", "/none", "/api/v1/key", "/api/v1/none", "/sw.js"):
        headers = nobody.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    opened = [
        link
        for page in (*ROOT.glob("blueprints/**/*.html"), *ROOT.glob("pwa/**/*.html"))
        for link in re.findall(r"<a [^>]*target=[^>]*>", page.read_text("utf-8"))
    ]
    assert opened
    assert all('rel="noopener"' in link for link in opened)


@pytest.mark.parametrize(
    "path", ["/notes/x.css", "/notes;x.css", "/settings/x.js", "/desk/x.png", "/notes%2fx.css"]
)
def test_d14_a_page_under_the_name_of_a_file_is_not_there(here: Served, path: str) -> None:
    for who in (here.cast.suzuki, here.cast.okada):
        answer = here.person(who).get(path)
        assert answer.status == 404
        assert answer.headers["Cache-Control"] == "no-store"


LANGUAGES = [
    "../../etc/passwd",
    "ja;q=../..",
    ",".join(f"x{n}" for n in range(5000)),
    "%00",
    "ja\t;q=0",
    "*",
    "-",
    "q=1;q=2",
]


@pytest.mark.parametrize("asked", LANGUAGES)
def test_d16_whatever_language_is_asked_for_one_of_ours_answers(here: Served, asked: str) -> None:
    page = here.nobody().get("/about", Accept_Language=asked)
    assert page.status == 200
    assert re.search(r'<html lang="(ja|en)"', page.text)


def test_d9_a_sign_in_from_elsewhere_signs_nobody_in(here: Served) -> None:
    victim = here.nobody()
    victim.token = ""
    told = {"email": "okada@misaki.example", "password": "x" * 20, "next": "/"}
    for path, form in (("/signin", told), ("/notes", typed(here.cast.kitamachi))):
        answer = victim.post(path, form, Origin=f"https://{EVIL}")
        assert answer.status == 400
        assert "okada" not in answer.text
