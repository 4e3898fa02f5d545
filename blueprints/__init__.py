"""The doors, in the order in which app.py registers them."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

DOORS = ("note", "join", "about", "intake", "core", "office", "audit", "api", "operator")


def doors() -> list[Blueprint]:
    """The blueprint of every door; a door is imported here and by nobody else."""
    return [import_module(f"blueprints.{name}").bp for name in DOORS]
