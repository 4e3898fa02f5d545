"""The floors that `make bench` measures against do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load import floor


def test_the_floor_says_hello_inserts_and_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_FLOOR", str(tmp_path / "floor.sqlite3"))
    client = floor.create_app().test_client()
    note = {"id": "1", "place_detail": "角の家", "words": "郵便物がたまっています。"}
    assert client.get("/hello").text == "Hello, World!"
    assert client.post("/insert", json=note).status_code == 201
    assert client.get("/rows").text.count("<tr>") == floor.ROWS
