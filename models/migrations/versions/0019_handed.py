"""A handoff that is forgotten is found by index in the one that went on from it."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    where = sa.text('from_id IS NOT NULL')
    op.create_index('ix_handoff_from', 'handoff', ['from_id'], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take back."""
    op.drop_index('ix_handoff_from', 'handoff')
