"""取り消す at the desk: what is offered, to whom, and what is said where it is too late."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.audit import AuditLine
from models.delivery import Delivery
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import MEMO, Notes, Post
from tests.conftest import SetClock
from tests.town import Cast

UNDO = re.compile(r'<form class="undo" data-seconds="(\d+)" action="([^"]+)"')
GONE = "お返事はもう送りました。取り消しはできませんが、新しいお返事を送れます。"
SENT = {"view": "waiting"}


def offered(client: FlaskClient, path: str = "/desk") -> list[tuple[str, str]]:
    """The seconds and the address of each undo that a page offers."""
    return UNDO.findall(client.get(path).text)


def several(client: FlaskClient, door: str, *handoffs: uuid.UUID) -> TestResponse:
    data = {"handoff": [str(one) for one in handoffs]}
    return client.post(f"/desk/{door}", data=data, headers=town.csrf(client))


def test_one_tap_of_the_list_can_be_undone_from_it(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send()
    there = post(one, "acknowledgement", **SENT).headers["Location"]
    clock.forward(seconds=2.5)
    page = okada.get(there).text
    assert UNDO.findall(page) == [("7", f"/desk/handoffs/{one}/undoing")]
    assert "「北町」を受け止めました。" in page
    assert "お返事を送りました。</b>" not in page
    back = post(one, "undoing", **SENT).headers["Location"]
    assert notes.look(one).state == "sent"
    assert notes.look(one).said == []
    page = okada.get(back).text
    assert "取り消しました。お返事は送っていません。" in page
    assert f'href="/desk/handoffs/{one}" data-behaviour="focus"' in page
    assert UNDO.findall(page) == []


def test_the_newest_stands_first_and_each_can_be_undone(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    one, other = notes.send(), notes.send(area="minamimachi", by="sato")
    post(one, "acknowledgement")
    clock.forward(seconds=4)
    third = notes.send(words="灯りがつきません。")
    post(third, "acknowledgement")
    assert [seconds for seconds, _ in offered(okada)] == ["10", "6"]
    assert offered(okada)[0][1] == f"/desk/handoffs/{third}/undoing"
    clock.forward(seconds=6)
    assert len(offered(okada)) == 1
    assert notes.look(other).state == "sent"


def test_several_at_once_are_undone_at_once(
    okada: FlaskClient, notes: Notes, store: Store, clock: SetClock
) -> None:
    ids = [notes.send(**MEMO) for _ in range(3)]
    page = okada.get(several(okada, "acknowledgements", *ids).headers["Location"]).text
    assert UNDO.findall(page) == [("10", "/desk/undoings")]
    assert all(f'name="handoff" value="{one}"' in page for one in ids)
    assert "3件を受け止めました。" in page
    for _ in range(2):
        there = several(okada, "undoings", *ids).headers["Location"]
        assert there.endswith("&undone=3&kept=0&withdrawn=0")
    assert "3件を取り消しました。お返事は送っていません。" in okada.get(there).text
    assert {notes.look(one).state for one in ids} == {"sent"}
    with store.read() as session:
        undone = sa.select(sa.func.count()).where(AuditLine.act == "undo")
        assert session.scalar(undone) == 3


def test_of_several_what_went_on_stays_and_is_counted(
    okada: FlaskClient, notes: Notes, clock: SetClock
) -> None:
    ids = [notes.send(**MEMO) for _ in range(3)]
    several(okada, "acknowledgements", *ids)
    notes.change(ids[0], lambda h, by: h.note_inside(by, "見てくる", clock.now), "kato")
    there = several(okada, "undoings", *ids).headers["Location"]
    assert there.endswith("&undone=2&kept=1&withdrawn=0")
    assert "1件は、もう取り消せませんでした" in okada.get(there).text
    assert [notes.look(one).state for one in ids] == ["received", "sent", "sent"]


@pytest.mark.parametrize("form", [SENT, {}])
def test_after_the_time_it_is_said_that_a_new_reply_is_the_way(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock, form: dict[str, str]
) -> None:
    one = notes.send()
    post(one, "acknowledgement")
    clock.forward(seconds=10)
    assert offered(okada) == offered(okada, f"/desk/handoffs/{one}") == []
    late = post(one, "undoing", **form)
    assert late.status_code == 409
    assert GONE in late.text
    assert "まだ送っていません" not in late.text
    assert '<a href="#reply">新しいお返事を書く</a>' in late.text
    assert re.search(r'<details[^>]*id="reply"[^>]*open', late.text)
    assert notes.look(one).state == "received"


def test_the_notes_page_offers_it_and_says_what_is_not_sent_yet(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send()
    page = okada.get(post(one, "acknowledgement", template="check").headers["Location"]).text
    assert UNDO.findall(page) == [("10", f"/desk/handoffs/{one}/undoing")]
    assert "受け止めました。" in page
    assert "まだ送っていません" in page
    assert "お返事はまだ読まれていません" not in page
    clock.forward(seconds=11)
    page = okada.get(f"/desk/handoffs/{one}").text
    assert "まだ送っていません" not in page
    assert "お返事はまだ読まれていません" in page


def test_nobody_else_is_offered_it_or_can_do_it(
    app: Flask, store: Store, cast: Cast, post: Post, notes: Notes
) -> None:
    one = notes.send()
    post(one, "acknowledgement")
    kato = town.signed_in(app.test_client(), store, cast.kato)
    assert offered(kato) == offered(kato, f"/desk/handoffs/{one}") == []
    refused = kato.post(f"/desk/handoffs/{one}/undoing", headers=town.csrf(kato))
    assert refused.status_code == 409
    assert "取り消せるのは、受け止めた人だけです。" in refused.text
    assert "まだ送っていません" in refused.text
    assert (
        several(kato, "undoings", one).headers["Location"].endswith("&undone=0&kept=1&withdrawn=0")
    )
    assert notes.look(one).state == "received"


def test_what_somebody_did_since_is_kept_and_said(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock
) -> None:
    one = notes.send()
    post(one, "acknowledgement")
    notes.change(one, lambda h, by: h.note_inside(by, "見てくる", clock.now), "kato")
    assert offered(okada) == []
    refused = post(one, "undoing", **SENT)
    assert refused.status_code == 409
    assert "そのあとにほかのことが進んだので、お返事はもう送りました。" in refused.text


def test_two_taps_are_one_undo(post: Post, notes: Notes, store: Store) -> None:
    one = notes.send()
    post(one, "acknowledgement")
    assert [post(one, "undoing").status_code for _ in range(2)] == [303, 303]
    with store.read() as session:
        acts = list(session.scalars(sa.select(AuditLine.act)))
        assert acts.count("undo") == 1
        assert (
            session.scalars(sa.select(Delivery).where(Delivery.reply_id.is_not(None))).all() == []
        )


def test_the_history_tells_of_it(okada: FlaskClient, post: Post, notes: Notes) -> None:
    one = notes.send()
    post(one, "acknowledgement")
    post(one, "undoing")
    page = okada.get(f"/desk/handoffs/{one}").text
    assert re.search(r"岡田[^<]*が受け止めを取り消しました", page)
    assert 'id="acknowledgement"' in page
