"""Many at once, over a real server, on both databases: one row, and everybody the same answer."""

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
from models import receipt_code
from models.keys import KeyRing
from models.observation import Observation
from models.receipt import Receipt
from models.settings import Settings
from models.store import Store
from tests import town
from tests.support import promises
from tests.support.live import serving
from tests.town import fields

TEN = 10
CODE = receipt_code.generate()
BUSY = 503
Post = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


@pytest.fixture
def post(either: Store, settings: Settings, keys: KeyRing, clock: Any) -> Iterator[Post]:
    app = create_app(settings, store=either, keys=keys, clock=clock)
    limiter.reset()
    with either.write() as session:
        town.build(session, noise=False)

    def send(raw: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            f"{address}/api/v1/observations",
            data=json.dumps(raw).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def send_until_taken(raw: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """As a phone does: on a machine that is too busy, the same again."""
        while (answer := send(raw))[0] == BUSY:
            continue
        return answer

    with serving(app) as address:
        yield send_until_taken


def all_at_once(post: Post, raws: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    with ThreadPoolExecutor(len(raws)) as pool:
        return list(pool.map(post, raws))


def test_ten_equal_notes_make_one_row_and_ten_equal_answers(post: Post, either: Store) -> None:
    raw = fields(receipt=receipt_code.generate())
    answers = all_at_once(post, [raw] * TEN)
    assert Counter(status for status, _ in answers) == {201: 1, 200: TEN - 1}
    assert all(acceptance == answers[0][1] for _, acceptance in answers)
    with either.read() as session:
        promises.check(session, {uuid.UUID(raw["id"])})
        assert session.scalar(sa.select(sa.func.count()).select_from(Observation)) == 1


def test_ten_contents_under_one_id_keep_one_root_and_all_words(post: Post, either: Store) -> None:
    raw = fields()
    raws = [raw | {"words": f"言葉その{n}"} for n in range(TEN)]
    answers = all_at_once(post, raws)
    assert Counter(status for status, _ in answers) == {201: 1, 409: TEN - 1}
    with either.read() as session:
        promises.check(session, {uuid.UUID(raw["id"])})
        words = {row.body["words"] for row in session.scalars(sa.select(Observation))}
    assert words == {each["words"] for each in raws}


def test_ten_notes_with_one_code_all_arrive_and_one_has_it(post: Post, either: Store) -> None:
    raws = [fields(receipt=CODE) for _ in range(TEN)]
    answers = all_at_once(post, raws)
    assert [status for status, _ in answers] == [201] * TEN
    assert [acceptance["receipt"] for _, acceptance in answers].count(True) == 1
    with either.read() as session:
        promises.check(session, {uuid.UUID(raw["id"]) for raw in raws})
        assert session.scalar(sa.select(sa.func.count()).select_from(Receipt)) == 1
