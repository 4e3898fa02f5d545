"""Staff choose when they are told; a desk keeps its month's figures for itself."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KEPT = sa.text("state = 'kept' AND settled_at IS NULL")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tell_of', sa.String(length=24), nullable=True))
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('on_duty', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.alter_column('on_duty', existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('came_at', base.UtcDateTime(), nullable=True))
    _make_mirror()
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_kept', ['release_at', 'person_id'], unique=False, sqlite_where=KEPT, postgresql_where=KEPT)


def _make_mirror() -> None:
    op.create_table('mirror_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('desk_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('handoff_id', sa.Uuid(), nullable=False),
    sa.Column('reply_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('in_time', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_mirror_line_desk_id_desk')),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoff.id'], name=op.f('fk_mirror_line_handoff_id_handoff'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reply_id'], ['reply.id'], name=op.f('fk_mirror_line_reply_id_reply'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mirror_line'))
    )
    with op.batch_alter_table('mirror_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mirror_line_desk_id_month'), ['desk_id', 'month'], unique=False)
        batch_op.create_index(batch_op.f('ix_mirror_line_handoff_id'), ['handoff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mirror_line_reply_id'), ['reply_id'], unique=False)
    op.create_table('mirror_month',
    sa.Column('desk_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('is_sealed', sa.Boolean(), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in ('acknowledged', 'left', 'in_time', 'closed', 'told', 'read')),
    sa.Column('acknowledge_minutes', sa.Integer(), nullable=True),
    sa.Column('close_minutes', sa.Integer(), nullable=True),
    sa.Column('kept_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_mirror_month_desk_id_desk')),
    sa.PrimaryKeyConstraint('desk_id', 'month', 'is_sealed', name=op.f('pk_mirror_month'))
    )


def downgrade() -> None:
    """Take back; what was kept back comes one by one, as it would have come together."""
    op.execute(
        "UPDATE delivery SET state = 'queued', next_at = release_at"
        " WHERE state = 'kept' AND settled_at IS NULL"
    )
    # No older Kizuki can read these; what they told of stands in the desk's lists.
    op.execute("DELETE FROM delivery WHERE state IN ('kept', 'gathered') OR kind = 'summary'")
    op.drop_table('mirror_month')
    op.drop_table('mirror_line')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_column('came_at')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_kept', sqlite_where=KEPT, postgresql_where=KEPT)
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_column('on_duty')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('tell_of')
