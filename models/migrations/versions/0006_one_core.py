"""One core and desk names of their own; whether a reporter can be telephoned; unwanted answers."""

import uuid

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
    """The core that somebody staffs stays it, of several the oldest; another is backed up by it."""
    desks = sa.table(
        'desk',
        *(sa.column(name, sa.Uuid()) for name in ('id', 'backup_id')),
        *(sa.column(name) for name in ('kind', 'made_at')),
    )
    connection = op.get_bind()
    cores = sa.select(desks.c.id).where(desks.c.kind == 'core')
    in_order = cores.order_by(_is_staffed(desks.c.id).desc(), desks.c.made_at, desks.c.id)
    first, *others = connection.scalars(in_order).all() or [None]
    if others:
        values = {'kind': 'intake_point', 'backup_id': first}
        connection.execute(sa.update(desks).where(desks.c.id.in_(others)).values(**values))
        _give_what_only_a_core_reads(others, first)


def _is_staffed(desk_id: sa.ColumnElement[uuid.UUID]) -> sa.ColumnElement[bool]:
    names = ('person_id', 'desk_id', 'confirmed_at', 'ended_at')
    members = sa.table('membership', *(sa.column(name) for name in names))
    people = sa.table('person', sa.column('id'), sa.column('state'))
    return sa.exists().where(
        members.c.desk_id == desk_id,
        members.c.confirmed_at.is_not(None),
        members.c.ended_at.is_(None),
        members.c.person_id == people.c.id,
        people.c.state == 'active',
    )


def _give_what_only_a_core_reads(others: list[uuid.UUID], core: uuid.UUID) -> None:
    """Sealed and held notes, with the calls for their answers: elsewhere nobody may read them."""
    connection, desk_id = op.get_bind(), sa.column('desk_id', sa.Uuid())
    handoffs = sa.table(
        'handoff', sa.column('id'), desk_id, sa.column('state'), sa.column('is_sealed', sa.Boolean())
    )
    deliveries = sa.table('delivery', sa.column('handoff_id'), sa.column('desk_id', sa.Uuid()))
    moving = sa.select(handoffs.c.id).where(
        handoffs.c.desk_id.in_(others), sa.or_(handoffs.c.is_sealed, handoffs.c.state == 'held')
    )
    told = sa.and_(deliveries.c.desk_id.is_not(None), deliveries.c.handoff_id.in_(moving))
    connection.execute(sa.update(deliveries).where(told).values(desk_id=core))
    connection.execute(sa.update(handoffs).where(handoffs.c.id.in_(moving)).values(desk_id=core))
