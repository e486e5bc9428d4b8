"""A grant has conditions, and each of its recipients accepts them before watching."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("grants", sa.Column("conditions", sa.String(length=500), nullable=False, server_default=""))
    op.create_table(
        "grant_acceptances",
        sa.Column("grant_id", sa.String(length=22), nullable=False),
        sa.Column("viewer_kind", sa.String(length=16), nullable=False),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_grant_acceptances_grant_id")),
        sa.PrimaryKeyConstraint("grant_id", "viewer_kind", "viewer_id", name=op.f("pk_grant_acceptances")),
    )
