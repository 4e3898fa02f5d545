"""What somebody who reads was called before: whom a note names, it may name by that."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('identity', sa.Column('sealed_former', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.drop_column('sealed_former')
