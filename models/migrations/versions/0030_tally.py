"""Tries are counted in the database where several servers share one."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what is counted is worth nothing after a crash, and stands in no log and no replica."""
    is_postgres = op.get_bind().dialect.name == 'postgresql'
    op.create_table(
        'tally',
        sa.Column('code', sa.LargeBinary(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('ends_at', base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('code', name=op.f('pk_tally')),
        prefixes=['UNLOGGED'] if is_postgres else [],
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('tally')
