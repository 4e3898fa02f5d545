"""Conflicts of interest, and the blind indexes by which they are found."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

FLAGS = ('is_guarded', 'stays_at_door')


def upgrade() -> None:
    """Apply."""
    op.create_table(
        'conflict',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('thread_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('relation', sa.String(length=24), nullable=True),
        sa.Column('made_at', base.UtcDateTime(), nullable=False),
        sa.Column('ended_at', base.UtcDateTime(), nullable=True),
        sa.Column('ended_by_id', sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_conflict_person_id_person'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['thread_id'], ['thread.id'], name=op.f('fk_conflict_thread_id_thread'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['ended_by_id'], ['person.id'], name=op.f('fk_conflict_ended_by_id_person')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict')),
        sa.UniqueConstraint(
            'person_id', 'thread_id', 'kind', name=op.f('uq_conflict_person_id_thread_id_kind')
        ),
    )
    op.create_index(op.f('ix_conflict_thread_id'), 'conflict', ['thread_id'])
    op.create_table(
        'own_clue',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('token', sa.LargeBinary(), nullable=False),
        sa.Column('room', sa.LargeBinary(), nullable=True),
        sa.Column('made_at', base.UtcDateTime(), nullable=False),
        sa.Column('ended_at', base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_own_clue_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_own_clue')),
    )
    op.create_index(op.f('ix_own_clue_token'), 'own_clue', ['token'])
    op.create_index(op.f('ix_own_clue_person_id'), 'own_clue', ['person_id'])
    for name in FLAGS:
        op.add_column('thread', sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('thread', schema=None) as batch_op:
        for name in FLAGS:
            batch_op.drop_column(name)
    op.drop_table('own_clue')
    op.drop_table('conflict')
