"""Who was let see who told, or what another desk has: asked for, agreed to, and until when."""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        'reveal',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('by_id', sa.Uuid(), nullable=False),
        sa.Column('desk_id', sa.Uuid(), nullable=False),
        sa.Column('asked_at', sa.DateTime(), nullable=False),
        sa.Column('is_danger', sa.Boolean(), nullable=False),
        sa.Column('sealed_reason', sa.LargeBinary(), nullable=False),
        sa.Column('sealed_question', sa.LargeBinary(), nullable=True),
        sa.Column('opened_at', sa.DateTime(), nullable=True),
        sa.Column('ends_at', sa.DateTime(), nullable=True),
        sa.Column('decided_at', sa.DateTime(), nullable=True),
        sa.Column('decided_by_id', sa.Uuid(), nullable=True),
        sa.Column('is_agreed', sa.Boolean(), nullable=True),
        sa.Column('alarmed_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_reveal_by_id_person')),
        sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_reveal_desk_id_desk')),
        sa.ForeignKeyConstraint(
            ['decided_by_id'], ['person.id'], name=op.f('fk_reveal_decided_by_id_person')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reveal')),
    )
    op.create_index(op.f('ix_reveal_by_id'), 'reveal', ['by_id'])
    op.create_index(op.f('ix_reveal_asked_at'), 'reveal', ['asked_at'])
    op.create_table(
        'reveal_thread',
        sa.Column('reveal_id', sa.Uuid(), nullable=False),
        sa.Column('thread_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ['reveal_id'],
            ['reveal.id'],
            name=op.f('fk_reveal_thread_reveal_id_reveal'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['thread_id'],
            ['thread.id'],
            name=op.f('fk_reveal_thread_thread_id_thread'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('reveal_id', 'thread_id', name=op.f('pk_reveal_thread')),
    )
    op.create_index(op.f('ix_reveal_thread_thread_id'), 'reveal_thread', ['thread_id'])
    op.create_table(
        'reveal_denied',
        sa.Column('reveal_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ['reveal_id'],
            ['reveal.id'],
            name=op.f('fk_reveal_denied_reveal_id_reveal'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['person_id'],
            ['person.id'],
            name=op.f('fk_reveal_denied_person_id_person'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('reveal_id', 'person_id', name=op.f('pk_reveal_denied')),
    )
    op.create_index(op.f('ix_reveal_denied_person_id'), 'reveal_denied', ['person_id'])


def downgrade() -> None:
    """Take back; no older Kizuki knows what its deliveries and alarms say."""
    op.execute("DELETE FROM delivery WHERE kind = 'reveal'")
    op.execute("DELETE FROM audit_alarm WHERE kind IN ('unconfirmed', 'refused')")
    op.drop_table('reveal_denied')
    op.drop_table('reveal_thread')
    op.drop_table('reveal')
