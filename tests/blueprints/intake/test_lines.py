"""The lines of a desk's pages: one a page, before it is sent; none for nothing new."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.audit import AuditLine, broken_chains
from models.audit_views import SEEN
from models.credential import SignIn
from models.errors import Busy
from models.handoff import Handoff
from models.ledger import Ledger
from models.person import AnswerBy, Person
from models.store import Store
from tests import town
from tests.attacks.rows import silent_phone
from tests.blueprints.intake.conftest import Notes
from tests.conftest import SetClock
from tests.town import Cast

FETCHED = {"Kizuki-By-Itself": "1"}


def lines(store: Store, *acts: str) -> list[AuditLine]:
    with store.read() as session:
        found = sa.select(AuditLine).order_by(AuditLine.id)
        return list(session.scalars(found.where(AuditLine.act.in_(acts)) if acts else found))


def threads(store: Store, handoffs: list[uuid.UUID]) -> set[uuid.UUID]:
    with store.read() as session:
        return {session.get_one(Handoff, one).thread_id for one in handoffs}


def test_a_list_is_one_line_that_names_all_it_showed(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    sent = [notes.send() for _ in range(3)]
    okada.get("/desk")
    (line,) = lines(store, "see_list")
    assert set(line.shown_ids) == threads(store, sent)
    assert (line.actor_id, line.chain) == (cast.okada, str(cast.north_desk))
    with store.read() as session:
        assert broken_chains(session) == []


def test_an_opened_note_is_one_line_about_it(
    okada: FlaskClient, notes: Notes, store: Store
) -> None:
    sent = notes.send()
    okada.get(f"/desk/handoffs/{sent}")
    (line,) = lines(store, *SEEN)
    assert line.act == "see"
    assert {line.object_id} == {str(one) for one in threads(store, [sent])}


def test_a_list_that_asks_by_itself_is_written_down_for_what_is_new(
    okada: FlaskClient, notes: Notes, store: Store, clock: SetClock
) -> None:
    notes.send()
    tag = okada.get("/desk").text
    for _ in range(3):
        assert okada.get("/desk/pulse", headers=FETCHED).status_code == 204
        okada.get("/desk", headers=FETCHED)
    assert "not_seen" not in tag
    assert len(lines(store, "see_list")) == 1
    notes.send()
    okada.get("/desk", headers=FETCHED)
    assert len(lines(store, "see_list")) == 2
    # Whoever opens it anew looks anew.
    okada.get("/desk")
    assert len(lines(store, "see_list")) == 3
    clock.forward(minutes=61)
    with store.write() as session:
        session.execute(sa.update(SignIn).values(seen_at=clock.now))
    okada.get("/desk", headers=FETCHED)
    assert len(lines(store, "see_list")) == 4


def test_numbers_on_a_list_are_a_line_of_their_own_whatever_was_shown_before(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        assert suzuki.identity is not None
        suzuki.identity.telephone, suzuki.answer_by = "09000000000", AnswerBy.TELEPHONE
        silent_phone(session, cast)
    notes.send()
    okada.get("/desk")
    for times in (1, 2):
        assert "tel:09000000000" in okada.get("/desk?view=telephone", headers=FETCHED).text
        assert len(lines(store, "see_numbers")) == times
    assert len(lines(store, "see_list")) == 1


def test_another_view_of_what_was_shown_is_looked_at_anew(
    okada: FlaskClient, notes: Notes, store: Store
) -> None:
    notes.send()
    okada.get("/desk")
    okada.get("/desk?view=waiting", headers=FETCHED)
    assert len(lines(store, "see_list")) == 2


def test_a_search_names_what_it_found_and_never_what_was_asked(
    okada: FlaskClient, notes: Notes, store: Store
) -> None:
    sent = notes.send(words="朝刊がたまっています。")
    data = {"q": "朝刊"}
    assert okada.post("/desk/search", data=data, headers=town.csrf(okada)).status_code == 200
    (line,) = lines(store, "search")
    assert set(line.shown_ids) == threads(store, [sent])


def test_a_note_says_who_opened_it(okada: FlaskClient, notes: Notes) -> None:
    sent = notes.send()
    okada.get(f"/desk/handoffs/{sent}")
    page = okada.get(f"/desk/handoffs/{sent}").text
    assert "北の相談室：1人が1回" in page


def test_a_page_is_refused_where_the_store_cannot_write(
    okada: FlaskClient, notes: Notes, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = notes.send(words="朝刊がたまっています。")
    okada.get(f"/desk/handoffs/{sent}")

    def broken(_session: Session, *_args: object, **_more: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("disk full"))

    monkeypatch.setattr("models.audit.write", broken)
    answer = okada.get(f"/desk/handoffs/{sent}")
    assert answer.status_code == 503
    assert "朝刊" not in answer.text


def test_nobody_is_told_that_it_was_read_where_it_could_not_be_shown(
    okada: FlaskClient, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = notes.send()
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "write", _fail)
        assert okada.get(f"/desk/handoffs/{sent}").status_code == 503
    assert not notes.look(sent).opened
    assert okada.get(f"/desk/handoffs/{sent}").status_code == 200
    assert notes.look(sent).opened


def _fail(*_args: object) -> None:
    raise Busy


def test_those_who_wait_are_written_together_and_one_bad_line_harms_no_other(store: Store) -> None:
    ledger, done = Ledger(), []

    class _View:
        desk_id = None

        def __init__(self, name: str) -> None:
            self.name = name

        def write(self, _session: Session) -> None:
            if self.name == "bad":
                raise ValueError("bad")
            done.append(self.name)

    ledger.write(store, _View("first"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="bad"):
        ledger.write(store, _View("bad"))  # type: ignore[arg-type]
    ledger.write(store, _View("last"))  # type: ignore[arg-type]
    assert done == ["first", "last"]


def _acts_without_a_line(store: Store) -> list[set[str]]:
    """Grows with every transaction that changed a handoff or a reply, and wrote no line."""
    found: list[set[str]] = []
    table = re.compile(r"(?:INSERT INTO|UPDATE) (\w+)")

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def note(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if (named := table.match(statement)) is not None:
            connection.info.setdefault("touched", set()).add(named[1])

    @sa.event.listens_for(store.engine, "commit")
    def judge(connection: Any) -> None:
        touched = connection.info.pop("touched", set())
        if touched & {"handoff", "reply"} and "audit_line" not in touched:
            found.append(touched)

    return found


def _acknowledge(client: FlaskClient, handoff: uuid.UUID) -> int:
    data = {"template": "check", "next_on": "2026-11-30", "words": ""}
    path = f"/desk/handoffs/{handoff}/acknowledgement"
    return client.post(path, data=data, headers=town.csrf(client)).status_code


def test_an_act_and_its_line_are_one_transaction(
    okada: FlaskClient, notes: Notes, store: Store
) -> None:
    sent = notes.send()
    found = _acts_without_a_line(store)
    assert _acknowledge(okada, sent) == 303
    assert lines(store, "acknowledge")
    assert found == []


def test_a_line_that_is_written_after_the_commit_is_caught(
    okada: FlaskClient, notes: Notes, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = notes.send()
    found, late = _acts_without_a_line(store), []
    # The planted bug: lines wait until the act is committed.
    monkeypatch.setattr("models.audit.write", lambda *_args, **more: late.append(more))
    assert _acknowledge(okada, sent) == 303
    assert late
    assert found != []
