"""電話する: the reporter's number, here and nowhere else; whoever sees it is written down."""

from __future__ import annotations

import uuid

from flask import request

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.intake import bp
from blueprints.intake.calls import Call, calls_of
from blueprints.intake.talk import teller_of
from blueprints.noted import noted
from models import listed
from models.audit_views import act_of
from models.handoff import Handoff
from models.queue import View


@bp.get("/desk/handoffs/<uuid:handoff_id>/telephone")
@allow(Permission.HANDOFF_ANSWER)
def show_telephone(handoff_id: uuid.UUID) -> Page:
    """The number, where its reporter lets the desk call, and what it is to tell."""
    handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_ANSWER)
    number = handoff.number
    looked.as_(act_of(handoff, access.now(), is_number=bool(number)), handoff.thread)
    return at_desk.page(
        "intake/show_telephone.html",
        handoff.desk,
        "queue",
        handoff=handoff,
        note=noted(handoff),
        teller=teller_of(handoff),
        number=number,
        call=_call(handoff),
        view=View.TO_TELEPHONE if request.args.get("view") == View.TO_TELEPHONE else "",
    )


def _call(handoff: Handoff) -> Call:
    handoffs = access.listing(Handoff, Permission.HANDOFF_READ)
    rows = listed.among(access.reading(), handoffs, [handoff.id])
    return calls_of(rows, handoff.desk)[handoff.id]
