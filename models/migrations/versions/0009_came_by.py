"""A note says by which door it came."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

DOORS = sa.Enum('app', 'telephone', 'counter', 'letter', name='cameby', native_enum=False, length=24)


def upgrade() -> None:
    """Apply."""
    # What came before had the one door that there was.
    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('came_by', DOORS, nullable=False, server_default='app'))
    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.alter_column('came_by', existing_type=DOORS, server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.drop_column('came_by')
