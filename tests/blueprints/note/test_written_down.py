"""What people change of their own leaves an audit line."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.audit import AuditLine
from models.store import Store
from tests.support.notes import post
from tests.town import Cast


def test_whoever_moves_is_written_down(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    post(suzuki, "/settings/area", place="5100002")
    with store.read() as session:
        moved = select(AuditLine.actor_id, AuditLine.object_id).where(AuditLine.act == "move")
        assert session.execute(moved).all() == [(cast.suzuki, str(cast.suzuki))]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/settings/name", {"name": "鈴木 葛"}),
        ("/settings/language", {"language": "en"}),
        ("/language", {"language": "en"}),
        ("/settings/answer-by", {"answer_by": "telephone", "telephone": "09012345678"}),
    ],
)
def test_whoever_changes_something_of_their_own_is_written_down_without_what(
    suzuki: FlaskClient, store: Store, cast: Cast, path: str, fields: dict[str, str]
) -> None:
    assert post(suzuki, path, **fields).status_code == 303
    with store.read() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.act == "change")).all()
        assert [(line.actor_id, line.object_kind, line.object_id) for line in lines] == [
            (cast.suzuki, "person", str(cast.suzuki))
        ]
