"""Reading on a phone opens with six digits of its own; earlier phones choose theirs."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('sign_in', sa.Column('is_open', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('sign_in', sa.Column('pin', sa.LargeBinary(), nullable=True))
    op.add_column('sign_in', sa.Column('wrong_pins', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        for name in ('wrong_pins', 'pin', 'is_open'):
            batch_op.drop_column(name)
