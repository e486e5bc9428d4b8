"""A second factor for those who sign in with a password."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("officer_id", sa.String(length=22), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_second_factors_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_second_factors")),
    )
    op.add_column("agencies", sa.Column("totp_required", sa.Boolean(), nullable=False, server_default=sa.false()))
