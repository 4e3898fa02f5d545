"""A person's mark, and notes of one place that stand in a list as one row."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0013'
branch_labels = None
depends_on = None

ROWS = sa.text("storm_id IS NULL")
STANDS = sa.text("storm_id IS NULL AND place_token IS NOT NULL")
FOLDED = sa.text("storm_id IS NOT NULL")
LISTED = {
    'ix_handoff_desk_id_state_rank_is_marked_due_at_id': ['desk_id', 'state', 'rank', 'is_marked', 'due_at', 'id'],
    'ix_handoff_area_sent': ['desk_id', 'area_id', 'state', 'rank', 'is_marked', 'due_at', 'id'],
}


def upgrade() -> None:
    """Apply."""
    for name in LISTED:
        op.drop_index(name, 'handoff')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_beyond', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('doubt', sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column('place_token', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('storm_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key('fk_handoff_storm_id_handoff', 'handoff', ['storm_id'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.alter_column('is_beyond', existing_type=sa.Boolean(), server_default=None)
    op.execute("UPDATE handoff SET is_beyond = is_marked")
    # What waits already may still be joined by others.
    op.execute(
        "UPDATE handoff SET place_token = (SELECT clue.token FROM clue"
        " JOIN observation ON observation.id = clue.observation_id"
        " WHERE observation.thread_id = handoff.thread_id AND clue.field = 'place')"
        " WHERE state = 'sent'"
    )
    for name, columns in LISTED.items():
        op.create_index(name, 'handoff', columns, sqlite_where=ROWS, postgresql_where=ROWS)
    op.create_index('ix_handoff_place', 'handoff', ['place_token', 'desk_id', 'state', 'sent_at', 'id'], sqlite_where=STANDS, postgresql_where=STANDS)
    op.create_index('ix_handoff_storm', 'handoff', ['storm_id', 'sent_at', 'id'], sqlite_where=FOLDED, postgresql_where=FOLDED)


def downgrade() -> None:
    """Take back."""
    for name in ('ix_handoff_place', 'ix_handoff_storm', *LISTED):
        op.drop_index(name, 'handoff')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_constraint('fk_handoff_storm_id_handoff', type_='foreignkey')
        for name in ('storm_id', 'place_token', 'doubt', 'is_beyond'):
            batch_op.drop_column(name)
    for name, columns in LISTED.items():
        op.create_index(name, 'handoff', columns)
