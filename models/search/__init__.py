"""さがす: the notes of a desk, by what somebody remembers of them; never by who told."""

from __future__ import annotations

from models.search.answer import MOST, Answer, Hit, Search
from models.search.districts import District
from models.search.looking import Looked
from models.search.question import LENGTH, Question, Reason

__all__ = ["LENGTH", "MOST", "Answer", "District", "Hit", "Looked", "Question", "Reason", "Search"]
