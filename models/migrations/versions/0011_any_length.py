"""What people type has no length in its column: forms count characters as they are read."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

LENGTHS = {
    'area': {'code': 80, 'name': 80, 'kana': 120, 'folded': 120},
    'call_number': {'number': 30, 'label': 80, 'hint': 120},
    'desk': {'name': 80, 'place': 200, 'telephone': 30, 'duty_telephone': 30, 'who': 300, 'does': 600},
    'town': {'name': 80, 'run_by': 200, 'contact': 200},
}


def upgrade() -> None:
    """Apply. To SQLite a length is a remark, and tables are not made anew for it."""
    if _is_postgres():
        op.drop_index('ix_area_folded', 'area')
        for table, columns in LENGTHS.items():
            for column in columns:
                op.alter_column(table, column, type_=sa.String())
        op.create_index('ix_area_folded', 'area', ['folded'], postgresql_using='hash')


def downgrade() -> None:
    """Take back; what is too long for a column is cut."""
    if _is_postgres():
        op.drop_index('ix_area_folded', 'area')
        for table, columns in LENGTHS.items():
            for column, length in columns.items():
                cut = f'left({column}, {length})'
                op.alter_column(table, column, type_=sa.String(length), postgresql_using=cut)
        op.create_index('ix_area_folded', 'area', ['folded'])


def _is_postgres() -> bool:
    return bool(op.get_bind().dialect.name == 'postgresql')
