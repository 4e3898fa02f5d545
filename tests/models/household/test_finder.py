"""The finder against pairs judged by hand and against a made town; both figures are printed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from models.household.likeness import Sketch, compare, sketch
from models.household.whereabouts import Towns
from tests.support.households import hand, made
from tests.support.households.made import Written

RECALL, PRECISION = 0.95, 0.90
SEEDS = (1, 20261124)


@dataclass
class Judged:
    """How often the finder was right."""

    found: int = 0
    missed: int = 0
    wrong: int = 0

    def add(self, is_same: bool, is_proposed: bool) -> None:
        """One pair."""
        self.found += is_same and is_proposed
        self.missed += is_same and not is_proposed
        self.wrong += is_proposed and not is_same

    @property
    def recall(self) -> float:
        """The share of the pairs of one household that were proposed."""
        return self.found / (self.found + self.missed)

    @property
    def precision(self) -> float:
        """The share of what was proposed that is one household."""
        return self.found / (self.found + self.wrong)

    def hold(self, capsys: pytest.CaptureFixture[str], what: str) -> None:
        """Print both figures; neither is below its bar."""
        with capsys.disabled():
            print(f"\n{what}: recall {self.recall:.3f}, precision {self.precision:.3f}")  # noqa: T201
        assert self.recall >= RECALL
        assert self.precision >= PRECISION


def _sketch(note: Written, towns: Towns) -> Sketch:
    return sketch(note.place, note.name, note.on, note.signs, towns)


def test_pairs_written_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    towns, judged = Towns.of([hand.CITY], hand.TOWNS), Judged()
    found = list(hand.pairs())
    assert sum(pair.is_same for pair in found) == len(found) / 2 == 100
    for pair in found:
        one, other = _sketch(pair.one, towns), _sketch(pair.other, towns)
        assert compare(one, other) == compare(other, one), pair.why
        judged.add(pair.is_same, compare(one, other) is not None)
    judged.hold(capsys, "companions, 200 pairs by hand")


@pytest.mark.parametrize("seed", [SEEDS[0], pytest.param(SEEDS[1], marks=pytest.mark.everything)])
def test_five_thousand_made_households(capsys: pytest.CaptureFixture[str], seed: int) -> None:
    towns, judged = Towns.of([hand.CITY], made.TOWNS), Judged()
    households = set()
    for notes in made.towns(seed):
        households |= {note.household for note in notes} - {0}
        sketches = [(note.household, _sketch(note, towns)) for note in notes]
        for n, (one, sketched) in enumerate(sketches):
            for other, drawn in sketches[n + 1 :]:
                is_same = one == other != 0
                judged.add(is_same, compare(sketched, drawn) is not None)
    assert len(households) == made.HOUSEHOLDS
    judged.hold(capsys, f"companions, 5,000 made households of seed {seed}")


def test_without_a_list_of_towns_a_place_is_still_understood() -> None:
    one, other = (
        _sketch(Written(0, place, "渡辺", made._FIRST, ()), Towns())
        for place in ("北町三丁目2番1号", "北町3-2-1")
    )
    assert compare(one, other) is not None
