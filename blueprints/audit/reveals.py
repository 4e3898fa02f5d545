"""特別な確認: who asked to see what needs a second person, why, and what the second one said."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import g, request

from blueprints import access, looked
from blueprints.access import Permission, allow
from blueprints.audit import bp
from blueprints.audit.alarms import A_PAGE, FARTHEST
from blueprints.audit.telling import Page, code, page
from models.reveal.entity import Progress, Reveal, sizes


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
    """The newest first, page by page."""
    g.is_query_ours = set(request.args) <= {"page"}
    newest = access.listing(Reveal, Permission.AUDIT_READ).order_by(
        Reveal.asked_at.desc(), Reveal.id
    )
    number = max(request.args.get("page", 1, int), 1)
    skipped = min((number - 1) * A_PAGE, FARTHEST)
    found = access.reading().scalars(newest.offset(skipped).limit(A_PAGE + 1)).all()
    looked.as_("read_reveals")
    looked.at(one.by_id for one in found[:A_PAGE])
    further = f"/audit/reveals?page={number + 1}" if len(found) > A_PAGE else ""
    counts = sizes(access.reading(), [one.id for one in found[:A_PAGE]])
    shown = [_shown(one, counts.get(one.id, 0)) for one in found[:A_PAGE]]
    return page("reveals", "reveals", reveals=shown, further=further)


def _shown(reveal: Reveal, count: int) -> Shown:
    return Shown(
        reveal,
        reveal.progress(access.now()),
        _code(reveal.by_id),
        _code(reveal.decided_by_id),
        count,
    )


def _code(person_id: uuid.UUID | None) -> str:
    return "" if person_id is None else code("actor", person_id)
