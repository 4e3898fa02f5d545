"""担当とお休み: who of the desk has how much, and what those have who are absent."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.intake import bp, claims, reading
from blueprints.intake.claims import Claim
from blueprints.noted import Due, Noted, due, noted_of
from models import absence, listed, queue, workload
from models.desk import Desk
from models.errors import Invalid
from models.handoff import Handoff
from models.listed import Listed
from models.membership import Membership
from models.town_time import local_date
from models.workload import Load

Answer = Response | Page


@dataclass(frozen=True)
class Left:
    """A note of somebody who is absent."""

    handoff: Listed
    note: Noted
    due: Due
    claim: Claim


@dataclass(frozen=True)
class Member:
    """Somebody of the desk, how much they have, and when they are absent."""

    place: Membership
    load: Load
    is_me: bool

    @property
    def is_away(self) -> bool:
        """Whether they are absent today."""
        return self.place.is_away(local_date(access.now()))

    @property
    def will_be_away(self) -> bool:
        """Whether they are absent today or will be."""
        until = self.place.away_until
        return until is not None and until >= local_date(access.now())


@bp.get("/desk/work")
@allow(Permission.QUEUE_READ)
def show_work() -> Page:
    """What absent members have first, then who has how much; in no order but of their coming."""
    return _page(at_desk.chosen_desk())


@bp.post("/desk/work/absences")
@allow(Permission.ABSENCE_MARK)
def create_absence() -> Answer:
    """A member is absent, as they say themselves or a colleague does."""
    desk = at_desk.chosen_desk()
    access.close()
    try:
        with access.writing() as session:
            place = access.load(Membership, _chosen(), Permission.ABSENCE_MARK, session)
            days = _days()
            absence.mark(place, *days, at_desk.signed_in(session), access.now())
    except Invalid as error:
        return _page(at_desk.chosen_desk(), error)
    return _done(desk, "absence")


@bp.post("/desk/work/absences/<uuid:member_id>/ending")
@allow(Permission.ABSENCE_MARK)
def create_absence_ending(member_id: uuid.UUID) -> Response:
    """Back already, or not away after all."""
    desk = at_desk.chosen_desk()
    access.close()
    with access.writing() as session:
        place = access.load(Membership, member_id, Permission.ABSENCE_MARK, session)
        absence.end(place, at_desk.signed_in(session), access.now())
    return _done(desk, "absence-ending")


def _page(desk: Desk, error: Invalid | None = None) -> Page:
    """`error`: why an absence could not be kept; its form holds what was typed."""
    handoffs, me = access.listing(Handoff, Permission.HANDOFF_READ), access.actor().person_id
    places = claims.members_of(desk)
    people = [place.person_id for place in places]
    nobodys, loads = workload.loads(access.reading(), handoffs, desk, people, access.now())
    members = [Member(one, loads[one.person_id], one.person_id == me) for one in places]
    away = [one.place.person_id for one in members if one.is_away and not one.is_me]
    left = _left(desk, away)
    looked.as_("see_people")
    looked.at(people)
    return at_desk.page(
        "intake/show_work.html",
        desk,
        "queue",
        status=422 if error else 200,
        members=members,
        nobodys=nobodys,
        days=workload.DAYS,
        most=queue.COUNT_LIMIT,
        left=left[: queue.PAGE_SIZE],
        has_more=len(left) > queue.PAGE_SIZE,
        is_anybody_away=bool(away),
        choices=[(str(one.place.id), claims.called(one.place)) for one in _me_first(members)],
        error=error,
        typed=request.form if error else {},
    )


def _me_first(members: list[Member]) -> list[Member]:
    return sorted(members, key=lambda one: not one.is_me)


def _left(desk: Desk, away: list[uuid.UUID]) -> list[Left]:
    if not away:
        return []
    handoffs = access.listing(Handoff, Permission.HANDOFF_READ)
    found = listed.read(access.reading(), *workload.left_behind(handoffs, desk, away))
    names, now = claims.claims_of(found), access.now()
    return [
        Left(one, note, due(one.due_at, now), names[one.claimed_by_id])
        for one, note in zip(found, noted_of(found), strict=True)
    ]


def _chosen() -> uuid.UUID:
    """The member chosen in the form."""
    chosen = reading.known("member")
    if chosen is None:
        raise Invalid("desk.problem.need_colleague", "member")
    return chosen


def _days() -> tuple[dt.date, dt.date]:
    """The first and the last day; one alone is both."""
    first, last = reading.day("first_on"), reading.day("last_on")
    first_on, last_on = first or last, last or first
    if first_on is None or last_on is None:
        raise Invalid("desk.problem.away_days", "first_on")
    return first_on, last_on


def _done(desk: Desk, noun: str) -> Response:
    return redirect(f"/desk/work?desk={desk.id}&done={noun}", 303)
