"""The queue at the door: what stands on it, for whom, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import hearing, queue
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.handoff import Handoff, Outcome
from models.membership import Membership
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.town import MORNING, Cast


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Every statement sent to the database while the block runs."""
    seen: list[str] = []

    def see(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", see)
    yield seen
    sa.event.remove(store.engine, "before_cursor_execute", see)


def notes(store: Store, cast: Cast, n: int, **changed: object) -> list[Handoff]:
    with store.write() as session:
        return [
            town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **changed)
            for _ in range(n)
        ]


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def test_a_row_says_what_is_urgent_where_who_what_and_until_when(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    notes(store, cast, 1, about="elderly", words="三日前から朝刊が抜かれていません。")
    page = text_of(okada, "/desk")
    for words in ("北町・高齢の人", "最近見かけない", "三日前から朝刊", "心配", "あと 2日"):
        assert words in page
    assert "雑音" not in page


def test_an_empty_desk_says_that_all_is_acknowledged(okada: FlaskClient) -> None:
    assert "すべて受け止めました" in text_of(okada, "/desk")
    for view in ("today", "telephone", "answered", "moving", "closed"):
        assert 'class="panel empty"' in text_of(okada, f"/desk?view={view}")


@pytest.mark.parametrize("path", ["/desk?view=x", "/desk?desk=x"])
def test_an_unknown_list_or_desk_is_not_here(okada: FlaskClient, path: str) -> None:
    assert okada.get(path).status_code == 404


def test_somebody_elses_desk_is_not_here(okada: FlaskClient, cast: Cast) -> None:
    assert okada.get(f"/desk?desk={cast.south_desk}").status_code == 404


def test_who_is_not_confirmed_sees_no_desk(client: FlaskClient, store: Store, cast: Cast) -> None:
    assert town.signed_in(client, store, cast.kubo).get("/desk").status_code == 404


def test_who_stands_at_two_desks_can_switch(okada: FlaskClient, store: Store, cast: Cast) -> None:
    with store.write() as session:
        membership = Membership(
            person=session.get_one(Person, cast.okada),
            desk=session.get_one(Desk, cast.south_desk),
            made_at=MORNING,
        )
        membership.confirm(None, MORNING)
        session.add(membership)
    page = text_of(okada, f"/desk?desk={cast.south_desk}")
    assert "南の相談室" in page
    assert f'href="/desk?desk={cast.north_desk}"' in page
    assert "雑音その0" in page


def test_a_page_of_rows_leads_to_the_rest(
    okada: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 4)
    notes(store, cast, 5, urgency="memo", signs=["garden"])
    first = text_of(okada, "/desk")
    assert first.count('class="job job--memo"') == 4
    after = first.split("after=")[1].split('"')[0]
    assert text_of(okada, f"/desk?after={after}").count('class="job job--memo"') == 1


def test_one_memo_alone_is_not_ticked_for_several(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    notes(store, cast, 1, urgency="memo", signs=["garden"])
    assert 'form="several"' not in text_of(okada, "/desk")
    notes(store, cast, 1, urgency="memo", signs=["garden"])
    page = text_of(okada, "/desk")
    assert (page.count('form="several"'), page.count('id="several"')) == (2, 1)


def test_several_of_none_says_so(okada: FlaskClient) -> None:
    answer = okada.post("/desk/acknowledgements", headers=town.csrf(okada))
    assert "選ばれたものがありませんでした。" in text_of(okada, answer.headers["Location"])
    assert "選ばれたもの" not in text_of(okada, "/desk?acknowledged=1&late=0")
    assert "選ばれたもの" not in text_of(okada, "/desk")


def test_counts_stop_at_their_limit(
    okada: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNT_LIMIT", 3)
    notes(store, cast, 5)
    assert '<span class="number">3+</span>' in text_of(okada, "/desk")


@pytest.mark.parametrize("view", ["waiting", "moving", "telephone", "answered"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    okada: FlaskClient, store: Store, cast: Cast, view: str
) -> None:
    def grow(n: int) -> None:
        with store.write() as session:
            by = session.get_one(Person, cast.okada)
            for _ in range(n):
                row = town.note(
                    session,
                    MORNING,
                    by=cast.sato,
                    area=cast.kitamachi,
                    signs=["night_out"],
                    contact="telephone",
                    telephone="090-0000-0000",
                )
                if view != "waiting":
                    row.acknowledge(by, Said("check"), MORNING)
                row.answered_at = MORNING
            session.execute(sa.update(Delivery).values(state=DeliveryState.UNDELIVERABLE))

    sizes = []
    for n in (1, 9):
        grow(n)
        with counted(store) as seen:
            page = text_of(okada, f"/desk?view={view}")
        sizes.append((page.count('<li class="job'), len(seen)))
    assert [rows for rows, _ in sizes] == [1, 10]
    assert sizes[0][1] == sizes[1][1], seen


@pytest.mark.parametrize("sign", ["night_out", "young_carer"])
def test_a_child_sign_shows_that_189_was_not_called_until_it_was(
    okada: FlaskClient, store: Store, cast: Cast, sign: str
) -> None:
    notes(store, cast, 1, signs=[sign])
    assert "189への電話がまだです" in text_of(okada, "/desk")


def test_a_call_that_was_made_shows_no_badge(okada: FlaskClient, store: Store, cast: Cast) -> None:
    notes(store, cast, 1, signs=["night_out"], called_first="done")
    assert "189への電話がまだです" not in text_of(okada, "/desk")


def test_what_reached_nobody_is_telephoned_where_that_is_allowed(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        by = session.get_one(Person, cast.okada)
        for telephone in ("090-0000-0000", ""):
            row = town.note(
                session,
                MORNING,
                area=cast.kitamachi,
                contact="telephone" if telephone else "reply",
                telephone=telephone or None,
            )
            row.acknowledge(by, Said("check"), MORNING)
        session.execute(sa.update(Delivery).values(state=DeliveryState.UNDELIVERABLE))
    page = text_of(okada, "/desk?view=telephone")
    assert page.count("/telephone?view=telephone") == page.count('class="job ') == 1
    assert "0900000" not in page
    assert "お返事はまだ読まれていません" not in page
    unread = text_of(okada, "/desk?view=moving")
    assert unread.count("お返事はまだ読まれていません") == 2


def test_a_sealed_note_stands_in_the_sealed_teams_list_alone(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    notes(store, cast, 1, not_nearby=True, words="ひみつの言葉")
    for who, there in ((cast.aoki, True), (cast.ueda, False), (cast.okada, False)):
        page = text_of(town.signed_in(client, store, who), "/desk")
        assert ("ひみつの言葉" in page) is there


def test_a_list_is_packed_unless_its_address_holds_words_of_anybodys(
    okada: FlaskClient, cast: Cast
) -> None:
    headers = {"Accept-Encoding": "br"}
    own = f"/desk?desk={cast.north_desk}&view=waiting"
    assert okada.get(own, headers=headers).headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in okada.get(f"{own}&after=x", headers=headers).headers


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        (["garden", "greeting_stop", "group_stop"], "気にかけておく → 心配"),
        (["not_seen", "thin", "repeats"], "心配 → 急いで"),
    ],
)
def test_what_was_raised_says_from_what_the_signs_made_it(
    okada: FlaskClient, notes: Notes, signs: list[str], said: str
) -> None:
    handoff_id = notes.send(urgency="memo", signs=signs)
    for page in ("/desk", f"/desk/handoffs/{handoff_id}"):
        assert said in okada.get(page).text


def test_a_thread_that_came_back_asks_for_its_call_in_each_of_its_rows(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        here, there = (session.get_one(Desk, one) for one in (cast.north_desk, cast.south_desk))
        okada_, kimura = (session.get_one(Person, one) for one in (cast.okada, cast.kimura))
        handoff = town.note(
            session, MORNING, by=cast.suzuki, area=cast.kitamachi, signs=["night_out"]
        )
        note_id = handoff.thread.observation.client_id
        assert note_id is not None
        away = handoff.pass_on(okada_, there, "南部です", MORNING)
        session.flush()
        back = away.pass_on(kimura, here, "北部です", MORNING)
        back.acknowledge(okada_, Said("check"), MORNING)
        back.close(okada_, Outcome.SETTLED, Said("closed"), MORNING)
    uncalled = "189への電話がまだです"
    assert text_of(okada, "/desk?view=closed").count(uncalled) == 2
    with store.write() as session:
        hearing.tell_called(town.thread_of(session, note_id), "done", MORNING)
    assert uncalled not in text_of(okada, "/desk?view=closed")
