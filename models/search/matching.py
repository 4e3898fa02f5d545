"""Whether a question stands in an opened note, and where; everything is folded first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from models import normalise
from models.search.question import Question, Reason, Term
from models.search.seen import Seen


class Note(NamedTuple):
    """One note with all that is looked through of it."""

    seen: Seen
    area_id: int | None
    called: str
    where: str
    words: str
    signs: frozenset[str]


class _Folded(NamedTuple):
    """The texts of a note in the forms in which they meet."""

    called: str
    where: str
    where_letters: str
    words: str
    words_as_place: str


_TEXTS = ("called", "where", "words")
Match = tuple[Seen, frozenset[Reason]]


def matches(notes: Sequence[Note], question: Question, around: Collection[int]) -> Iterator[Match]:
    """The notes in which the question stands. `around`: areas that it names."""
    for note, folded in zip(notes, _folded(notes, question), strict=True):
        why = _why(note, folded, question)
        if note.area_id in around:
            why |= {Reason.PLACE}
        if why:
            yield note.seen, why


def _why(note: Note, folded: _Folded, question: Question) -> frozenset[Reason]:
    whole = _reasons(note, folded, question.whole)
    if whole or not question.parts:
        return whole
    parts = [_reasons(note, folded, part) for part in question.parts]
    return frozenset().union(*parts) if all(parts) else frozenset()


def _reasons(note: Note, folded: _Folded, term: Term) -> frozenset[Reason]:
    reasons = []
    if term.name in folded.called:
        reasons.append(Reason.NAME)
    if term.is_in_place(folded.where) or term.is_in_letters(folded.where_letters):
        reasons.append(Reason.PLACE)
    if term.signs & note.signs:
        reasons.append(Reason.SIGN)
    if term.letters in folded.words or (
        term.has_number and term.is_in_place(folded.words_as_place)
    ):
        reasons.append(Reason.WORDS)
    return frozenset(reasons)


def _folded(notes: Sequence[Note], question: Question) -> Iterator[_Folded]:
    """All notes at once: one by one, folding would cost more than opening them."""
    called, places, words = ([getattr(note, name) for note in notes] for name in _TEXTS)
    letters = iter(normalise.each(normalise.letters, [*called, *places, *words]))
    return map(
        _Folded,
        [next(letters) for _ in notes],
        normalise.each(normalise.place, places),
        [next(letters) for _ in notes],
        letters,
        normalise.each(normalise.place, words) if question.has_number else repeat(""),
    )
