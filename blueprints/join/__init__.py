"""Coming in: invitations, e-mail and password, and out again."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("join", __name__, template_folder="templates")

from blueprints.join import (  # noqa: E402
    apps,
    by_passkey,
    coming_in,
    lock,
    own_sign_ins,
    passkeys,
    second_step,
    sign_in,
    step_up,
)

__all__ = [
    "apps",
    "bp",
    "by_passkey",
    "coming_in",
    "lock",
    "own_sign_ins",
    "passkeys",
    "second_step",
    "sign_in",
    "step_up",
]
