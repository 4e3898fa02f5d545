"""Who of a desk has a handoff, who of its members is away, and to whom an act was done."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

URGENT_FIRST = ['rank', 'is_marked']
INDEXES = {
    'ix_handoff_claimed_sent': (
        ['desk_id', 'claimed_by_id', 'state', *URGENT_FIRST, 'due_at', 'id'],
        'claimed_by_id IS NOT NULL',
    ),
    'ix_handoff_claimed_moving': (
        ['desk_id', 'claimed_by_id', 'is_open', *URGENT_FIRST, 'next_on', 'id'],
        'claimed_by_id IS NOT NULL AND next_on IS NOT NULL',
    ),
    'ix_handoff_nobodys_sent': (
        ['desk_id', 'state', *URGENT_FIRST, 'due_at', 'id'],
        'claimed_by_id IS NULL AND acknowledged_at IS NULL',
    ),
    'ix_handoff_nobodys_moving': (
        ['desk_id', 'is_open', *URGENT_FIRST, 'next_on', 'id'],
        'claimed_by_id IS NULL AND next_on IS NOT NULL',
    ),
    'ix_handoff_claim_at': (['desk_id', 'claim_at'], 'claim_at IS NOT NULL'),
}
CLAIMED_BY = 'fk_handoff_claimed_by_id_person'


def upgrade() -> None:
    """Apply. Columns are added as they are: to make a long table anew takes minutes."""
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f'ALTER TABLE handoff ADD COLUMN claimed_by_id CHAR(32)'
            f' CONSTRAINT {CLAIMED_BY} REFERENCES person (id)'
        )
    else:
        op.add_column('handoff', sa.Column('claimed_by_id', sa.Uuid(), nullable=True))
        op.create_foreign_key(CLAIMED_BY, 'handoff', 'person', ['claimed_by_id'], ['id'])
    op.add_column('handoff', sa.Column('claim_at', base.UtcDateTime(), nullable=True))
    op.add_column('audit_line', sa.Column('to_id', sa.Uuid(), nullable=True))
    op.add_column('membership', sa.Column('away_from', sa.Date(), nullable=True))
    op.add_column('membership', sa.Column('away_until', sa.Date(), nullable=True))
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, 'handoff', columns, unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take back; acts that name to whom leave chains that no longer hold."""
    # No older Kizuki can read that a note was given to somebody.
    op.execute("DELETE FROM delivery WHERE kind = 'assigned'")
    for name in INDEXES:
        op.drop_index(name, 'handoff')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_column('claim_at')
        batch_op.drop_column('claimed_by_id')
    op.drop_column('audit_line', 'to_id')
    op.drop_column('membership', 'away_until')
    op.drop_column('membership', 'away_from')
