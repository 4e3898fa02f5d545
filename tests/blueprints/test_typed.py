"""An error gives back what was typed, each in its field, and one button sends it again."""

from __future__ import annotations

import pytest
from flask import Flask, render_template

from blueprints.language import show
from blueprints.typed import typed_fields
from tests.browser.stand import make_app


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


def test_words_get_a_field_codes_go_along_and_nothing_is_lost(app: Flask) -> None:
    pairs = [
        ("words", "abc"),
        ("signs", "mail_pile"),
        ("id", "6f1c1c0e-5b3a-4e3f-9d0e-3c2a0a4b5c6d"),
        ("telephone", "0595000101"),
        ("unknown_field", "うちの母のことです"),
        ("empty", ""),
    ]
    with app.test_request_context(headers={"Accept-Language": "ja"}):
        fields = typed_fields(pairs)
    assert [(one.name, one.value) for one in fields] == pairs[:-1]
    assert [one.name for one in fields if one.is_code] == ["signs", "id"]
    assert [str(one.label) for one in fields if not one.is_code] == [
        "ようす",
        "電話番号",
        "書いたもの",
    ]


def test_long_or_broken_lines_get_room(app: Flask) -> None:
    with app.test_request_context():
        short, long, broken = typed_fields([("a", "短い"), ("b", "あ" * 61), ("c", "一\n二")])
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
