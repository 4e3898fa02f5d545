"""A second member of staff agrees before somebody is let in whom no desk confirms afterwards."""

from __future__ import annotations

import uuid

from flask import redirect
from werkzeug.wrappers import Response

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow, fresh
from blueprints.intake import bp
from models import way_back
from models.invitation import Invitation


@bp.post("/desk/people/recoveries/<uuid:recovery_id>/agreement")
@allow(Permission.MEMBER_CONFIRM)
@fresh
def create_agreement(recovery_id: uuid.UUID) -> Response:
    """Agree, after having met or called back the person too."""
    access.close()
    with access.writing() as session:
        row = access.load(Invitation, recovery_id, Permission.MEMBER_CONFIRM, session)
        way_back.agree(session, row, at_desk.signed_in(session), access.now())
    return redirect(f"/desk/people?desk={at_desk.chosen_desk().id}&done=agreement", 303)


def recoveries() -> list[Invitation]:
    """What waits for a second yes that the signed-in person may give."""
    theirs = access.listing(Invitation, Permission.MEMBER_CONFIRM)
    found = way_back.waiting(access.reading(), theirs, access.now())
    looked.at(one.person_id for one in found if one.person_id is not None)
    return found
