"""What became of everything a phone said, by the database and the phones' own history."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import json
import math
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.handoff import Handoff
from models.observation import Observation
from models.store import Store
from models.thread import Thread


@dataclass(frozen=True)
class Verdict:
    """Counts of notes; `wrong` are the ids behind the counts that have to be 0."""

    noted: int
    arrived: int
    duplicated: int
    lost: int
    false_arrived: int
    out_of_order: int
    """Stored with another time or in another order than they were written on their phone."""
    other_author: int
    """Stored under anybody's name but their writer's, or under nobody's."""
    wrong: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether all is as promised."""
        wrong = self.duplicated, self.lost, self.false_arrived, self.out_of_order, self.other_author
        return not any(wrong)


def judge(store: Store, history: Path) -> Verdict:
    """Compare what phones said with what the town has; each note has words of its own."""
    said = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    kept = {line["words"]: line for line in said if line["said"] == "kept"}
    arrived = {line["id"]: line for line in reversed(said) if line["said"] == "arrived"}
    rows = _rows(store)
    stored = Counter(row["words"] for row in rows)
    received = {row["id"]: row["received"].timestamp() * 1000 for row in rows}
    twice = [f"thread {thread}" for thread, number in _roots(store).items() if number != 1]
    wrong = {
        "lost": [words for words in kept if not stored[words]],
        "duplicated": [words for words in kept if stored[words] > 1] + twice,
        "false_arrived": [
            one for one, line in arrived.items() if received.get(one, math.inf) > line["real"] + 1
        ],
        "out_of_order": _out_of_order(said, list(kept.values()), rows),
        "other_author": _other_author(store, kept, rows),
    }
    counts = {name: len(ids) for name, ids in wrong.items()}
    found = len(kept) - counts["lost"]
    return Verdict(noted=len(kept), arrived=found, **counts, wrong=wrong)


def _rows(store: Store) -> list[dict[str, Any]]:
    """Every stored note; one whose id another content has goes by that id."""
    with store.read() as session:
        return [
            {
                "id": str(row.client_id or row.conflicts_with),
                "words": row.body.get("words", ""),
                "at": row.noted_at,
                "received": row.received_at,
                "author": row.thread.reporter.token,
            }
            for row in session.scalars(sa.select(Observation))
        ]


def _roots(store: Store) -> dict[uuid.UUID, int]:
    """How many first handoffs each thread has."""
    count = sa.func.count(Handoff.id)
    query = (
        sa.select(Thread.id, count)
        .outerjoin(Handoff, sa.and_(Handoff.thread_id == Thread.id, Handoff.step == 1))
        .group_by(Thread.id)
    )
    with store.read() as session:
        return dict(session.execute(query).all())


def _other_author(
    store: Store, kept: dict[str, dict[str, Any]], rows: list[dict[str, Any]]
) -> list[str]:
    token = functools.cache(store.keys.reporter_token)
    authors = {words: line["author"] for words, line in kept.items()}
    return [
        row["words"]
        for row in rows
        if (who := authors.get(row["words"])) is not None
        and row["author"] != (token(uuid.UUID(who)) if who else None)
    ]


def _out_of_order(
    said: list[dict[str, Any]], kept: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> list[str]:
    """Numbers of a key that do not rise as its phone wrote, and times that are not the tapped ones.

    A phone that was emptied after its key had ended forgets which of them it is at.
    """
    ends = Counter(line["phone"] for line in said if line["said"] == "ended")
    keys: dict[tuple[int, int], list[int]] = defaultdict(list)
    for line in kept:
        if "sequence" in line:
            keys[line["phone"], line["turn"]].append(int(line["sequence"]))
    found = [
        f"phone {phone}: {order}"
        for (phone, _), order in keys.items()
        if sum(after <= before for before, after in itertools.pairwise(order)) > ends[phone]
    ]
    tapped = {line["words"]: line["at"] for line in kept if "at" in line}
    found += [
        row["words"]
        for row in rows
        if row["words"] in tapped
        and row["at"] not in (None, dt.datetime.fromisoformat(tapped[row["words"]]))
    ]
    return found
