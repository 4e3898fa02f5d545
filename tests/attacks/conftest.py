"""The town whose every route is asked, and the one that is served over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.keys import KeyRing
from tests.attacks.served import Served, served
from tests.attacks.test_matrix import world

__all__ = ["world"]


@pytest.fixture(scope="module")
def here(
    tmp_path_factory: pytest.TempPathFactory, model_file: Path, keys: KeyRing
) -> Iterator[Served]:
    """The small town over HTTP, for a whole module."""
    with served(tmp_path_factory.mktemp("served"), model_file, keys) as town:
        yield town
