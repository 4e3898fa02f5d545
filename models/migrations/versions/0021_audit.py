"""What a page showed, signed ends and beginnings of chains, kept heads, and alarms."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Columns are added as they are: to make a long table anew takes minutes."""
    op.add_column('audit_line', sa.Column('shown', sa.LargeBinary(), nullable=True))
    op.add_column('audit_head', sa.Column('code', sa.LargeBinary(), nullable=True))
    op.create_index('ix_audit_line_act_id', 'audit_line', ['act', 'id'])
    op.create_table('audit_checkpoint',
    sa.Column('chain', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('at', base.UtcDateTime(), nullable=False),
    sa.Column('code', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('chain', name=op.f('pk_audit_checkpoint'))
    )
    op.create_table('kept_head',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('made_at', base.UtcDateTime(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('places', sa.JSON(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', base.UtcDateTime(), nullable=True),
    sa.Column('kept_at', base.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_kept_head'))
    )
    op.create_table('audit_alarm',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=False),
    sa.Column('desk_id', sa.Uuid(), nullable=False),
    sa.Column('is_sealed', sa.Boolean(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('at', base.UtcDateTime(), nullable=False),
    sa.Column('found_at', base.UtcDateTime(), nullable=False),
    sa.Column('acknowledged_at', base.UtcDateTime(), nullable=True),
    sa.Column('acknowledged_by_id', sa.Uuid(), nullable=True),
    sa.Column('sealed_note', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_audit_alarm_desk_id_desk')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_alarm')),
    sa.UniqueConstraint('actor_id', 'kind', 'is_sealed', 'at', name=op.f('uq_audit_alarm_actor_id_kind_is_sealed_at'))
    )


def downgrade() -> None:
    """Take back; what was written since leaves chains that no longer hold."""
    # No older Kizuki knows an auditor, or can read that something was told of the audit.
    op.execute("DELETE FROM delivery WHERE kind = 'audit_alarm'")
    op.execute("UPDATE invitation SET role = 'staff', revoked_at = made_at WHERE role = 'auditor'")
    op.execute("UPDATE person SET role = 'staff' WHERE role = 'auditor'")
    for table in ('audit_alarm', 'kept_head', 'audit_checkpoint'):
        op.drop_table(table)
    op.drop_index('ix_audit_line_act_id', 'audit_line')
    op.drop_column('audit_head', 'code')
    op.drop_column('audit_line', 'shown')
