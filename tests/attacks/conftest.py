"""The town whose every route is asked."""

from __future__ import annotations

from tests.attacks.test_matrix import world

__all__ = ["world"]
