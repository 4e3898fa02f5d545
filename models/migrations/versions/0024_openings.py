"""A browser says of which opening of reading it is: no token has to change for it."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('sign_in', sa.Column('openings', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_column('openings')
