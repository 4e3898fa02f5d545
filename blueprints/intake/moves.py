"""What a desk does: visits, connections, watching, passing on and giving back."""

from __future__ import annotations

import uuid

from blueprints import access, done
from blueprints.access import Permission, allow
from blueprints.intake import bp, composing, reading
from blueprints.intake.acting import Answer, act
from models.handoff import Handoff, Verb
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/visit")
@allow(Permission.HANDOFF_ANSWER)
def create_visit(handoff_id: uuid.UUID) -> Answer:
    """様子を見てきました; what was seen stays inside."""
    return _do(handoff_id, "visit", Verb.VISIT)


@bp.post("/desk/handoffs/<uuid:handoff_id>/connection")
@allow(Permission.HANDOFF_ANSWER)
def create_connection(handoff_id: uuid.UUID) -> Answer:
    """必要なところにつなぎました; to whom stays inside."""
    return _do(handoff_id, "connection", Verb.CONNECT)


@bp.post("/desk/handoffs/<uuid:handoff_id>/watch")
@allow(Permission.HANDOFF_ANSWER)
def create_watch(handoff_id: uuid.UUID) -> Answer:
    """これからも見守ってください."""
    return _do(handoff_id, "watch", Verb.KEEP_WATCHING)


@bp.post("/desk/handoffs/<uuid:handoff_id>/own-watch")
@allow(Permission.HANDOFF_ANSWER)
def create_own_watch(handoff_id: uuid.UUID) -> Answer:
    """自分たちで見守ります."""
    return _do(handoff_id, "own-watch", Verb.WATCH_OURSELVES)


@bp.post("/desk/handoffs/<uuid:handoff_id>/passing-on")
@allow(Permission.HANDOFF_ANSWER)
def create_passing_on(handoff_id: uuid.UUID) -> Answer:
    """Hand the thread to another intake point or the core, with a reason for the desks."""

    def pass_on(handoff: Handoff, by: Person) -> str:
        reason, chosen = reading.words("reason"), reading.desk(handoff.session)
        following = handoff.pass_on(by, chosen, reason, access.now())
        return done.given("passing-on", following, chosen)

    return act(handoff_id, "passing-on", pass_on)


@bp.post("/desk/handoffs/<uuid:handoff_id>/return")
@allow(Permission.HANDOFF_ANSWER)
def create_return(handoff_id: uuid.UUID) -> Answer:
    """Give back what another desk passed on, with a reason."""

    def give_back(handoff: Handoff, by: Person) -> str:
        chosen = None if handoff.came_from is None else handoff.came_from.desk
        earlier = handoff.return_back(by, reading.words("reason"), access.now())
        return done.given("return", earlier, chosen or earlier.desk)

    return act(handoff_id, "return", give_back)


def _do(handoff_id: uuid.UUID, noun: str, verb: Verb) -> Answer:
    def do(handoff: Handoff, by: Person) -> None:
        told = composing.spoken_by(handoff, noun)
        inside = reading.words("inside", needed=False)
        handoff.act(verb, by, told.said, access.now(), inside=inside, next_on=told.next_on)

    return act(handoff_id, noun, do)
