"""特別な確認: who asked to see what needs a second person, why, and what the second one said."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from blueprints import access, looked
from blueprints.access import Permission, allow
from blueprints.audit import bp
from blueprints.audit.telling import Page, code, page
from models.reveal.entity import Progress, Reveal

A_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """One of them by codes; of what it was about, how much that is."""

    reveal: Reveal
    progress: Progress
    by: str
    second: str
    count: int


@bp.get("/audit/reveals")
@allow(Permission.AUDIT_READ)
def list_reveals() -> Page:
    """The newest first."""
    newest = access.listing(Reveal, Permission.AUDIT_READ).order_by(
        Reveal.asked_at.desc(), Reveal.id
    )
    found = access.reading().scalars(newest.limit(A_PAGE)).all()
    looked.as_("read_reveals")
    looked.at(one.by_id for one in found)
    return page("reveals", "reveals", reveals=[_shown(one) for one in found])


def _shown(reveal: Reveal) -> Shown:
    return Shown(
        reveal,
        reveal.progress(access.now()),
        _code(reveal.by_id),
        _code(reveal.decided_by_id),
        len(reveal.threads),
    )


def _code(person_id: uuid.UUID | None) -> str:
    return "" if person_id is None else code("actor", person_id)
