"""A Monday: the notes of a weekend, by keyboard alone and by touch alone, and none forgotten.

Forty by make test-all, else half as many.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy.orm import Session

from models.contact import ContactKind
from models.handoff import Handoff, Outcome, State
from models.household.entity import members
from models.reply import InsideNote, Reply, ReplyKind
from models.store import Store
from tests.browser.conftest import DESK, LONG, PHONE
from tests.browser.hands import Finger, Hand, Keyboard
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.weekend import FORTY, Weekend, settle
from tests.conftest import EVERYTHING, SetClock
from tests.support.live import serving

SECONDS_A_NOTE = 4
NOTES = FORTY if EVERYTHING else FORTY // 2
MOST_KEYS, MOST_TAPS = 85 + NOTES, 65
"""What is a note like others takes one key."""
MIDDLE = NOTES // 2


@pytest.fixture
def weekend(store: Store, clock: SetClock) -> Weekend:
    with store.write() as session:
        return settle(session, clock.now, NOTES)


@pytest.fixture
def opened(
    browser: Browser, app: Flask, store: Store, weekend: Weekend
) -> Iterator[Callable[[ViewportSize, bool], Page]]:
    """The desk's list on a screen of one size, with touch or without."""
    with serving(app) as url:

        def open_list(size: ViewportSize, has_touch: bool) -> Page:
            context = browser.new_context(
                viewport=size,
                locale="ja-JP",
                base_url=url,
                service_workers="block",
                has_touch=has_touch,
            )
            let_in(context, url, store, weekend.cast.okada, app)
            page = context.new_page()
            page.goto("/desk")
            look(page, f"monday_{'touch' if has_touch else 'keys'}_begins", at=size)
            page.reload()
            expect(page.locator("html")).to_have_attribute("data-ready", "")
            return page

        yield open_list
        for context in browser.contexts:
            context.close()


def test_by_keyboard_alone(
    opened: Callable[[ViewportSize, bool], Page],
    store: Store,
    clock: SetClock,
    weekend: Weekend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = opened(DESK, False)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="キーボードで使う")).to_be_visible()
    page.keyboard.press("Escape")
    hand = Keyboard(page)
    hand.begin()
    _second_thoughts(hand)
    _triage(hand, weekend, clock, DESK)
    _all_is_done(page, DESK)
    _holds(store, weekend)
    _say(capsys, f"by keyboard: {hand.acts} key presses")
    assert hand.acts <= MOST_KEYS


@LONG
def test_by_touch_alone(
    opened: Callable[[ViewportSize, bool], Page],
    store: Store,
    clock: SetClock,
    weekend: Weekend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = opened(PHONE, True)
    hand = Finger(page)
    hand.begin()
    _second_thoughts(hand)
    _triage(hand, weekend, clock, PHONE, is_together=True)
    _all_is_done(page, PHONE)
    _holds(store, weekend)
    _say(capsys, f"by touch: {hand.acts} taps")
    assert hand.acts <= MOST_TAPS


def _say(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{NOTES} notes {line}\n")


def _second_thoughts(hand: Hand) -> None:
    """Acknowledged by mistake and undone: the person is at that row again, and makes it theirs."""
    first = hand.chosen
    hand.acknowledge()
    assert hand.chosen not in ("", first)
    hand.undo()
    assert hand.chosen == first
    hand.claim()
    assert hand.chosen == first
    expect(hand.row).to_contain_text("わたしの担当")


def _triage(
    hand: Hand, weekend: Weekend, clock: SetClock, size: ViewportSize, *, is_together: bool = False
) -> None:
    """Row after row, each where the one before it was."""
    special = _special(weekend)
    is_joined = False
    for n in range(len(weekend.every)):
        at = uuid.UUID(hand.chosen)
        if is_together and "job--memo" in (hand.row.get_attribute("class") or ""):
            _take_the_rest(hand)
            break
        if at in weekend.household and not is_joined:
            is_joined = True
            _on_its_page(hand, _gather)
        elif at in special:
            _on_its_page(hand, special[at])
        else:
            hand.acknowledge()
        clock.forward(seconds=SECONDS_A_NOTE)
        if hand.chosen:
            expect(hand.row.locator(".job__head")).to_be_in_viewport(ratio=1)
        if n == MIDDLE:
            look(hand.page, f"monday_{type(hand).__name__.lower()}_middle", at=size)


def _special(weekend: Weekend) -> dict[uuid.UUID, Callable[[Hand], None]]:
    return {
        weekend.elsewhere: _pass_on,
        weekend.unclear: _ask,
        weekend.to_call: _telephone,
        weekend.settled: _close,
    }


def _on_its_page(hand: Hand, act: Callable[[Hand], None]) -> None:
    hand.open()
    act(hand)
    hand.leave()


def _gather(hand: Hand) -> None:
    look_at = hand.page.get_by_role("region", name="同じ世帯かもしれません")
    for _ in range(2):
        hand.send(look_at.get_by_role("button", name="同じ世帯にまとめる").first)
        expect(hand.page.get_by_text("同じ世帯にまとめました。")).to_be_in_viewport()
    hand.acknowledge_here()


def _pass_on(hand: Hand) -> None:
    form = hand.page.locator("#passing-on")
    hand.press(form.locator("summary").first, below=True)
    hand.press(form.get_by_label("南の相談室"))
    hand.write(form.get_by_role("textbox"), "停留所は南町にあります。")
    hand.send(form.get_by_role("button", name="つなぐ", exact=True))


def _ask(hand: Hand) -> None:
    form = hand.page.locator("#question")
    hand.press(form.locator("summary"), below=True)
    hand.write(form.get_by_role("textbox"), "どの家のことか、教えてください。")
    hand.send(form.get_by_role("button", name="質問を送る"))
    hand.acknowledge_here()


def _telephone(hand: Hand) -> None:
    hand.send(hand.page.get_by_role("button", name="電話した"), before=True)
    hand.acknowledge_here()


def _close(hand: Hand) -> None:
    hand.acknowledge_here()
    form = hand.page.locator("#closure")
    hand.press(form.locator("summary"), below=True)
    hand.press(form.get_by_label("落ち着いた"))
    hand.send(form.get_by_role("button", name="お返事を送る"))


def _take_the_rest(hand: Hand) -> None:
    """What is only to be kept in mind, in two taps however much it is."""
    hand.press(hand.page.get_by_role("button", name="「気にかけておく」をすべて選ぶ"))
    expect(hand.page.get_by_role("button", name="選ぶのをやめる")).to_be_visible()
    look(hand.page, "monday_ticked")
    hand.send(hand.page.get_by_role("button", name="選んだものを受け止める"))


def _all_is_done(page: Page, size: ViewportSize) -> None:
    expect(page.locator(".job")).to_have_count(0)
    expect(page.get_by_text("すべて受け止めました")).to_be_visible()
    assert page.title().startswith("受付")
    look(page, f"monday_{size['width']}_ends", of="intake/list_handoffs.html", at=size)


def _holds(store: Store, weekend: Weekend) -> None:
    """Nobody was forgotten, each by a person's hand, and what was asked for was done."""
    with store.read() as session:
        notes = {id_: session.get_one(Handoff, id_) for id_ in weekend.every}
        passed, closed = notes.pop(weekend.elsewhere), notes.pop(weekend.settled)
        assert passed.state is State.PASSED_ON
        assert passed.thread.handoff.desk_id == weekend.cast.south_desk
        assert closed.outcome is Outcome.SETTLED
        for one in notes.values():
            assert one.state is State.RECEIVED
            assert one.next_on is not None
        by_a_person = {one.thread_id for one in (*notes.values(), closed)}
        assert by_a_person == _threads(session, ReplyKind.ACKNOWLEDGEMENT, weekend.cast.okada)
        asked = notes[weekend.unclear].thread_id
        assert {asked} == _threads(session, ReplyKind.QUESTION, weekend.cast.okada)
        logged = sa.select(InsideNote.handoff_id, InsideNote.contact)
        called = [
            tuple(row) for row in session.execute(logged.where(InsideNote.contact.is_not(None)))
        ]
        assert called == [(weekend.to_call, ContactKind.TELEPHONED)]
        together = {notes[id_].thread_id for id_ in weekend.household}
        assert set(members(session, together.copy().pop(), sealed=False)) == together


def _threads(session: Session, kind: ReplyKind, by: uuid.UUID) -> set[uuid.UUID]:
    told = sa.select(Reply.thread_id).where(Reply.kind == kind, Reply.by_id == by)
    return set(session.scalars(told))
