"""A phone and the server hash one note alike."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from models.canonical import content_hash

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_the_hash_is_that_of_the_sorted_json_a_phone_writes() -> None:
    fields = {"words": "髙\n\u2028\ud83d\x7f", "id": "a", "show_name": True, "signs": ["x", "y"]}
    written = (
        r'{"id":"a","show_name":true,"signs":["x","y"],"words":"髙\n' + "\u2028" + r"\ud83d"
    ) + '\x7f"}'
    assert content_hash(fields) == hashlib.sha256(written.encode()).hexdigest()
    assert content_hash(dict(reversed(fields.items()))) == content_hash(fields)
    assert content_hash({**fields, "signs": ["y", "x"]}) != content_hash(fields)


def test_texts_that_only_look_alike_have_different_hashes() -> None:
    assert content_hash({"words": "が"}) != content_hash({"words": "か\u3099"})


def test_a_document_of_any_depth_has_a_hash() -> None:
    deep: object = {"a": 1}
    for _ in range(50_000):
        deep = [deep]
    assert content_hash({"words": deep}) != content_hash({"words": [deep]})


@given(st.dictionaries(st.text(), json_values))
def test_the_bytes_are_those_of_plain_json(fields: dict[str, object]) -> None:
    plain = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert content_hash(fields) == hashlib.sha256(plain.encode()).hexdigest()
