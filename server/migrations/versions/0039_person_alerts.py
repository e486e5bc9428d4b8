"""Alerts about vulnerable persons."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
AT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "person_alerts",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("position_at", AT, nullable=True),
        sa.Column("people_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("photo_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("photo_type", sa.String(length=20), nullable=True),
        sa.Column("incident_id", sa.String(length=22), nullable=True),
        sa.Column("escalated_to", sa.String(length=22), nullable=True),
        sa.Column("escalated_by", sa.String(length=90), nullable=True),
        sa.Column("escalated_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.String(length=90), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("forgotten_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_person_alerts_agency_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_person_alerts_incident_id")),
        sa.ForeignKeyConstraint(["escalated_to"], ["agencies.id"], name=op.f("fk_person_alerts_escalated_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_alerts")),
        sa.UniqueConstraint("agency_id", "external_id", name="uq_person_alerts_agency_id"),
    )
    op.create_index("ix_person_alerts_incident_id", "person_alerts", ["incident_id"])
    op.create_index(
        "uq_person_alerts_open",
        "person_alerts",
        ["agency_id", "device_hash"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
