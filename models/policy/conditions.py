"""What the rules say as conditions of a query."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

Condition = sa.ColumnElement[bool]
NEVER: Condition = sa.false()


def at_one_of(desk_id: sa.SQLColumnExpression[Any], desks: frozenset[uuid.UUID]) -> Condition:
    """Written out for the few desks of a person: an IN is spelt anew whenever it is asked."""
    return sa.or_(*(desk_id == one for one in sorted(desks)))
