"""In every test: a row is held as PostgreSQL can, which holds none beside what may not be there.

SQLite says nothing of it, and most tests run there.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import ORMExecuteState, Session


def watch_row_locks() -> None:
    """Begin to watch, in this whole process."""
    sa.event.listen(Session, "do_orm_execute", _ask)


def _ask(state: ORMExecuteState) -> None:
    wanted = getattr(state.statement, "_for_update_arg", None)
    if wanted is None or wanted.of or not state.is_orm_statement:
        return
    sql = str(state.statement.compile(dialect=postgresql.dialect()))
    assert "LEFT OUTER JOIN" not in sql, f"with_for_update needs {{'of': …}}: {sql}"
