"""How soon a worry wants an answer."""

from __future__ import annotations

import pytest

from models.urgency import Urgency, before_raised, highest, raised


def test_ranks_grow_from_memo_to_now() -> None:
    assert [u.rank for u in Urgency] == [0, 1, 2, 3]
    assert list(Urgency) == ["memo", "soon", "today", "now"]


def test_the_highest_of_several_counts_and_none_is_a_memo() -> None:
    assert highest([Urgency.SOON, Urgency.NOW, Urgency.MEMO]) is Urgency.NOW
    assert highest([]) is Urgency.MEMO


@pytest.mark.parametrize(
    ("before", "after"), [("memo", "soon"), ("soon", "today"), ("today", "today"), ("now", "now")]
)
def test_raising_goes_one_step_but_never_up_to_a_telephone_call(before: str, after: str) -> None:
    assert raised(Urgency(before)) == after
    assert before_raised(raised(Urgency(before))) == before or before == after
