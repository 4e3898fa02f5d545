"""The doors, in the order in which app.py registers them."""

from __future__ import annotations

import importlib
import importlib.util

from flask import Blueprint

_NAMES = ("note", "join", "about", "intake", "core", "office", "audit", "api", "operator")


def _doors() -> list[Blueprint]:
    found = []
    for name in _NAMES:
        if importlib.util.find_spec(f"blueprints.{name}") is None:
            continue
        try:
            found.append(importlib.import_module(f"blueprints.{name}").bp)
        except (ImportError, AttributeError) as error:
            print("door not ready:", name, error)
    return found


DOORS = _doors()
