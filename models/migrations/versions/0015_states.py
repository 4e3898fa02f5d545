"""A desk's lists are found by index when they are narrowed to a state, too."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    dated, ended = _where('next_on IS NOT NULL'), _where('is_open = 0', 'NOT is_open')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.create_index('ix_handoff_state_moving', ['desk_id', 'state', 'rank', 'is_marked', 'next_on', 'id'], unique=False, **dated)
        batch_op.create_index('ix_handoff_area_state_moving', ['desk_id', 'area_id', 'state', 'rank', 'is_marked', 'next_on', 'id'], unique=False, **dated)
        batch_op.create_index('ix_handoff_state_ended', ['desk_id', 'state', 'rank', 'last_at', 'id'], unique=False, **ended)
        batch_op.create_index('ix_handoff_area_state_ended', ['desk_id', 'area_id', 'state', 'rank', 'last_at', 'id'], unique=False, **ended)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        for name in ('area_state_ended', 'state_ended', 'area_state_moving', 'state_moving'):
            batch_op.drop_index(f'ix_handoff_{name}')


def _where(condition: str, on_postgres: str = '') -> dict[str, sa.TextClause]:
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(on_postgres or condition)}
