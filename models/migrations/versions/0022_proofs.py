"""Passkeys, apps beside a password, and sessions that are proved anew."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SECOND = "fk_invitation_second_id_person"


def upgrade() -> None:
    """Apply. Sessions of before were begun by a password alone, and owe a second proof."""
    op.create_table(
        "passkey",
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("is_synced", sa.Boolean(), nullable=False),
        sa.Column("family", sa.String(length=24), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("flagged_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credential.id"],
            name="fk_passkey_credential_id_credential",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", name="pk_passkey"),
        sa.UniqueConstraint("key_id", name="uq_passkey_key_id"),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_challenge_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_challenge"),
        sa.UniqueConstraint("digest", name="uq_challenge_digest"),
    )
    op.create_index("ix_challenge_ends_at", "challenge", ["ends_at"])
    op.create_index("ix_challenge_person_id", "challenge", ["person_id"])
    _add_second()
    op.add_column("credential", sa.Column("used_step", sa.BigInteger(), nullable=True))
    op.add_column("sign_in", sa.Column("proved_at", sa.DateTime(), nullable=True))
    op.add_column(
        "sign_in",
        sa.Column("wants_renewal", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _add_second() -> None:
    op.add_column(
        "invitation",
        sa.Column("needs_second", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE invitation ADD COLUMN second_id CHAR(32) CONSTRAINT {SECOND} REFERENCES person (id)"
        )
    else:
        op.add_column("invitation", sa.Column("second_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(SECOND, "invitation", "person", ["second_id"], ["id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("challenge")
    op.drop_table("passkey")
    op.execute("DELETE FROM credential WHERE kind IN ('passkey', 'totp')")
    op.execute(
        "UPDATE sign_in SET assurance = 'password', revoked_at = COALESCE(revoked_at, made_at)"
        " WHERE assurance IN ('invited', 'passkey', 'totp')"
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("wants_renewal")
        batch_op.drop_column("proved_at")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_column("second_id")
        batch_op.drop_column("needs_second")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_column("used_step")
