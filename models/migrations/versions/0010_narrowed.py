"""A handoff names the area of its note, and a desk's lists are found by index however narrowed."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    is_over, still = _conditions()
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('area_id', sa.Integer(), nullable=True))
        batch_op.drop_index('ix_handoff_unacknowledged')
        batch_op.drop_index('ix_handoff_moving')
    op.execute(
        "UPDATE handoff SET area_id ="
        " (SELECT area_id FROM observation WHERE observation.thread_id = handoff.thread_id)"
    )
    dated, ended, waits = _where('next_on IS NOT NULL'), _where(is_over), _where(still)
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.create_index('ix_handoff_area_sent', ['desk_id', 'area_id', 'state', 'rank', 'is_marked', 'due_at', 'id'], unique=False)
        batch_op.create_index('ix_handoff_moving', ['desk_id', 'is_open', 'next_on', 'id'], unique=False, **dated)
        batch_op.create_index('ix_handoff_urgent_moving', ['desk_id', 'is_open', 'rank', 'is_marked', 'next_on', 'id'], unique=False, **dated)
        batch_op.create_index('ix_handoff_area_moving', ['desk_id', 'area_id', 'is_open', 'rank', 'is_marked', 'next_on', 'id'], unique=False, **dated)
        batch_op.create_index('ix_handoff_urgent_ended', ['desk_id', 'rank', 'last_at', 'id'], unique=False, **ended)
        batch_op.create_index('ix_handoff_area_ended', ['desk_id', 'area_id', 'rank', 'last_at', 'id'], unique=False, **ended)
        batch_op.create_index('ix_handoff_still', ['next_on', 'desk_id'], unique=False, **waits)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        for name in ('still', 'area_ended', 'urgent_ended', 'area_moving', 'urgent_moving', 'moving', 'area_sent'):
            batch_op.drop_index(f'ix_handoff_{name}')
        batch_op.drop_column('area_id')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.create_index('ix_handoff_moving', ['desk_id', 'next_on', 'id'], unique=False, **_where('next_on IS NOT NULL'))
        batch_op.create_index('ix_handoff_unacknowledged', ['desk_id', 'due_at'], unique=False, **_where('acknowledged_at IS NULL'))


def _conditions() -> tuple[str, str]:
    """What has ended, and what stands still, as each database has it."""
    still = '{} AND watch_at IS NULL AND next_on IS NOT NULL'
    if op.get_bind().dialect.name == 'postgresql':
        return 'NOT is_open', still.format('is_warned')
    return 'is_open = 0', still.format('is_warned = 1')


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}
