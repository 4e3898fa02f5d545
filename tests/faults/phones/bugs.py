"""Bugs that lost somebody's notes, or took them from their writers, to be planted in the code."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bug:
    """A name, and replacements of text that stands exactly once in its file."""

    name: str
    shows: tuple[str, ...]
    """The counts of which at least one is no longer 0."""
    on_the_phone: list[dict[str, str]] = field(default_factory=list)
    on_the_server: list[dict[str, str]] = field(default_factory=list)
    drops_unique: tuple[str, tuple[str, ...]] | None = None


def _one(file: str, old: str, new: str) -> list[dict[str, str]]:
    return [{"file": file, "old": old, "new": new}]


BUGS = (
    Bug(
        "drop on 4xx",
        ("lost",),
        _one(
            "send.js",
            "  await putOff(id, answer);\n",
            "  const isRefused = answer?.status >= 400 && answer.status < 500;\n"
            '  if (isRefused) await store.remove("outbox", id);\n'
            "  else await putOff(id, answer);\n",
        ),
    ),
    Bug(
        "acceptance = any 2xx",
        ("false_arrived", "lost"),
        _one(
            "send.js",
            "  if (isAcceptance(answer, item)) {\n",
            "  if (answer?.status >= 200 && answer.status < 300) {\n    answer.body ??= {};\n",
        ),
    ),
    Bug(
        "store recreated on upgrade",
        ("lost",),
        _one(
            "store.js",
            "for (const migrate of MIGRATIONS.slice(oldVersion)) migrate(result, transaction);",
            "for (const name of [...result.objectStoreNames]) result.deleteObjectStore(name);\n"
            "      for (const migrate of MIGRATIONS) migrate(result, transaction);",
        ),
    ),
    Bug(
        "no unique key",
        ("duplicated",),
        on_the_server=_one(
            "models/arrival.py",
            'first = run(session, _FIRST, {"note": arrival.note_id, "purged": purged}).first()',
            "first = None",
        ),
        drops_unique=("observation", ("uq_observation_client_id",)),
    ),
    Bug(
        "a new key takes over what the old one signed",
        ("other_author",),
        _one(
            "registration.js",
            "const isNamed = value.owner === owner && isOfKey;",
            "const isNamed = value.owner === owner;",
        ),
    ),
    Bug(
        "form cleared before read-back",
        ("lost",),
        _one(
            "outbox.js",
            "isKept = read.every(({ value }, index) => isSame(value, items[index]));",
            "isKept = true;",
        ),
    ),
)
