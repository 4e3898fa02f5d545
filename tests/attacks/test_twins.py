"""For everybody outside the sealed team the town is the same with and without a sealed case."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.handoff import Handoff
from models.keys import KeyRing
from models.policy import Permission, rules
from models.policy.actor import Actor
from models.policy.conditions import Condition, at_one_of
from tests.support.histories import Plan
from tests.support.twins import differences, twins

STEPS = 200
PLAN = Plan(begins_at=60, sealed_at=90)


def test_a_sealed_case_is_nowhere_after_two_hundred_steps(
    tmp_path: Path, model_file: Path, keys: KeyRing
) -> None:
    with twins(tmp_path, model_file, keys, 1, PLAN, steps=STEPS) as pair:
        assert differences(pair) == []


@pytest.mark.everything
@pytest.mark.parametrize("seed", range(2, 22))
def test_nor_in_any_other_town(tmp_path: Path, model_file: Path, keys: KeyRing, seed: int) -> None:
    plan = Plan(begins_at=20 + seed * 5, sealed_at=50 + seed * 7)
    with twins(tmp_path, model_file, keys, seed, plan, steps=STEPS) as pair:
        assert differences(pair) == []


def _without_seal(actor: Actor) -> Condition:
    return at_one_of(Handoff.desk_id, actor.desk_ids)


def test_a_list_that_forgets_the_seal_is_found(
    tmp_path: Path, model_file: Path, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = rules.ROWS[Permission.HANDOFF_READ, Handoff]
    planted = {(Permission.HANDOFF_READ, Handoff): (right[0], _without_seal)}
    with twins(tmp_path, model_file, keys, 1, Plan(4, 8), steps=12) as pair:
        monkeypatch.setattr(rules, "ROWS", rules.ROWS | planted)
        assert differences(pair, "K") != []
