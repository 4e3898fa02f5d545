"""Held notes: the core places them, the sealed team keeps its own, nothing is lost."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import queue
from models.arrival import Arrival, accept
from models.audit import AuditLine
from models.desk import Desk, DeskKind
from models.draft import content_hash, read_draft
from models.handoff import Handoff, HeldReason, State
from models.ladder import rungs
from models.store import Store
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session)


def hold(
    store: Store, reason: HeldReason, raw: bytes | None = None, **changed: object
) -> uuid.UUID:
    """A held note; the id of its handoff."""
    fields = town.fields(place="駅の裏", words=f"{reason.value}の言葉", **changed)
    draft, _ = read_draft(fields)
    arrival = Arrival(
        note_id=uuid.uuid4(), content_hash=content_hash(fields), draft=draft, held=reason, raw=raw
    )
    with store.write() as session:
        accept(session, arrival, MORNING)
        found = sa.select(Handoff.id).where(Handoff.held_reason == reason)
        return session.scalars(found).one()


def place(client: FlaskClient, handoff_id: uuid.UUID, to: object) -> int:
    path = f"/core/handoffs/{handoff_id}/placement"
    return client.post(path, data={"to_desk": to}, headers=town.csrf(client)).status_code


def where(store: Store, handoff_id: uuid.UUID) -> tuple[uuid.UUID, State]:
    with store.read() as session:
        handoff = session.get_one(Handoff, handoff_id)
        return handoff.desk_id, handoff.state


@pytest.mark.parametrize(
    "reason",
    [r for r in HeldReason if r is not HeldReason.UNREADABLE],
)
def test_a_held_note_says_why_and_goes_to_the_desk_chosen(
    client: FlaskClient, store: Store, cast: Cast, reason: HeldReason
) -> None:
    handoff_id = hold(store, reason)
    town.signed_in(client, store, cast.ueda)
    page = client.get("/core/held").text
    assert f"{reason.value}の言葉" in page
    assert "駅の裏" in page
    assert place(client, handoff_id, cast.north_desk) == 303
    assert where(store, handoff_id) == (cast.north_desk, State.SENT)
    assert f"{reason.value}の言葉" not in client.get("/core/held").text


def test_who_looks_for_its_desk_is_not_who_reads_it(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    handoff_id = hold(store, HeldReason.UNKNOWN_AREA)
    town.signed_in(client, store, cast.ueda)
    client.get(f"/desk/handoffs/{handoff_id}")
    assert rungs_of(store, handoff_id) == ["arrived"]
    assert place(client, handoff_id, cast.north_desk) == 303
    assert rungs_of(store, handoff_id) == ["arrived"]
    with store.read() as session:
        assert not session.get_one(Handoff, handoff_id).may_take_back(MORNING)
    town.signed_in(client, store, cast.okada)
    client.get(f"/desk/handoffs/{handoff_id}")
    assert rungs_of(store, handoff_id) == ["arrived", "opened"]
    with store.read() as session:
        read = sa.select(AuditLine.actor_id).where(AuditLine.act == "open").order_by(AuditLine.id)
        assert session.scalars(read).all() == [cast.ueda, cast.okada]


@pytest.mark.parametrize(
    ("urgency", "says"),
    [
        ("soon", "東の相談室には、いま担当の人がいません。つながり支援課に届きました。"),
        ("today", "東の相談室は、急ぎのものを受けていません。つながり支援課に届きました。"),
    ],
)
def test_what_a_desk_cannot_take_now_is_said_to_be_where_it_went(
    client: FlaskClient, store: Store, cast: Cast, urgency: str, says: str
) -> None:
    with store.write() as session:
        east = Desk(kind=DeskKind.INTAKE_POINT, name="東の相談室", made_at=MORNING)
        east.is_volunteer = True
        east.back_up_by(session.get_one(Desk, cast.core))
        session.add(east)
    handoff_id = hold(store, HeldReason.UNKNOWN_AREA, urgency=urgency)
    town.signed_in(client, store, cast.ueda)
    path = f"/core/handoffs/{handoff_id}/placement"
    answer = client.post(path, data={"to_desk": east.id}, headers=town.csrf(client))
    assert where(store, handoff_id) == (cast.core, State.SENT)
    page = client.get(answer.location).text
    assert says in page
    assert "窓口へ渡しました。" not in page


@pytest.mark.parametrize("asked", ["", "&chosen=x&owner=y", f"&chosen={uuid.UUID(int=0)}"])
def test_an_address_that_names_no_desk_says_nothing(
    client: FlaskClient, store: Store, cast: Cast, asked: str
) -> None:
    town.signed_in(client, store, cast.ueda)
    page = client.get(f"/core/held?done=nobody_there{asked}")
    assert page.status_code == 200
    assert "担当の人がいません" not in page.text


def rungs_of(store: Store, handoff_id: uuid.UUID) -> list[str]:
    """What the reporter sees of a note."""
    with store.read() as session:
        return [rung.code for rung in rungs(session.get_one(Handoff, handoff_id).thread, MORNING)]


def test_an_unreadable_envelope_is_the_sealed_teams_alone(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    handoff_id = hold(store, HeldReason.UNREADABLE, raw=b"\1\2\3")
    town.signed_in(client, store, cast.ueda)
    assert "封を開けられませんでした" not in client.get("/core/held").text
    assert place(client, handoff_id, cast.core) == 404
    town.signed_in(client, store, cast.aoki)
    assert "封を開けられませんでした" in client.get("/core/held").text
    assert client.get(f"/desk/handoffs/{handoff_id}").status_code == 200
    assert place(client, handoff_id, cast.core) == 303
    assert where(store, handoff_id) == (cast.core, State.SENT)


def test_a_sealed_note_goes_to_no_other_desk(client: FlaskClient, store: Store, cast: Cast) -> None:
    handoff_id = hold(store, HeldReason.UNKNOWN_AREA, not_nearby=True)
    town.signed_in(client, store, cast.aoki)
    assert place(client, handoff_id, cast.north_desk) == 422
    assert where(store, handoff_id) == (cast.core, State.HELD)


@pytest.mark.parametrize("to", ["", "x", uuid.uuid4()])
def test_without_a_desk_nothing_is_placed(
    client: FlaskClient, store: Store, cast: Cast, to: object
) -> None:
    handoff_id = hold(store, HeldReason.UNKNOWN_AREA)
    town.signed_in(client, store, cast.ueda)
    assert place(client, handoff_id, to) == 422
    assert where(store, handoff_id) == (cast.core, State.HELD)


@pytest.mark.parametrize("who", ["okada", "yamamoto", "suzuki"])
def test_who_is_not_at_the_core_sees_none_of_it(
    client: FlaskClient, store: Store, cast: Cast, who: str
) -> None:
    handoff_id = hold(store, HeldReason.UNKNOWN_AREA)
    town.signed_in(client, store, getattr(cast, who))
    assert client.get("/core/held").status_code == 404
    assert place(client, handoff_id, cast.north_desk) == 404


def test_what_a_colleague_placed_is_not_placed_twice(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    handoff_id = hold(store, HeldReason.UNKNOWN_AREA)
    town.signed_in(client, store, cast.ueda)
    assert place(client, handoff_id, cast.north_desk) == 303
    assert place(client, handoff_id, cast.south_desk) == 404
    assert where(store, handoff_id) == (cast.north_desk, State.SENT)


def test_marked_notes_stand_last_and_what_is_beyond_the_page_follows(
    client: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    marked = hold(store, HeldReason.CONFLICT)
    others = [hold(store, reason) for reason in (HeldReason.TOO_LONG, HeldReason.UNKNOWN_SIGN)]
    with store.write() as session:
        found = session.get_one(Handoff, marked)
        found.is_marked, found.due_at = True, MORNING
    town.signed_in(client, store, cast.ueda)
    page = client.get("/core/held").text
    assert all(f'id="held-{one}"' in page for one in others)
    assert f'id="held-{marked}"' not in page
    link = re.search(r'href="(/core/held\?after=[^"]+)"', page)
    assert link
    following = client.get(link[1])
    assert f'id="held-{marked}"' in following.text
    assert 'href="/core/held?after=' not in following.text
    after = re.search(r'name="after" value="([^"]+)"', following.text)
    assert after
    form = {"to_desk": "", "after": after[1]}
    path = f"/core/handoffs/{marked}/placement"
    wrong = client.post(path, data=form, headers=town.csrf(client))
    assert f'id="held-{marked}"' in wrong.text
