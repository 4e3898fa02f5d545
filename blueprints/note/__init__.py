"""The reporter's door: noting a worry, reading the answer, the desks, and one's own settings."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("note", __name__, template_folder="templates")

from blueprints.note import (  # noqa: E402
    address,
    answer_by,
    calls,
    desk_note,
    desks,
    home,
    leaving,
    mine,
    notes,
    notices,
    phones,
    push_address,
    receipts,
    sent,
    settings,
    shell,
    taking,
    telling,
    thread,
)

__all__ = [
    "address",
    "answer_by",
    "bp",
    "calls",
    "desk_note",
    "desks",
    "home",
    "leaving",
    "mine",
    "notes",
    "notices",
    "phones",
    "push_address",
    "receipts",
    "sent",
    "settings",
    "shell",
    "taking",
    "telling",
    "thread",
]
