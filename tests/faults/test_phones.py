"""Nothing that a phone said to have kept is lost, and a harness that would see it if it were.

The short forms of `make faults-phone`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.phones.bugs import BUGS, Bug
from tests.faults.phones.run import run
from tests.faults.phones.stand import Stand, stand
from tests.support.fault_proxy import Fault

SEED, PHONES, NOTES = 20261124, 12, 5
ALWAYS = {"drop on 4xx"}


def planted(where: str) -> list[object]:
    """The bugs of one side; those that are planted by make test-all only are marked."""
    found = [bug for bug in BUGS if getattr(bug, where)]
    long = pytest.mark.everything
    return [
        pytest.param(bug, id=bug.name, marks=() if bug.name in ALWAYS else long) for bug in found
    ]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with stand(tmp_path_factory.mktemp("phones"), PHONES) as town:
        yield town


def test_whatever_happens_each_kept_note_arrives_once(town: Stand) -> None:
    seen = run(town, SEED, PHONES, NOTES)
    assert seen.troubles == []
    assert seen.verdict.is_good, seen
    assert (seen.verdict.noted, seen.waiting) == (PHONES * NOTES, 0), seen
    assert seen.phone_kills > PHONES
    assert seen.server_kills > 3
    assert set(seen.faults) >= {Fault.PORTAL, Fault.LOST_ANSWER, Fault.CONFLICT}, seen.faults


@pytest.mark.parametrize("bug", planted("on_the_phone"))
def test_a_bug_planted_on_the_phone_is_seen(town: Stand, bug: Bug) -> None:
    verdict = run(town, SEED, PHONES, NOTES, bug).verdict
    assert any(getattr(verdict, name) for name in bug.shows), verdict


@pytest.mark.parametrize("bug", planted("on_the_server"))
def test_a_bug_planted_on_the_server_is_seen(
    tmp_path_factory: pytest.TempPathFactory, bug: Bug
) -> None:
    with stand(tmp_path_factory.mktemp("bugged"), PHONES, bug) as town:
        verdict = run(town, SEED, PHONES, NOTES, bug).verdict
    assert any(getattr(verdict, name) for name in bug.shows), verdict
