"""An account remembers when a sheet let another phone in; a phone, the hour it was heard alone."""

import sqlalchemy as sa
from alembic import op

from models import base

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('moved_at', base.UtcDateTime(), nullable=True))
    # Whose those were says the account; the name would outlive it.
    op.execute(
        "UPDATE invitation SET sealed_name = NULL"
        " WHERE made_by_id = person_id OR person_id IN (SELECT id FROM person WHERE state = 'left')"
    )
    # Within the hour of a call nobody could tell any more that the phone was heard after it.
    op.execute(
        "UPDATE phone SET called_at = NULL,"
        " desk_id = CASE WHEN called_at < silent_at THEN desk_id END"
        " WHERE called_at < heard_at"
    )
    hours = "date_trunc('hour', {0})" if _is_postgres() else "substr({0}, 1, 13) || ':00:00.000000'"
    op.execute(f"UPDATE phone SET heard_at = {hours.format('heard_at')}")
    op.execute(f"UPDATE sign_in SET seen_at = {hours.format('seen_at')} WHERE assurance = 'device'")


def _is_postgres() -> bool:
    return bool(op.get_bind().dialect.name == 'postgresql')


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('moved_at')
