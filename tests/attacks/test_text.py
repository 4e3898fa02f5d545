"""A, text: whatever somebody types, in any field, is kept, asked for again, or shown as text."""

from __future__ import annotations

import csv
import io
import json
import logging
import uuid
from typing import Any

import pytest

from tests import town
from tests.attacks.served import Answer, Caller, Served, said
from tests.support.notes import typed
from tests.town import fields

API = "/api/v1/observations"
MY_NUMBER = "123456789018"
BLANK = ["", " \n\t", "\u3000", "\u200b\u200c\ufeff", "\u3164", "\x00\x08"]
LONG = {
    "1 MB": ("あ" * 300_000, 422),
    "100k marks": ("が" + "\u0301" * 100_000, 422),
    "50k and a sign": ("a" * 50_000 + "!", 422),
    "10 MB": ("a" * 10_000_000, 413),
}
RARE = [
    "葛󠄀城さん",
    "𠮷田・髙橋・山﨑",
    "ﾊﾝｶｸ ﾀﾅｶ ㍻",
    "か\u3099ぎ",
    "👨‍👩‍👧‍👦 🇯🇵",
    "ひだり\u202eぎみ\u202c \u2067あ\u2069",
    "zalgo: z\u0335\u0321a\u0334l\u0337g\u0338o\u0336",
]
CODE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></title><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "%s%n{0}{words!r}",
    "'; DROP TABLE thread; --",
    "javascript:alert(1)//《ルビ》",
]
LIVE = (b"<script>alert", b"<img src=x", b"<svg onload", b'href="javascript:')
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－1", '=cmd|"/c calc"!A1']


@pytest.fixture(scope="module")
def suzuki(here: Served) -> Caller:
    return here.person(here.cast.suzuki)


@pytest.fixture(scope="module")
def okada(here: Served) -> Caller:
    return here.person(here.cast.okada)


def form(here: Served, **changed: Any) -> dict[str, Any]:
    return typed(here.cast.kitamachi, **changed)


def sent(caller: Caller, **changed: Any) -> str:
    """A note that was taken; gives its id."""
    raw = fields(**changed)
    answer = caller.send(API, raw)
    assert answer.status == 201, answer.text
    return str(raw["id"])


def told(answer: Answer) -> list[tuple[str, str]]:
    """Where the API points, and why."""
    return [(one["pointer"], one["code"]) for one in answer.json["errors"]]


@pytest.mark.parametrize("words", BLANK)
def test_a1_what_shows_nothing_is_asked_for(here: Served, suzuki: Caller, words: str) -> None:
    answer = suzuki.post("/notes", form(here, words=words))
    assert answer.status == 422
    assert said("problem.need_one") in answer.alert
    answer = here.nobody().send(API, fields(words=words, signs=[]))
    assert (answer.status, told(answer)) == (422, [("/words", "need_one")])


@pytest.mark.parametrize("how", LONG)
def test_a2_and_a6_and_a9_what_is_too_long_is_told_and_given_back(
    here: Served, suzuki: Caller, how: str
) -> None:
    words, status = LONG[how]
    answer = suzuki.post("/notes", form(here, words=words, wish="家にいたい"))
    assert answer.status == status
    assert said("frame.error.too_large") in answer.alert or "文字多いようです" in answer.alert
    assert status == 413 or "家にいたい" in answer.text


def test_a2_ten_thousand_fields_and_a_deep_body_are_no_fault(here: Served, suzuki: Caller) -> None:
    many = suzuki.post("/notes", form(here) | {f"f{n}": "x" for n in range(10_000)})
    assert many.status == 303
    nested = "[" * 10_000 + "]" * 10_000
    deep = here.nobody().ask("POST", API, nested, Content_Type="application/json")
    assert (deep.status, deep.json["title"]) == (400, said("frame.error.bad_request"))


BYTES = {
    "NUL and C1": ("あ\x00い\x85う".encode(), "あいう"),
    "BOM": ("\ufeff見ない".encode(), "\ufeff見ない"),
    "cp932": ("見かけない".encode("cp932"), "見かけない"),
    "overlong utf-8": (b"\xc0\xaf\xe0\x80\xaf", None),
    "a lone surrogate": (b"\xed\xa0\x80", None),
    "part of a letter": ("見".encode()[:1], None),
}


@pytest.mark.parametrize("how", BYTES)
def test_a3_bytes_are_read_whole_or_asked_for_again(here: Served, how: str) -> None:
    raw, kept = BYTES[how]
    suzuki, note_id = here.person(here.cast.suzuki), str(uuid.uuid4())
    plain = f"id={note_id}&own_area={here.cast.kitamachi}&contact=reply&csrf_token={suzuki.token}"
    plain += "&language=ja&urgency=soon&words="
    if kept is None:
        # Beside letters that are UTF-8 nothing is taken for the old encoding.
        plain = plain.replace("&words=", "&wish=%E5%AE%B6&words=")
    escaped = "".join(f"%{byte:02X}" for byte in raw).encode()
    answer = suzuki.post("/notes", plain.encode() + escaped)
    if kept is None:
        assert answer.status in (400, 422)
        assert said("frame.error.bad_request") in answer.alert
    else:
        assert answer.status == 303
        assert suzuki.get(f"{API}/{note_id}").json["note"]["words"] == kept


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff\\ud800", "\\u0000a"])
def test_a3_what_json_can_escape_and_no_text_can_hold(suzuki: Caller, escape: str) -> None:
    raw = json.dumps(fields(words="?")).replace('"?"', f'"見ない{escape}"')
    kind = {"Content-Type": "application/json", "X-CSRFToken": suzuki.token}
    assert suzuki.ask("POST", API, raw, **kind).status == 201


@pytest.mark.parametrize("words", RARE)
def test_a4_rare_letters_come_back_equal(suzuki: Caller, words: str) -> None:
    note = suzuki.get(f"{API}/{sent(suzuki, words=words)}").json["note"]
    assert note["words"] == words


def test_a5_no_name_turns_the_reading_direction(suzuki: Caller) -> None:
    assert suzuki.post("/settings/name", {"name": "鈴木\u202e子\u2066\u200f"}).status == 303
    page = suzuki.get("/settings").text
    assert 'value="鈴木子"' in page
    assert "\u202e" not in page
    assert suzuki.post("/settings/name", {"name": "鈴木"}).status == 303


@pytest.mark.parametrize("code", CODE)
def test_a7_code_is_text_wherever_it_is_read(here: Served, okada: Caller, code: str) -> None:
    tanaka = here.person(here.cast.tanaka)
    everywhere = dict.fromkeys(("words", "place_detail", "called", "wish"), code)
    note_id = sent(tanaka, **everywhere, urgency="today")
    thread = tanaka.get(f"{API}/{note_id}").json
    assert thread["note"]["words"] == code
    handoff = _handoff_of(here, note_id)
    pages = (
        okada.get(f"/desk/handoffs/{handoff}"),
        okada.get("/desk"),
        okada.get("/desk/day"),
        okada.post("/desk/search", {"q": code}),
        tanaka.get(f"/notes/{thread['thread']}"),
    )
    assert [page.status for page in pages] == [200] * len(pages)
    found = [(live, n) for live in LIVE for n, page in enumerate(pages) if live in page.body]
    assert found == []


def _handoff_of(here: Served, note_id: str) -> uuid.UUID:
    with here.store.read() as session:
        return town.thread_of(session, note_id).handoff.id


@pytest.mark.parametrize("asked", ["%", "_", "%%%", "' OR 1=1 --", "a" * 10_000, "\\", "*"])
def test_a8_signs_of_a_query_find_themselves_alone(here: Served, okada: Caller, asked: str) -> None:
    sent(here.nobody(), words="夜も明かりがついたままです")
    found = okada.post("/desk/search", {"q": asked})
    assert found.status == 200
    assert "夜も明かりが" not in found.text
    phones = okada.post("/desk/phones", {"name": asked})
    assert phones.status == 200
    assert "鈴木" not in phones.text
    office = here.person(here.cast.yamamoto).post("/office/people", {"name": asked})
    assert office.status == 200
    assert "佐藤" not in office.text.partition("<main")[2]


def test_a10_no_cell_of_the_table_is_a_formula(here: Served) -> None:
    okada, nobody = here.person(here.cast.okada), here.nobody()
    for formula in FORMULAS:
        spread = dict.fromkeys(("words", "called", "place_detail"), f"{formula}\n=2")
        sent(nobody, **spread, place="北町", signs=[], urgency="today")
    table = okada.post("/desk/day/table", {})
    assert table.status == 200
    assert table.body.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(io.StringIO(table.body.decode("utf-8-sig")))
    cells = [cell for row in rows for cell in row]
    assert sum(cell.startswith("'") for cell in cells) >= len(FORMULAS)
    assert [cell for cell in cells if cell.lstrip().startswith(tuple("=+-@＝＋－＠"))] == []


NUMBERS = [MY_NUMBER, "1234-5678-9018", "１２３４ ５６７８ ９０１８", f"番号は{MY_NUMBER}です"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a11_an_individual_number_is_asked_about(here: Served, suzuki: Caller, number: str) -> None:
    answer = suzuki.post("/notes", form(here, words=number))
    assert answer.status == 422
    assert said("problem.my_number") in answer.alert
    answer = here.nobody().send(API, fields(words=number))
    assert (answer.status, told(answer)) == (422, [("/words", "my_number")])


TELEPHONES = {
    "０５９－０００－１２３４": 201,
    "+81 59 000 1234": 201,
    "(059) 000-1234": 201,
    "〇五九 〇〇〇 一二三四": 201,
    "110110110110110110110": 422,
    "call me": 422,
}


@pytest.mark.parametrize("number", TELEPHONES)
def test_a12_a_number_is_one_that_can_be_called(here: Served, number: str) -> None:
    answer = here.nobody().send(API, fields(contact="telephone", telephone=number))
    assert answer.status == TELEPHONES[number]
    if answer.status == 422:
        assert "telephone" in {pointer.strip("/") for pointer, _ in told(answer)}
        assert said("problem.bad_telephone") in answer.text


DATES = [
    "令和0年1月1日",
    "2026-02-30",
    "9999-12-31",
    "1970-01-01",
    "2038-01-20",
    "2016-12-31T23:59:60",
    "0",
]


@pytest.mark.parametrize("day", DATES)
def test_a13_a_day_is_one_of_the_calendar(here: Served, okada: Caller, day: str) -> None:
    handoff = _handoff_of(here, sent(here.nobody()))
    reply = {"template": "look", "next_on": day, "version": "1"}
    answer = okada.post(f"/desk/handoffs/{handoff}/acknowledgement", reply)
    assert answer.status in (409, 422)
    assert answer.alert
    clock = here.nobody().send(API, fields(noted_at=day))
    assert (clock.status, told(clock)) == (422, [("/noted_at", "bad_date")])


def test_a14_nothing_that_comes_writes_a_line_into_the_log(
    here: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    odd = here.nobody(**{"User-Agent": "Mozilla \x1b[2J forged"})
    odd.get("/%0d%0aINFO%20forged%1b%5b2J")
    odd.post("/signin", {"email": "a@b\r\nINFO forged", "password": "\x1b[2Jforged"})
    odd.post("/notes", form(here, words="forged", called="\r\nINFO forged"))
    odd.post("/receipts", {"code": "forged\r\n"})
    assert "forged" not in caplog.text
    assert "\x1b" not in caplog.text
