"""What belongs to a desk and is its staff's to change."""

from __future__ import annotations

import sqlalchemy as sa

from models.desk_template import DeskTemplate
from models.policy.actor import Actor


def _edits(actor: Actor, template: DeskTemplate) -> bool:
    return template.desk_id in actor.desk_ids


def _edited(actor: Actor) -> sa.ColumnElement[bool]:
    return DeskTemplate.desk_id.in_(actor.desk_ids) if actor.desk_ids else sa.false()


TEMPLATES = (_edits, _edited)
"""One row, and the same rule as a condition."""
