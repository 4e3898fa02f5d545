"""One core and desk names of their own; whether a reporter can be telephoned; unwanted answers."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

CORE = sa.text("kind = 'core'")


def upgrade() -> None:
    """Apply."""
    _part_same_names()
    _leave_one_core()
    with op.batch_alter_table('desk', schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f('uq_desk_name'), ['name'])
        batch_op.create_index('ix_desk_core', ['kind'], unique=True, sqlite_where=CORE, postgresql_where=CORE)
    with op.batch_alter_table('reporter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_number', sa.Boolean(), nullable=True))
    op.execute(
        "UPDATE delivery SET state = 'unwanted', failure = NULL"
        " WHERE failure = 'not_wanted' AND state IN ('queued', 'accepted')"
    )


def downgrade() -> None:
    """Take back."""
    op.execute(
        "UPDATE delivery SET state = 'queued', failure = 'not_wanted' WHERE state = 'unwanted'"
    )
    with op.batch_alter_table('reporter', schema=None) as batch_op:
        batch_op.drop_column('has_number')
    with op.batch_alter_table('desk', schema=None) as batch_op:
        batch_op.drop_index('ix_desk_core')
        batch_op.drop_constraint(batch_op.f('uq_desk_name'), type_='unique')


def _part_same_names() -> None:
    """Of desks with one name, the oldest keeps it, the others are numbered."""
    desks = sa.table('desk', sa.column('id', sa.Uuid()), sa.column('name'), sa.column('made_at'))
    connection, taken = op.get_bind(), set()
    for desk in connection.execute(sa.select(desks).order_by(desks.c.made_at, desks.c.id)):
        name, number = desk.name, 1
        while name in taken:
            number += 1
            name = f'{desk.name[:74]} ({number})'
        taken.add(name)
        if name != desk.name:
            connection.execute(sa.update(desks).where(desks.c.id == desk.id).values(name=name))


def _leave_one_core() -> None:
    """The core made first stays it; another is a desk that it backs up."""
    desks = sa.table(
        'desk',
        *(sa.column(name, sa.Uuid()) for name in ('id', 'backup_id')),
        *(sa.column(name) for name in ('kind', 'made_at')),
    )
    connection = op.get_bind()
    cores = sa.select(desks.c.id).where(desks.c.kind == 'core')
    first, *others = connection.scalars(cores.order_by(desks.c.made_at, desks.c.id)).all() or [None]
    if others:
        values = {'kind': 'intake_point', 'backup_id': first}
        connection.execute(sa.update(desks).where(desks.c.id.in_(others)).values(**values))
