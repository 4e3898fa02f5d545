"""Tries that prove nobody: how many of them one network may make."""

from __future__ import annotations

from werkzeug.wrappers import Response

from blueprints import access
from blueprints.gate import limiter, network

WRONG = 422


def _rate() -> str:
    return f"{access.kizuki().settings.signins_per_minute}/minute"


def _failed(response: Response) -> bool:
    return response.status_code == WRONG


few_wrong = limiter.shared_limit(_rate, key_func=network, scope="proofs", deduct_when=_failed)
"""Wrong passwords, codes and passkeys of one network count together."""
