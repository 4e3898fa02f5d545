"""The audit's question about the log itself names nobody, and maybe no desk."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('audit_alarm', schema=None) as batch_op:
        batch_op.alter_column('actor_id', existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column('desk_id', existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    """Take back; earlier versions know of no such question."""
    op.execute("DELETE FROM audit_alarm WHERE kind IN ('broken', 'own', 'own_opened')")
    with op.batch_alter_table('audit_alarm', schema=None) as batch_op:
        batch_op.alter_column('desk_id', existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column('actor_id', existing_type=sa.Uuid(), nullable=False)
