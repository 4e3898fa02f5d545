"""What a desk may say to whom, and the words it has for it."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from models.handoff.transitions import Verb
from models.reply_text import TEMPLATES, Audience, audience, offered, own_words_problems
from models.words import LOCALES, Words

WORDS = Words(Path(__file__).parents[2] / "translations", strict=True)
NEUTRAL = {"check", "still_on_it", "closed"}


@pytest.mark.parametrize("verb", Verb)
def test_a_sealed_thread_hears_only_the_neutral_set(verb: Verb) -> None:
    assert {template.code for template in offered(verb, Audience.SEALED)} <= NEUTRAL


@pytest.mark.parametrize(
    "verb",
    [
        Verb.ACKNOWLEDGE,
        Verb.VISIT,
        Verb.CONNECT,
        Verb.KEEP_WATCHING,
        Verb.WATCH_OURSELVES,
        Verb.REPLY,
        Verb.CLOSE,
    ],
)
@pytest.mark.parametrize("reader", Audience)
def test_every_answering_verb_has_something_to_say(verb: Verb, reader: Audience) -> None:
    assert offered(verb, reader)


def test_the_neutral_set_is_everyday_speech_too() -> None:
    for code in NEUTRAL:
        assert TEMPLATES[code].audiences == set(Audience)


def test_only_the_commissioner_of_the_beat_hears_that_help_is_under_way() -> None:
    known = TEMPLATES["known"]
    readers = [reader for reader in Audience if known in offered("acknowledge", reader)]
    assert readers == [Audience.OWN_BEAT]


def test_the_usual_acknowledgement_names_a_date() -> None:
    first = offered("acknowledge", Audience.PUBLIC)[0]
    assert (first.code, first.variables) == ("look", ("date",))
    assert [t.code for t in offered("acknowledge", Audience.SEALED)] == ["check"]


def test_a_question_and_an_unknown_verb_have_no_template() -> None:
    assert offered("ask", Audience.PUBLIC) == ()
    assert TEMPLATES["closed"] not in offered("acknowledge", Audience.PUBLIC)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", TEMPLATES)
def test_every_template_has_words_with_its_variables_only(locale: str, code: str) -> None:
    template = TEMPLATES[code]
    words = WORDS.say(locale, template.key)
    used = {name for _, name, _, _ in string.Formatter().parse(words) if name}
    assert used == set(template.variables)


@pytest.mark.parametrize(
    ("sealed", "commissioner", "beat", "reader"),
    [
        (True, True, True, Audience.SEALED),
        (True, False, False, Audience.SEALED),
        (False, True, True, Audience.OWN_BEAT),
        (False, True, False, Audience.COMMISSIONER),
        (False, False, True, Audience.PUBLIC),
    ],
)
def test_the_seal_decides_first_who_reads(
    sealed: bool, commissioner: bool, beat: bool, reader: Audience
) -> None:
    found = audience(is_sealed=sealed, is_commissioner=commissioner, in_own_beat=beat)
    assert found is reader


def test_own_words_are_one_checked_sentence_for_residents_and_free_for_commissioners() -> None:
    words = "田中さんはお元気です。"
    assert [p.key for p in own_words_problems(words)] == ["problem.has_name"]
    assert own_words_problems(words, Audience.COMMISSIONER) == []
    assert own_words_problems(words, Audience.OWN_BEAT) == []


def test_a_sealed_thread_has_no_own_words() -> None:
    assert own_words_problems("", Audience.SEALED) == []
    assert [p.code for p in own_words_problems("はい", Audience.SEALED)] == ["only_templates"]
