"""Refusals that repeat within a minute are counted, and recorded as one row."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    key = {"actor_kind": 16, "actor_id": 64, "code": 40, "call": 160}
    op.create_table(
        "refusal_tallies",
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in key.items()),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("remote_address", sa.String(length=45), nullable=True),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_refusal_tallies")),
    )
    op.create_index("ix_refusal_tallies_since", "refusal_tallies", ["since"])
