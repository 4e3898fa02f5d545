"""Of which field a note is: that of its signs (活動記録, column B), else of whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import sign
from models.sign import Field

_ABOUT = frozenset(Field)


def fields_of(body: Mapping[str, Any]) -> frozenset[Field]:
    """The fields of a note by its body; several signs may have several."""
    signs = sign.fields_of(body.get("signs", ()))
    about = body.get("about")
    return signs or frozenset({Field(about) if about in _ABOUT else Field.OTHER})
