"""After a restart a login is locked until the officer's PIN on that device."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "pins",
        sa.Column("officer_id", sa.String(length=22), nullable=False),
        sa.Column("jkt", sa.String(length=43), nullable=False),
        sa.Column("pin_hash", sa.String(length=255), nullable=False),
        sa.Column("set_at", at, nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_pins_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", "jkt", name=op.f("pk_pins")),
    )
    op.add_column("shifts", sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("shifts", sa.Column("wrong_pins", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("shifts", sa.Column("access_hash", sa.String(length=43), nullable=True))
    op.add_column("shifts", sa.Column("renewed_at", at, nullable=True))
