"""A delivery of a reply names the desk that gave it."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

UNREACHED = sa.text("state = 'undeliverable' AND settled_at IS NULL")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_unreached')
        batch_op.add_column(sa.Column('desk_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_delivery_desk_id_desk'), 'desk', ['desk_id'], ['id'])
    op.execute(
        "UPDATE delivery SET desk_id ="
        " (SELECT handoff.desk_id FROM handoff WHERE handoff.id = delivery.handoff_id)"
        " WHERE reply_id IS NOT NULL"
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_unreached', ['desk_id', 'handoff_id'], unique=False, sqlite_where=UNREACHED, postgresql_where=UNREACHED)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_unreached')
        batch_op.drop_constraint(batch_op.f('fk_delivery_desk_id_desk'), type_='foreignkey')
        batch_op.drop_column('desk_id')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_unreached', ['handoff_id'], unique=False, sqlite_where=UNREACHED, postgresql_where=UNREACHED)
