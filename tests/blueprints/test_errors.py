"""An error keeps what was typed, and is itself never the cause of another one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models import store as store_module
from models.store import Store
from tests.support.notes import post, typed


def test_a_form_beyond_every_size_is_told_in_a_sentence(client: FlaskClient) -> None:
    answer = post(client, "/notes", **typed(words="あ" * 4_000_000))
    assert answer.status_code == 413
    assert "一度に送れる量をこえました" in answer.text


def test_a_reader_for_whom_no_connection_is_left_is_asked_to_come_again(
    app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    small = Store(str(store.url), store.keys, pool_size=1)
    app.extensions["kizuki"] = replace(app.extensions["kizuki"], store=small)
    with small.read() as session:
        session.scalar(sa.select(1))
        answer = app.test_client().get("/desks")
    assert answer.status_code == 503
    small.close()
