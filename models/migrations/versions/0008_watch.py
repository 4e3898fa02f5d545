"""A handoff says when the watch looks at it next."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

WATCHED = sa.text("watch_at IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('watch_at', base.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('is_warned', sa.Boolean(), nullable=False, server_default=sa.false()))
    # In Japan a day is over at 15:00 UTC; a named day counts, where there is one, and no deadline.
    over = "(next_on + time '15:00')" if _is_postgres() else "next_on || ' 15:00:00.000000'"
    watch_at = f"CASE WHEN next_on IS NULL THEN due_at ELSE {over} END"
    op.execute(f"UPDATE handoff SET watch_at = {watch_at} WHERE is_open")
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.alter_column('is_warned', existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index('ix_handoff_watched', ['watch_at', 'id'], unique=False, sqlite_where=WATCHED, postgresql_where=WATCHED)


def _is_postgres() -> bool:
    return bool(op.get_bind().dialect.name == 'postgresql')


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_index('ix_handoff_watched')
        batch_op.drop_column('is_warned')
        batch_op.drop_column('watch_at')
