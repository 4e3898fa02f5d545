"""Two tabs and the worker flush at once: each envelope is said once, and all get one answer."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from app import create_app
from blueprints.gate import limiter
from models import device
from models.acceptance import Acceptance
from models.keys import ENVELOPE_CONTEXT, KeyRing
from models.observation import Observation
from models.person import Person
from models.reply import Reply, Said
from models.settings import Settings
from models.store import Store
from tests import town
from tests.support import promises
from tests.support.envelope import item, sealed
from tests.support.live import serving
from tests.support.phone import OBSERVATIONS, Phone, point_of
from tests.town import MORNING, Cast, fields

TEN = 10
BUSY = 503
Answers = list[tuple[int, dict[str, Any]]]
Flush = Callable[[list[dict[str, Any]]], Answers]


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def note(either: Store, cast: Cast) -> str:
    """鈴木's note, about which the desk has asked; its id."""
    raw = fields()
    with either.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **raw)
        handoff.ask(session.get_one(Person, cast.okada), Said(words="いつからですか。"), MORNING)
    return str(raw["id"])


@pytest.fixture
def flush(
    either: Store, cast: Cast, settings: Settings, keys: KeyRing, clock: Any
) -> Iterator[Flush]:
    """Send all at the same time from 鈴木's phone; what found the store busy goes again."""
    app = create_app(settings, store=either, keys=keys, clock=clock)
    limiter.reset()
    phone = Phone()
    with either.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        phone.device = str(device.register(session, suzuki, point_of(phone), MORNING).id)
    key = {**keys.envelope_key, "info": ENVELOPE_CONTEXT.decode()}

    def send(raw: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        body = sealed(key, raw)
        headers = {"Content-Type": "application/octet-stream"} | phone.headers(body)
        request = urllib.request.Request(f"{address}{OBSERVATIONS}", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {}

    def send_until_taken(raw: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        while (answer := send(raw))[0] == BUSY:
            continue
        return answer

    def at_once(raws: list[dict[str, Any]]) -> Answers:
        with ThreadPoolExecutor(len(raws)) as pool:
            return list(pool.map(send_until_taken, raws))

    with serving(app) as address:
        yield at_once


def count(store: Store, kind: type) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def test_ten_equal_answers_are_one_reply_and_ten_equal_acceptances(
    either: Store, note: str, flush: Flush
) -> None:
    answers = flush([item("answer", note, words="土曜からです。")] * TEN)
    assert Counter(status for status, _ in answers) == {201: 1, 200: TEN - 1}
    assert all(acceptance == answers[0][1] for _, acceptance in answers)
    assert (count(either, Reply), count(either, Acceptance)) == (2, 1)
    with either.read() as session:
        promises.check(session, {uuid.UUID(note)})


def test_ten_equal_items_that_fit_nowhere_are_held_once(
    either: Store, note: str, flush: Flush
) -> None:
    raw = item("answer", str(uuid.uuid4()), words="どこへ")
    answers = flush([raw] * TEN)
    assert Counter(status for status, _ in answers) == {201: 1, 200: TEN - 1}
    assert (count(either, Reply), count(either, Observation)) == (1, 2)
    with either.read() as session:
        promises.check(session, {uuid.UUID(note), uuid.UUID(raw["id"])})


def test_ten_contents_under_one_id_are_all_kept_and_one_is_said(
    either: Store, note: str, flush: Flush
) -> None:
    raw = item("addition", note)
    answers = flush([raw | {"words": f"その{n}"} for n in range(TEN)])
    assert [status for status, _ in answers] == [201] * TEN
    assert (count(either, Reply), count(either, Acceptance)) == (2, TEN)
    assert count(either, Observation) == TEN
    with either.read() as session:
        promises.check(session, {uuid.UUID(note), uuid.UUID(raw["id"])})


def test_ten_answers_to_one_question_are_all_heard(either: Store, note: str, flush: Flush) -> None:
    answers = flush([item("answer", note, words=f"その{n}") for n in range(TEN)])
    assert [status for status, _ in answers] == [201] * TEN
    assert count(either, Reply) == 1 + TEN
    with either.read() as session:
        said = [reply.kind.value for reply in town.thread_of(session, note).replies]
    assert Counter(said) == {"question": 1, "answer": 1, "addition": TEN - 1}
