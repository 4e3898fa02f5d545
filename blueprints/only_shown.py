"""A form that is only given back, in another language: nothing of what it asks for is done."""

from __future__ import annotations

from flask import g

from models.errors import Invalid


class NotSent(Invalid):
    """What came was to be shown in another language, and is not done; everything typed stands."""

    key = "frame.error.not_sent"

    def __init__(self) -> None:
        super().__init__(self.key)


def only_show() -> None:
    """Do nothing in this request that its form asks for."""
    g.is_only_shown = True


def is_only_shown() -> bool:
    """Whether this request is to give a form back, and nothing else."""
    return bool(g.get("is_only_shown", False))
