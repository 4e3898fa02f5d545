"""An error keeps what was typed, and is itself never the cause of another one."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.support.notes import post, typed


def test_a_form_beyond_every_size_is_told_in_a_sentence(client: FlaskClient) -> None:
    answer = post(client, "/notes", **typed(words="あ" * 4_000_000))
    assert answer.status_code == 413
    assert "一度に送れる量をこえました" in answer.text
