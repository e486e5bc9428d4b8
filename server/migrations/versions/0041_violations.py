"""Violations of ankle monitors, and the newest position of each wearer while one is open."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "violations",
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("wearer_ref", sa.String(length=40), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_violations_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_violations")),
    )
    op.create_table(
        "wearer_positions",
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("at", at, nullable=False),
        sa.Column("followed_lat", sa.Double(), nullable=False),
        sa.Column("followed_lon", sa.Double(), nullable=False),
        sa.Column("followed_at", at, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["violations.incident_id"], name=op.f("fk_wearer_positions_incident_id")
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_wearer_positions")),
    )
