"""What is remembered of attempts to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "sign_in_tallies",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.JSON(), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_in_tallies")),
    )
    op.create_index("ix_sign_in_tallies_at", "sign_in_tallies", ["at"])
