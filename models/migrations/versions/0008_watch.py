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
    # A named day is asked for again at the first look; until then the deadline is as good.
    op.execute(sa.text("UPDATE handoff SET watch_at = due_at WHERE is_open"))
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.alter_column('is_warned', existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index('ix_handoff_watched', ['watch_at', 'id'], unique=False, sqlite_where=WATCHED, postgresql_where=WATCHED)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_index('ix_handoff_watched')
        batch_op.drop_column('is_warned')
        batch_op.drop_column('watch_at')
