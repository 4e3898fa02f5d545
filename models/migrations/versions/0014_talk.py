"""A desk has templates of its own, a log of calls and visits, and says what it takes on."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

CONTACTS = sa.Enum('telephoned', 'visited', 'away', 'no_answer', name='contactkind', native_enum=False, length=24)
OCCASIONS = sa.Enum('acknowledge', 'reply', 'question', 'close', 'telephoned', 'visited', 'away', name='occasion', native_enum=False, length=24)


def upgrade() -> None:
    """Apply."""
    op.create_table('desk_template',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('desk_id', sa.Uuid(), nullable=False),
    sa.Column('occasion', OCCASIONS, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('sealed_texts', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', base.UtcDateTime(), nullable=False),
    sa.Column('put_away_at', base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_desk_template_desk_id_desk')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_template'))
    )
    with op.batch_alter_table('desk_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_template_desk_id'), ['desk_id'], unique=False)
    with op.batch_alter_table('inside_note', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact', CONTACTS, nullable=True))
        batch_op.add_column(sa.Column('contact_at', base.UtcDateTime(), nullable=True))
    with op.batch_alter_table('desk', schema=None) as batch_op:
        batch_op.add_column(sa.Column('takes_on', sa.JSON(), nullable=False, server_default='[]'))


def downgrade() -> None:
    """Take back.

    A reply that was sent with a desk's own text has no words for an older Kizuki, and those that
    tell of a call or a visit stand there as their bare code: encrypted, they stay as they are.
    """
    with op.batch_alter_table('desk', schema=None) as batch_op:
        batch_op.drop_column('takes_on')
    with op.batch_alter_table('inside_note', schema=None) as batch_op:
        batch_op.drop_column('contact_at')
        batch_op.drop_column('contact')
    op.drop_table('desk_template')
