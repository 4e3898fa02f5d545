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


def test_a_sealed_case_is_nowhere_that_a_desk_looks(
    tmp_path: Path, model_file: Path, keys: KeyRing
) -> None:
    with twins(tmp_path, model_file, keys, 1, Plan(12, 24), steps=40) as pair:
        assert differences(pair, "IK", looks_only=True) == []


@pytest.mark.everything
@pytest.mark.parametrize("seed", range(1, 21))
def test_nor_for_anybody_anywhere_in_other_towns(
    tmp_path: Path, model_file: Path, keys: KeyRing, seed: int
) -> None:
    steps = 200 if seed % 5 == 1 else 60
    begins_at = steps * (3 + seed % 7) // 20
    plan = Plan(begins_at, sealed_at=begins_at + steps // 6)
    with twins(tmp_path, model_file, keys, seed, plan, steps=steps) as pair:
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
        assert differences(pair, "K", looks_only=True) != []
