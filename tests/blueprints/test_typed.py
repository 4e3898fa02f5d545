"""An error gives back what was typed, each in its field, and one button sends it again."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template

from blueprints.language import show
from blueprints.office.about import PARTS
from blueprints.typed import LABELS, typed_fields
from tests.browser.stand import make_app
from tests.support.catalogues import sources

FORMS = "\n".join(text for path, text in sources().items() if path.suffix == ".html")
KEYS = {"code", "digits", "password", "pin", "present"}
"""They let somebody in or open a thread; the page of an error shows none of them."""


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


def test_words_get_a_field_codes_go_along_and_nothing_is_lost(app: Flask) -> None:
    pairs = [
        ("words", "abc"),
        ("signs", "mail_pile"),
        ("id", "6f1c1c0e-5b3a-4e3f-9d0e-3c2a0a4b5c6d"),
        ("telephone", "0595000101"),
        ("unknown_field", "どの書式にもないもの"),
        ("empty", ""),
    ]
    with app.test_request_context(headers={"Accept-Language": "ja"}):
        fields = typed_fields(pairs)
    assert [(one.name, one.value) for one in fields] == pairs[:-1]
    assert [one.name for one in fields if one.is_code] == ["signs", "id", "unknown_field"]
    assert [str(one.label) for one in fields if not one.is_code] == ["書いたもの", "電話番号"]


def named(*patterns: str) -> set[str]:
    """The fields that the templates draw in one of these ways."""
    return {name for one in patterns for found in re.findall(one, FORMS) for name in split(found)}


def split(found: str) -> list[str]:
    return re.findall(r"\w+", found)


def test_every_field_that_is_written_in_has_a_name_and_nothing_else_has() -> None:
    in_turn = r'for name in \[("[^\]]*)\]'
    written = named(r'fields\.(?:line|text)\("(\w+)"', in_turn) | set(PARTS)
    assert written - KEYS - {"file"} == set(LABELS)


def test_what_is_hidden_or_chosen_is_shown_in_no_form_that_comes_back() -> None:
    hidden = named(r'type="hidden" name="(\w+)"')
    assert hidden >= {"receipt", "own_area", "next", "template", "token"}
    assert hidden & set(LABELS) == set()
    chosen = named(
        r'fields\.(?:select|picks|choices|chips|tick)\("(\w+)"',
        r'type="(?:radio|checkbox)" name="(\w+)"',
    )
    assert chosen & set(LABELS) == {"contact", "place"}


@pytest.mark.parametrize(
    ("name", "value", "is_code"),
    [
        ("contact", "telephone", True),
        ("contact", "telephone 059-000-0001", False),
        ("place", "local", True),
        ("place", "misaki", False),
        ("receipt", "123456789012345678", True),
        ("6-second-to", "17:00", False),
        ("7-second-to", "17:00", True),
    ],
)
def test_one_name_may_be_chosen_here_and_written_there(
    app: Flask, name: str, value: str, *, is_code: bool
) -> None:
    with app.test_request_context():
        [field] = typed_fields([(name, value)])
    assert field.is_code is is_code


def test_long_or_broken_lines_get_room(app: Flask) -> None:
    with app.test_request_context():
        values = ("短い", "あ" * 61, "一\n二")
        short, long, broken = typed_fields([("words", value) for value in values])
    assert (short.is_long, long.is_long, broken.is_long) == (False, True, True)


def test_the_error_page_holds_the_cause_beside_the_typed_text(app: Flask) -> None:
    words = "\n<b>三日前から</b> &\n  𠮷"
    typed = [("words", words), ("signs", "mail_pile")]
    with app.test_request_context(
        "/notes?from=x", method="POST", headers={"Accept-Language": "ja"}
    ):
        sentence = show("frame.error.busy")
        page = render_template(
            "error.html", status=503, sentence=sentence, field="words", typed=typed
        )
    assert 'action="/notes?from=x" method="post"' in page
    assert ">\n\n&lt;b&gt;三日前から&lt;/b&gt; &amp;\n  𠮷</textarea>" in page
    assert '<input type="hidden" name="signs" value="mail_pile">' in page
    assert page.count("いま混み合っています") == 2
    assert page.count('type="submit" class="button button--main') == 1


def test_an_error_of_reading_offers_the_start_page_only(app: Flask) -> None:
    with app.test_request_context("/nowhere", headers={"Accept-Language": "ja"}):
        sentence = show("frame.error.not_here")
        page = render_template("error.html", status=404, sentence=sentence, field="", typed=[])
    assert "うまくいきませんでした" in page
    assert '<a class="button button--bare button--wide" href="/">' in page
    assert 'class="stack stack--loose" action=' not in page
