"""Old characters meet today's by the official list, too: what was folded before is made anew."""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; the tokens themselves need the key file and follow at the start."""
    op.add_column('town', sa.Column('fold', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('town', sa.Column('folded_to', sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('town', schema=None) as batch_op:
        for name in ('folded_to', 'fold'):
            batch_op.drop_column(name)
