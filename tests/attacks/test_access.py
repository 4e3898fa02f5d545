"""C, access: around the policy by path, method, field, type, time and error; it holds."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from models import receipt_code
from models.membership import Membership
from models.person import Person, PersonState, Role
from tests import town
from tests.attacks.served import Answer, Caller, Served, said
from tests.town import MORNING, fields

API = "/api/v1/observations"
SECRET = "屋根の青い家の、たけさんのことです"
WORDS = SECRET.encode()


@pytest.fixture(scope="module")
def handoff(here: Served) -> uuid.UUID:
    """A note of the north desk, with words that nobody else is to see."""
    with here.store.write() as session:
        return town.note(session, MORNING, area=here.cast.kitamachi, words=SECRET).id


@pytest.fixture(scope="module")
def sealed(here: Served) -> uuid.UUID:
    with here.store.write() as session:
        north, words = here.cast.kitamachi, SECRET
        return town.note(session, MORNING, area=north, words=words, not_nearby=True).id


@pytest.fixture(scope="module")
def kimura(here: Served) -> Caller:
    """Staff of another desk."""
    return here.person(here.cast.kimura)


PATHS = [
    "/desk/handoffs/{id}/",
    "/desk/handoffs/{id};x=1",
    "/desk/handoffs/{id}%00",
    "/desk/handoffs/{ID}",
    "/desk/handoffs/{{{id}}}",
    "/desk/handoffs/%7B{id}%7D",
    "/desk/x/../handoffs/{id}",
    "/desk/%2e%2e/desk/handoffs/{id}",
    "/desk%2Fhandoffs%2F{id}",
    "/desk%252Fhandoffs%252F{id}",
    "/DESK/handoffs/{id}",
    "//desk/handoffs/{id}",
    "/desk//handoffs/{id}",
    "/assets/../desk/handoffs/{id}",
    "/about/%2e%2e/desk/handoffs/{id}",
    "/desk/handoffs/{id}?desk=&handoff_id={id}",
    "/desk/handoffs/{id}.css",
]


@pytest.mark.parametrize("path", PATHS)
def test_c2_no_way_of_writing_a_path_leads_past_the_policy(
    kimura: Caller, handoff: uuid.UUID, path: str
) -> None:
    answer = kimura.get(path.format(id=handoff, ID=str(handoff).upper()))
    assert answer.status in (308, 404)
    assert WORDS not in answer.body
    if answer.status == 404:
        assert said("frame.error.not_here") in answer.alert
    else:
        assert kimura.get(answer.location).status == 404


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_c2_no_method_leads_past_the_policy(
    kimura: Caller, handoff: uuid.UUID, method: str
) -> None:
    answer = kimura.ask(method, f"/desk/handoffs/{handoff}", **{"X-CSRFToken": kimura.token})
    # Which methods there are is the same for what is not there.
    assert answer.status in ((200,) if method == "OPTIONS" else (404, 405))
    assert WORDS not in answer.body


@pytest.mark.parametrize(
    "override", [{"_method": "GET"}, {"_method": "DELETE"}, {"X-HTTP-Method-Override": "GET"}]
)
def test_c2_a_method_in_a_field_or_header_is_none(
    kimura: Caller, handoff: uuid.UUID, override: dict[str, str]
) -> None:
    answer = kimura.post(f"/desk/handoffs/{handoff}", override, **override)
    assert answer.status in (404, 405)
    assert WORDS not in answer.body


GIVEN = {
    "role": "administrator",
    "area_id": 1,
    "desk_id": "x",
    "sealed": True,
    "is_sealed": True,
    "is_marked": False,
    "owner": "x",
    "author": "x",
    "person_id": "x",
    "created_at": "2020-01-01T00:00:00Z",
    "received_at": "2020-01-01T00:00:00Z",
    "came_by": "letter",
    "taken_by_id": "x",
    "state": "closed",
    "due_at": "2099-01-01T00:00:00Z",
}


def test_c3_a_note_says_no_more_than_a_note_may(here: Served) -> None:
    mallory = here.nobody()
    raw = fields() | GIVEN | {"person_id": str(here.cast.suzuki)}
    assert mallory.send(API, raw).status == 201
    with here.store.read() as session:
        thread = town.thread_of(session, raw["id"])
        handoff = thread.handoff
        assert thread.reporter.token is None
        assert (handoff.desk_id, handoff.is_sealed) == (here.cast.north_desk, False)
        assert handoff.is_open
        assert thread.made_at == here.clock.now
        assert thread.observation.came_by.value not in ("letter", "counter")


def test_c3_a_form_changes_what_it_shows_alone(here: Served) -> None:
    suzuki = here.person(here.cast.suzuki)
    given = {name: str(value) for name, value in GIVEN.items()}
    assert suzuki.post("/settings/name", given | {"name": "鈴木"}).status == 303
    with here.store.read() as session:
        person = session.get_one(Person, here.cast.suzuki)
        assert (person.role, person.area_id) == (Role.RESIDENT, here.cast.kitamachi)
    assert suzuki.get("/office").status == 404


KINDS = {
    "a list of words": {"words": ["見ない"]},
    "an object": {"words": {"a": "見ない"}},
    "a number": {"words": 1},
    "true": {"words": True},
    "a list of areas": {"area": [1, 2]},
    "a true area": {"area": True},
    "a huge area": {"area": 10**30},
    "a list of urgencies": {"urgency": ["today"]},
    "a word for signs": {"signs": "not_seen"},
    "objects for signs": {"signs": [{"code": "not_seen"}]},
    "perhaps": {"not_nearby": "perhaps"},
    "two": {"show_name": 2},
}


@pytest.mark.parametrize("how", KINDS)
def test_c4_a_field_of_another_kind_is_pointed_to(here: Served, how: str) -> None:
    (name,) = KINDS[how]
    answer = here.nobody().send(API, fields() | KINDS[how])
    assert answer.status == 422
    assert answer.json["title"] == said("api.problem.fields", n=len(answer.json["errors"]))
    told = {(one["pointer"], one["code"]) for one in answer.json["errors"]}
    assert (f"/{name}", "wrong_type") in told or (f"/{name}", "unknown_code") in told


def test_c4_a_name_that_stands_twice_means_one_thing(here: Served) -> None:
    suzuki = here.person(here.cast.suzuki)
    twice = b"name=%E4%B8%80&name=%E4%BA%8C&csrf_token=" + suzuki.token.encode()
    assert suzuki.post("/settings/name?name=x", twice).status == 303
    assert 'value="一"' in suzuki.get("/settings").text
    body = '{"words": "a", "words": "b", "place": "北町"}'
    answer = here.nobody().ask("POST", API, body, Content_Type="application/json")
    assert (answer.status, answer.json["title"]) == (400, said("frame.error.bad_request"))


Ask = Callable[[Caller, object], Answer]
ASKS: dict[str, Ask] = {
    "the page": lambda who, one: who.get(f"/desk/handoffs/{one}"),
    "its head": lambda who, one: who.ask("HEAD", f"/desk/handoffs/{one}"),
    "a kept page": lambda who, one: who.get(f"/desk/handoffs/{one}", If_None_Match="*"),
    "an act": lambda who, one: who.post(f"/desk/handoffs/{one}/acknowledgement", {}),
    "a photo": lambda who, one: who.get(f"/desk/handoffs/{one}/photos/{uuid.UUID(int=1)}"),
    "a placement": lambda who, one: who.post(f"/core/handoffs/{one}/placement", {}),
    "its table": lambda who, one: who.post("/desk/acknowledgements", {"handoff": str(one)}),
}


@pytest.mark.parametrize("how", ASKS)
def test_c5_what_is_there_and_hidden_is_told_as_what_is_not(
    here: Served, kimura: Caller, handoff: uuid.UUID, sealed: uuid.UUID, how: str
) -> None:
    okada = here.person(here.cast.okada)
    for who, hidden in ((kimura, (handoff, sealed)), (okada, (sealed,))):
        told = {ASKS[how](who, one).plain(one) for one in (*hidden, uuid.uuid4())}
        assert len(told) == 1, told


def test_c5_a_search_counts_nothing_that_is_hidden(here: Served, kimura: Caller) -> None:
    for asked in (SECRET, "たけさん", "青い"):
        page = kimura.post("/desk/search", {"q": asked})
        assert page.status == 200
        assert WORDS not in page.body
        assert "/desk/handoffs/" not in page.text.partition("<main")[2]


def test_c6_a_bookmark_opens_nothing_after_the_role_is_lost(
    here: Served, handoff: uuid.UUID
) -> None:
    with here.store.write() as session:
        person = Person.enrol(session, role=Role.STAFF, name="森田", now=MORNING)
        place = Membership(person=person, desk_id=here.cast.north_desk, made_at=MORNING)
        session.add(place)
        place.confirm(None, MORNING)
        session.flush()
        person_id = person.id
    morita, path = here.person(person_id), f"/desk/handoffs/{handoff}"
    assert WORDS in morita.get(path).body
    with here.store.write() as session:
        session.execute(
            sa.update(Membership).where(Membership.person_id == person_id).values(ended_at=MORNING)
        )
    assert morita.get(path).status == 404
    assert WORDS not in morita.post(f"{path}/acknowledgement", {}).body
    with here.store.write() as session:
        session.get_one(Person, person_id).state = PersonState.SUSPENDED
    assert morita.get(path).location.startswith("/signin?")
    answer = morita.post(f"{path}/memo", {"inside": "森田"})
    assert (answer.status, WORDS in answer.body) == (401, False)
    assert said("frame.error.sign_in_first") in answer.text


def _swapped(code: str) -> str:
    return code[:16] + f"{(int(code[16:]) + 1) % 97:02}"


GUESSES: dict[str, Callable[[str], str]] = {
    "another": lambda _code: receipt_code.generate(),
    "its check digits swapped": _swapped,
    "a digit less": lambda code: code[:-1],
    "one digit turned": lambda code: f"{(int(code[0]) + 1) % 10}{code[1:]}",
    "letters": lambda code: "O" + code[1:],
    "nothing": lambda _code: "",
    "a sign of LIKE": lambda code: code[:8] + "%",
}


@pytest.fixture(scope="module")
def code(here: Served) -> str:
    """The code of a note without an account."""
    code = receipt_code.generate()
    assert here.nobody().send(API, fields(words=SECRET, receipt=code)).status == 201
    return code


@pytest.mark.parametrize("how", GUESSES)
def test_c12_a_guess_opens_nothing_and_is_told_as_every_other(
    here: Served, code: str, how: str
) -> None:
    mallory, guess = here.nobody(), GUESSES[how](code)
    page = mallory.post("/receipts", {"code": guess})
    assert (page.status, WORDS in page.body) == (422, False)
    assert said("note.problem.code_wrong") in page.alert
    told = mallory.send("/api/v1/receipts", {"code": guess})
    assert told.status in (404, 422)
    assert WORDS not in told.body


def test_c12_a_code_in_an_address_opens_nothing_and_goes_nowhere(here: Served, code: str) -> None:
    mallory = here.nobody()
    for path in (f"/receipts?code={code}", f"/receipts/{code}", f"/api/v1/receipts?code={code}"):
        assert WORDS not in mallory.get(path).body
    opened = mallory.post("/receipts", {"code": code})
    assert WORDS in opened.body
    assert opened.headers["Referrer-Policy"] == "same-origin"
    assert opened.headers["Cache-Control"] == "no-store"


def test_c12_a_second_note_with_a_used_code_is_taken_and_opens_nothing(
    here: Served, code: str
) -> None:
    mallory = here.nobody()
    other = mallory.send(API, fields(words="べつのこと", receipt=code))
    assert (other.status, other.json["receipt"]) == (201, False)
    assert "べつのこと" not in mallory.post("/receipts", {"code": code}).text
