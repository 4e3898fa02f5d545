"""A person's mark, and notes of one place that stand in a list as one row."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

ROWS = 'storm_id IS NULL'
NOBODYS = 'claimed_by_id IS NULL AND acknowledged_at IS NULL'
URGENT_FIRST = ['rank', 'is_marked', 'due_at', 'id']
# With the condition under which each was found before, if any.
LISTED = {
    'ix_handoff_desk_id_state_rank_is_marked_due_at_id': (['desk_id', 'state', *URGENT_FIRST], None),
    'ix_handoff_area_sent': (['desk_id', 'area_id', 'state', *URGENT_FIRST], None),
    'ix_handoff_nobodys_sent': (['desk_id', 'state', *URGENT_FIRST], NOBODYS),
}
NEW = {
    'ix_handoff_place': (
        ['place_token', 'desk_id', 'state', 'sent_at', 'id'],
        f'{ROWS} AND place_token IS NOT NULL',
    ),
    'ix_handoff_storm': (['storm_id', 'sent_at', 'id'], 'storm_id IS NOT NULL'),
}
STORM = 'fk_handoff_storm_id_handoff'


def upgrade() -> None:
    """Apply. Columns are added as they are: to make a long table anew takes minutes."""
    for name in LISTED:
        op.drop_index(name, 'handoff')
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f'ALTER TABLE handoff ADD COLUMN storm_id CHAR(32)'
            f' CONSTRAINT {STORM} REFERENCES handoff (id)'
        )
    else:
        op.add_column('handoff', sa.Column('storm_id', sa.Uuid(), nullable=True))
        op.create_foreign_key(STORM, 'handoff', 'handoff', ['storm_id'], ['id'])
    op.add_column('handoff', sa.Column('doubt', sa.String(length=24), nullable=True))
    op.add_column('handoff', sa.Column('place_token', sa.LargeBinary(), nullable=True))
    op.add_column('handoff', sa.Column('is_beyond', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE handoff SET is_beyond = true WHERE is_marked")
    # What waits already may still be joined by others.
    op.execute(
        "UPDATE handoff SET place_token = (SELECT clue.token FROM clue"
        " JOIN observation ON observation.id = clue.observation_id"
        " WHERE observation.thread_id = handoff.thread_id AND clue.field = 'place')"
        " WHERE state = 'sent'"
    )
    for name, (columns, earlier) in LISTED.items():
        _index(name, columns, f'{earlier} AND {ROWS}' if earlier else ROWS)
    for name, (columns, condition) in NEW.items():
        _index(name, columns, condition)


def downgrade() -> None:
    """Take back; what a person marked is so no more, as nobody could take that away."""
    op.execute("UPDATE handoff SET is_marked = is_beyond WHERE is_marked <> is_beyond")
    for name in (*NEW, *LISTED):
        op.drop_index(name, 'handoff')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        for name in ('storm_id', 'place_token', 'doubt', 'is_beyond'):
            batch_op.drop_column(name)
    for name, (columns, condition) in LISTED.items():
        _index(name, columns, condition)


def _index(name: str, columns: list[str], condition: str | None) -> None:
    where = None if condition is None else sa.text(condition)
    op.create_index(name, 'handoff', columns, sqlite_where=where, postgresql_where=where)
