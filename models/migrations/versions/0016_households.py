"""Notes gather under households; each gathering is an act that can be undone."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

RANKS = {'memo': 0, 'soon': -1, 'today': -2, 'now': -3}
RAISE = sa.table(
    'household_raise',
    sa.column('handoff_id', sa.Uuid),
    sa.column('before', sa.JSON),
    sa.column('after', sa.JSON),
)
HANDOFF = sa.table(
    'handoff',
    sa.column('id', sa.Uuid),
    sa.column('state', sa.String),
    sa.column('urgency', sa.String),
    sa.column('raised_why', sa.JSON),
    sa.column('rank', sa.Integer),
    sa.column('is_warned', sa.Boolean),
    sa.column('due_at', base.UtcDateTime),
    sa.column('watch_at', base.UtcDateTime),
)


def upgrade() -> None:
    """Apply."""
    op.create_table('household',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household'))
    )
    op.create_table('gathering',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=False),
    sa.Column('absorbed_id', sa.Uuid(), nullable=True),
    sa.Column('one_id', sa.Uuid(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['absorbed_id'], ['household.id'], name=op.f('fk_gathering_absorbed_id_household')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_gathering_by_id_person')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_gathering_household_id_household')),
    sa.ForeignKeyConstraint(['one_id'], ['thread.id'], name=op.f('fk_gathering_one_id_thread'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['thread.id'], name=op.f('fk_gathering_other_id_thread'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gathering'))
    )
    with op.batch_alter_table('gathering', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gathering_absorbed_id'), ['absorbed_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gathering_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gathering_one_id'), ['one_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gathering_other_id'), ['other_id'], unique=False)
    op.create_table('household_raise',
    sa.Column('handoff_id', sa.Uuid(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoff.id'], name=op.f('fk_household_raise_handoff_id_handoff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('handoff_id', name=op.f('pk_household_raise'))
    )


def downgrade() -> None:
    """Take back; a note is as urgent as it was before its household raised it."""
    _lower()
    op.drop_table('household_raise')
    with op.batch_alter_table('gathering', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gathering_other_id'))
        batch_op.drop_index(batch_op.f('ix_gathering_one_id'))
        batch_op.drop_index(batch_op.f('ix_gathering_household_id'))
        batch_op.drop_index(batch_op.f('ix_gathering_absorbed_id'))
    op.drop_table('gathering')
    op.drop_table('household')


def _lower() -> None:
    """No older Kizuki knows these reasons; a deadline that was met or moved since stays."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(RAISE)).all():
        before = row.before
        raised = sa.update(HANDOFF).where(HANDOFF.c.id == row.handoff_id)
        lowered = {name: before[name] for name in ('urgency', 'raised_why')}
        connection.execute(raised.values(**lowered, rank=RANKS[before['urgency']]))
        still_owed = (HANDOFF.c.state == 'sent', HANDOFF.c.due_at == _instant(row.after['due_at']))
        times = {name: _instant(before[name]) for name in ('due_at', 'watch_at')}
        connection.execute(raised.where(*still_owed).values(**times, is_warned=before['is_warned']))


def _instant(written: str | None) -> dt.datetime | None:
    return None if written is None else dt.datetime.fromisoformat(written)
