"""The hash by which a phone and the server know the same note."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from json.encoder import encode_basestring


class _Mark(str):
    """Punctuation between values, already written."""

    __slots__ = ()


def content_hash(fields: Mapping[str, object]) -> str:
    """SHA-256, in hex, of the fields as they were sent; the phone computes the same.

    The bytes are `JSON.stringify` of an object whose keys are sorted, without spaces, in
    UTF-8; strings are not normalised, a lone surrogate is its lower-case \\ud800 escape. Values
    are strings, booleans, null and lists of these: numbers differ between languages.
    """
    canonical = "".join(_written(fields))
    return hashlib.sha256(canonical.encode("utf-8", "backslashreplace")).hexdigest()


def _written(fields: object) -> Iterator[str]:
    """The pieces of the canonical text, without recursion: depth is the sender's choice."""
    left = [fields]
    while left:
        one = left.pop()
        if isinstance(one, _Mark):
            yield one
        elif isinstance(one, Mapping):
            pairs = [[key, _Mark(":"), one[key]] for key in sorted(one)]
            left.extend(_wrapped("{", pairs, "}"))
        elif isinstance(one, (list, tuple)):
            left.extend(_wrapped("[", ([item] for item in one), "]"))
        else:
            yield encode_basestring(one) if isinstance(one, str) else json.dumps(one)


def _wrapped(start: str, groups: Iterable[list[object]], end: str) -> list[object]:
    """What stands between brackets, with commas, last first."""
    parts: list[object] = [_Mark(start)]
    for number, group in enumerate(groups):
        parts.extend([_Mark(","), *group] if number else group)
    return [*parts, _Mark(end)][::-1]
