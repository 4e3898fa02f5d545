"""C6 and C8, seals: what stood open before, or comes at the same moment, finds nothing of it."""

from __future__ import annotations

import threading
import uuid

import pytest

from tests import town
from tests.attacks.served import Answer, Caller, Served, said
from tests.support.switching import Forms
from tests.town import MORNING

SECRET = "門の前で、はるさんが泣いていました"
WORDS = SECRET.encode()
OPENERS = 4


@pytest.fixture
def handoff(here: Served) -> uuid.UUID:
    """A note of the north desk that somebody has begun to work on."""
    with here.store.write() as session:
        note = town.note(session, MORNING, area=here.cast.kitamachi, words=SECRET)
        return note.id


def path_of(one: uuid.UUID) -> str:
    return f"/desk/handoffs/{one}"


def seal(who: Caller, one: uuid.UUID) -> Answer:
    return who.post(f"{path_of(one)}/sealing", {})


def test_c6_no_form_of_a_page_that_stood_open_finds_it_after_the_seal(
    here: Served, handoff: uuid.UUID
) -> None:
    okada, kato = here.person(here.cast.okada), here.person(here.cast.kato)
    page = okada.get(path_of(handoff))
    assert WORDS in page.body
    open_forms = [
        (form.action, dict(form.fields))
        for form in Forms(page.body.decode()).by_id.values()
        if str(handoff) in form.action
    ]
    assert {"acknowledgement", "sealing"} <= {way.rpartition("/")[2] for way, _ in open_forms}
    sealed = seal(kato, handoff)
    assert (sealed.status, str(handoff) in sealed.location) == (303, False)
    never = uuid.uuid4()
    for way, fields in open_forms:
        hidden = okada.post(way, fields)
        nothing = okada.post(way.replace(str(handoff), str(never)), fields)
        assert hidden.status == 404, way
        assert hidden.plain(handoff) == nothing.plain(never), way
        assert said("frame.error.not_here") in hidden.alert


def test_c6_no_list_search_or_table_has_it_after_the_seal(here: Served, handoff: uuid.UUID) -> None:
    okada = here.person(here.cast.okada)
    before = okada.get("/desk"), okada.post("/desk/search", {"q": "はるさん"})
    assert all(str(handoff) in page.text for page in before)
    assert seal(okada, handoff).status == 303
    after = (
        okada.get(path_of(handoff)),
        okada.get("/desk"),
        okada.get("/desk/day"),
        okada.post("/desk/day/table", {}),
        okada.post("/desk/search", {"q": "はるさん"}),
    )
    for page in after:
        assert WORDS not in page.body
        assert str(handoff) not in page.text.partition("<main")[2]


def test_c8_of_those_who_open_it_while_it_is_sealed_nobody_reads_it_afterwards(
    here: Served, handoff: uuid.UUID
) -> None:
    is_sealed, told = threading.Event(), list[tuple[bool, Answer]]()
    has_begun = threading.Barrier(OPENERS + 1)

    def keep_opening() -> None:
        okada = here.person(here.cast.okada)
        has_begun.wait(10)
        came_late = False
        while not came_late:
            came_late = is_sealed.is_set()
            told.append((came_late, okada.get(path_of(handoff))))

    openers = [threading.Thread(target=keep_opening) for _ in range(OPENERS)]
    for one in openers:
        one.start()
    kato = here.person(here.cast.kato)
    has_begun.wait(10)
    assert seal(kato, handoff).status == 303
    is_sealed.set()
    for one in openers:
        one.join()
    assert {answer.status for _late, answer in told} <= {200, 404}
    late = [answer for came_late, answer in told if came_late]
    assert [answer.status for answer in late] == [404] * OPENERS
    assert not any(WORDS in answer.body for answer in late)


def test_c8_of_two_who_seal_at_once_one_seals_and_the_other_finds_nothing(
    here: Served, handoff: uuid.UUID
) -> None:
    both = [here.person(one) for one in (here.cast.okada, here.cast.kato)]
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda who=who: told.append(seal(who, handoff).status))
        for who in both
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == [303, 404]
