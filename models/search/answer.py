"""The answer to a question at a desk: notes with what matched, and how far one looked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import listed, narrowing
from models.desk import Desk
from models.listed import Listed
from models.queue import Handoffs
from models.search import indexed, looking
from models.search.districts import District, districts
from models.search.looking import Looked
from models.search.matching import Match, matches
from models.search.question import Question, Reason
from models.search.seen import Seen

MOST = 50
"""Notes of one answer; who needs more asks more closely."""


@dataclass(frozen=True)
class Hit:
    """One note, and what of it matched, the surest first."""

    row: Listed
    why: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """`looked` is None where no note was opened: a code, or a single letter."""

    hits: list[Hit]
    has_more: bool
    districts: list[District]
    looked: Looked | None


@dataclass(frozen=True)
class Search:
    """Who asks, where. `handoffs`: the rows that they may read, and nothing beyond is touched."""

    session: Session
    handoffs: Handoffs
    desk: Desk
    reads_sealed: bool

    def answer(self, question: Question, code_hash: bytes | None) -> Answer:
        """Find the notes; `code_hash`: the slow index of the question's code, where it has one."""
        if code_hash is not None:
            of_code = indexed.by_code(self.session, self.handoffs, self.desk, code_hash)
            return self._said([(seen, frozenset({Reason.CODE})) for seen in of_code], (), [], None)
        occurring = [id_ for id_, _ in narrowing.areas_of(self.session, self.handoffs, self.desk)]
        named = districts(self.session, question.typed, occurring)
        whole = list(self._by_tokens(question, occurring))
        if question.is_short:
            return self._said(whole, (), named, None)
        looked, notes = looking.read(self.session, self.handoffs, self.desk)
        around = frozenset().union(*(one.around for one in named))
        return self._said(whole, matches(notes, question, around), named, looked)

    def _by_tokens(self, question: Question, areas: list[int]) -> Iterator[Match]:
        tokens = indexed.tokens(self.session, question, areas, sealed=self.reads_sealed)
        return indexed.by_tokens(self.session, self.handoffs, self.desk, tokens, most=MOST + 1)

    def _said(
        self,
        whole: list[Match],
        others: Iterable[Match],
        named: list[District],
        looked: Looked | None,
    ) -> Answer:
        """What is whole comes first, what is open before what ended, and the newest."""
        why: defaultdict[Seen, set[Reason]] = defaultdict(set)
        for seen, reasons in (*whole, *others):
            why[seen] |= reasons
        exact = {seen for seen, _ in whole}
        order = sorted(why, key=lambda one: (one not in exact, not one.is_open, -_at(one), one.id))
        # A thread that came back stands at a desk twice.
        threads = {seen.thread_id: seen for seen in reversed(order)}
        shown = [seen for seen in order if threads[seen.thread_id] is seen]
        rows = {row.id: row for row in self._rows(shown[:MOST])}
        hits = [Hit(rows[seen.id], _sorted(why[seen])) for seen in shown[:MOST]]
        return Answer(hits, len(shown) > MOST, named, looked)

    def _rows(self, shown: list[Seen]) -> list[Listed]:
        return listed.among(self.session, self.handoffs, [seen.id for seen in shown])


def _at(seen: Seen) -> float:
    return seen.last_at.timestamp()


def _sorted(why: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(reason for reason in Reason if reason in set(why))
