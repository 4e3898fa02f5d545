"""The document of this door (OpenAPI 3.1); a test holds it complete."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, g, jsonify

from blueprints.access import Permission, allow
from blueprints.api import bp

_FILE = Path(__file__).with_name("openapi.json")


@bp.get("/api/v1/openapi.json")
@allow(Permission.ANYONE)
def show_openapi() -> Response:
    """What can be asked here and how it is answered."""
    g.is_public = True
    return jsonify(document())


@cache
def document() -> dict[str, Any]:
    """The document as data."""
    found: dict[str, Any] = json.loads(_FILE.read_text())
    return found
