"""A desk whose notes are asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import keys_of
from models.desk import Desk
from models.handoff import Handoff, Outcome
from models.person import Person
from models.reply import Said
from models.search import Answer, Question, Search
from tests import town
from tests.town import MORNING, Cast

ALL = sa.select(Handoff)
LABELS = {"mail_pile": "新聞や郵便がたまっている", "garden": "庭が荒れている"}


@dataclass
class AtDesk:
    """The north desk, with notes made at will."""

    session: Session
    cast: Cast
    desk: Desk
    handoffs: sa.Select[Handoff] = ALL
    reads_sealed: bool = False

    @staticmethod
    def of(session: Session) -> AtDesk:
        """An empty desk of the town."""
        cast = town.build(session, noise=False)
        return AtDesk(session, cast, session.get_one(Desk, cast.north_desk))

    def note(self, **fields: Any) -> Handoff:
        """A note about 北町, in words that nobody asks for."""
        plain: dict[str, Any] = {"area": self.cast.kitamachi, "signs": ["thin"], "words": "ようす"}
        return town.note(self.session, MORNING, by=self.cast.suzuki, **{**plain, **fields})

    def ended(self, **fields: Any) -> Handoff:
        """A note that was acknowledged and closed."""
        handoff, by = self.note(**fields), self.session.get_one(Person, self.cast.okada)
        handoff.acknowledge(by, Said("check"), MORNING)
        handoff.close(by, Outcome.SETTLED, Said("closed"), MORNING)
        self.session.flush()
        return handoff

    def answer(self, typed: str) -> Answer:
        """What is answered to a question."""
        question = Question.of(typed, LABELS)
        code = question.code
        code_hash = None if code is None else keys_of(self.session).slow_index(code)
        search = Search(self.session, self.handoffs, self.desk, self.reads_sealed)
        return search.answer(question, code_hash)

    def found(self, typed: str) -> dict[Any, tuple[str, ...]]:
        """What matched of each note, by the id of its handoff, in their order."""
        return {hit.row.id: tuple(why.value for why in hit.why) for hit in self.answer(typed).hits}

    def why(self, typed: str, of: Handoff) -> Collection[str]:
        """What matched of one note; nothing where it was not found."""
        return self.found(typed).get(of.id, ())
