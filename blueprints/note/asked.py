"""The sentences with which a script asks before it seals what the server would ask afterwards."""

from __future__ import annotations

import json

from markupsafe import Markup

from blueprints.language import show
from models.speech import PLACE_LIMIT, WORDS_LIMIT

Sentences = list[tuple[str, Markup]]

SPEECH_LIMITS = json.dumps({"words": WORDS_LIMIT, "right_place": PLACE_LIMIT})


def of_note() -> Sentences:
    """By code, of a note; {n} stands for a number."""
    common = ("need_place", "need_one", "too_long", "my_number", "bad_telephone")
    own = ("need_telephone", "need_called", "place_many")
    return _sentences("problem", common) + _sentences("note.problem", own)


def of_speech() -> Sentences:
    """By code, of what is said in a thread."""
    said = _sentences("note.problem", ("need_words", "need_called"))
    return _sentences("problem", ("too_long", "my_number")) + said


def _sentences(domain: str, codes: tuple[str, ...]) -> Sentences:
    return [(code, show(f"{domain}.{code}", n="{n}")) for code in codes]
