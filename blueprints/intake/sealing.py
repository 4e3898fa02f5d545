"""封をする, and the two steps in which the sealed team lets a note go again."""

from __future__ import annotations

import uuid

from flask import g, redirect
from werkzeug.exceptions import NotFound

from blueprints import access, at_desk
from blueprints.access import Permission, allow, fresh
from blueprints.intake import bp, reading, repeats
from blueprints.intake.acting import Answer, act
from models import sealing
from models.handoff import Handoff
from models.person import Person
from models.sealing import Act


@bp.post("/desk/handoffs/<uuid:handoff_id>/sealing")
@allow(Permission.HANDOFF_SEAL)
@fresh
def create_sealing(handoff_id: uuid.UUID) -> Answer:
    """Give it to the sealed team. The answer is the list: no link to it is left."""

    def seal(handoff: Handoff, by: Person) -> str:
        where = _list_of(handoff.desk_id, "sealing")
        words = reading.words("seal_words", needed=False)
        sealing.seal(handoff, by, access.now(), words)
        return where

    try:
        return act(handoff_id, "sealing", seal, Permission.HANDOFF_SEAL)
    except NotFound:
        return _done_before(Act.SEAL, handoff_id, "sealing")


@bp.post("/desk/handoffs/<uuid:handoff_id>/unsealing-proposal")
@allow(Permission.SEAL_LIFT)
@fresh
def create_unsealing_proposal(handoff_id: uuid.UUID) -> Answer:
    """Say why others may know of it again."""

    def propose(handoff: Handoff, by: Person) -> None:
        sealing.propose(handoff, by, reading.words("unseal_reason"), access.now())

    return act(handoff_id, "unsealing-proposal", propose, Permission.SEAL_LIFT)


@bp.post("/desk/handoffs/<uuid:handoff_id>/unsealing-withdrawal")
@allow(Permission.SEAL_LIFT)
@fresh
def create_unsealing_withdrawal(handoff_id: uuid.UUID) -> Answer:
    """The seal stays."""

    def withdraw(handoff: Handoff, by: Person) -> None:
        sealing.withdraw(handoff, by, access.now())

    return act(handoff_id, "unsealing-withdrawal", withdraw, Permission.SEAL_LIFT)


@bp.post("/desk/handoffs/<uuid:handoff_id>/unsealing")
@allow(Permission.SEAL_LIFT)
@fresh
def create_unsealing(handoff_id: uuid.UUID) -> Answer:
    """The second person agrees; its desk has it from then on."""

    def unseal(handoff: Handoff, by: Person) -> str:
        where = _list_of(handoff.desk_id, "unsealing")
        sealing.unseal(handoff, by, access.now())
        return where

    try:
        return act(handoff_id, "unsealing", unseal, Permission.SEAL_LIFT)
    except NotFound:
        return _done_before(Act.UNSEAL, handoff_id, "unsealing")


def _list_of(desk_id: uuid.UUID, done: str) -> str:
    return f"/desk?desk={desk_id}&done={done}"


def _done_before(act: Act, handoff_id: uuid.UUID, done: str) -> Answer:
    """The second tap of whoever did it lands where the first did; 404 for everybody else."""
    since, me = access.now() - repeats.WITHIN, at_desk.signed_in().id
    if not sealing.was_done(access.reading(), act, handoff_id, me, since):
        raise NotFound
    # It was no try to see what is not theirs.
    g.pop("not_shown", None)
    return redirect(_list_of(at_desk.chosen_desk().id, done), 303)
