"""Notes gather under households; each gathering is an act that can be undone."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


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
    """Take back."""
    op.drop_table('household_raise')
    with op.batch_alter_table('gathering', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gathering_other_id'))
        batch_op.drop_index(batch_op.f('ix_gathering_one_id'))
        batch_op.drop_index(batch_op.f('ix_gathering_household_id'))
        batch_op.drop_index(batch_op.f('ix_gathering_absorbed_id'))
    op.drop_table('gathering')
    op.drop_table('household')
