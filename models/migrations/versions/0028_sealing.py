"""Notes sealed later, and unsealed by two; what its reporter was told stays as it was."""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

TOLD = {'thread': 'fk_thread_told_desk_id_desk', 'reply': 'fk_reply_told_desk_id_desk'}


def upgrade() -> None:
    """Apply. Columns are added as they are: to make a long table anew takes minutes."""
    for table, name in TOLD.items():
        if op.get_bind().dialect.name == 'sqlite':
            op.execute(
                f'ALTER TABLE {table} ADD COLUMN told_desk_id CHAR(32)'
                f' CONSTRAINT {name} REFERENCES desk (id)'
            )
        else:
            op.add_column(table, sa.Column('told_desk_id', sa.Uuid(), nullable=True))
            op.create_foreign_key(name, table, 'desk', ['told_desk_id'], ['id'])
    op.create_table(
        'hidden_line',
        sa.Column(
            'line_id',
            sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ['line_id'],
            ['audit_line.id'],
            name=op.f('fk_hidden_line_line_id_audit_line'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('line_id', name=op.f('pk_hidden_line')),
    )
    op.create_table(
        'unsealing',
        sa.Column('thread_id', sa.Uuid(), nullable=False),
        sa.Column('by_id', sa.Uuid(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('sealed_reason', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['thread_id'],
            ['thread.id'],
            name=op.f('fk_unsealing_thread_id_thread'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['by_id'], ['person.id'], name=op.f('fk_unsealing_by_id_person')
        ),
        sa.PrimaryKeyConstraint('thread_id', name=op.f('pk_unsealing')),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('unsealing')
    op.drop_table('hidden_line')
    # Their foreign keys go with them.
    for table in TOLD:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('told_desk_id')
