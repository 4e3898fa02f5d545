"""A phone's register beside its key; a session and a push address know their phone."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('phone',
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('family', sa.String(length=24), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('missing', sa.Text(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('heard_at', base.UtcDateTime(), nullable=False),
    sa.Column('desk_id', sa.Uuid(), nullable=True),
    sa.Column('silent_at', base.UtcDateTime(), nullable=True),
    sa.Column('called_at', base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_phone_desk_id_desk')),
    sa.ForeignKeyConstraint(['device_id'], ['credential.id'], name=op.f('fk_phone_device_id_credential'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('device_id', name=op.f('pk_phone'))
    )
    with op.batch_alter_table('phone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_desk_id'), ['desk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_heard_at'), ['heard_at'], unique=False)

    op.execute(
        "INSERT INTO phone (device_id, family, sequence, missing, waiting, heard_at)"
        " SELECT id, '', 0, '', 0, made_at FROM credential WHERE kind = 'device_key'"
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('device_id', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_sign_in_device_id'), ['device_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_sign_in_device_id_credential'), 'credential', ['device_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sign_in_id', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_subscription_sign_in_id'), ['sign_in_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_subscription_sign_in_id_sign_in'), 'sign_in', ['sign_in_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_subscription_sign_in_id_sign_in'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_subscription_sign_in_id'))
        batch_op.drop_column('sign_in_id')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sign_in_device_id_credential'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_sign_in_device_id'))
        batch_op.drop_column('device_id')

    with op.batch_alter_table('phone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_heard_at'))
        batch_op.drop_index(batch_op.f('ix_phone_desk_id'))

    op.drop_table('phone')
