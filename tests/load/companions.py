"""What the companions of one note cost where a desk has more notes than are opened."""

from __future__ import annotations

import time
from statistics import median

import sqlalchemy as sa

from models.desk import DeskArea
from models.handoff import Handoff
from models.household import nearby
from models.kizuki import utc_now
from models.person import Person
from models.policy import Actor, Permission, reach
from tests import town
from tests.load.town import Bench

TIMES = 7


def companions(bench: Bench) -> tuple[int, float]:
    """How many notes were opened for it, and the CPU in ms: of a note that may lie anywhere."""
    with bench.store.write() as session:
        area = session.scalars(sa.select(DeskArea.area_id).where(DeskArea.desk_id == bench.desk))
        place = {"place_detail": "公園の前 12", "called": "田中さん"}
        note = town.note(session, utc_now(), area=area.first(), **place).id
    with bench.store.read() as session:
        actor = Actor.of(session, session.get_one(Person, bench.clerk))
        readable = sa.select(Handoff).where(reach(actor, Permission.HANDOFF_ANSWER, Handoff))
        handoff = session.get_one(Handoff, note)
        spent = []
        for _ in range(TIMES):
            begun = time.process_time()
            nearby.companions(session, handoff, readable, {handoff.thread_id}, sealed=False)
            spent.append((time.process_time() - begun) * 1000)
        opened = len(nearby._rows(session, handoff, readable)[0])
    return opened, median(spent)
