"""What centres' analytics say they see, and which of it becomes an incident by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sensor_events",
        sa.Column("number", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("centre_id", sa.String(length=22), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("first_at", AT, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("box", sa.JSON(), nullable=True),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("keep_until", AT, nullable=True),
        sa.Column("incident_id", sa.String(length=22), nullable=True),
        sa.Column("raised_by", sa.String(length=90), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_sensor_events_centre_id")),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_sensor_events_camera_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_sensor_events_incident_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sensor_events")),
        sa.UniqueConstraint("id", name="uq_sensor_events_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sensor_events_centre_id", "sensor_events", ["centre_id", "number"])
    op.create_index("ix_sensor_events_camera_id", "sensor_events", ["camera_id", "kind", "last_at"])
    op.create_index("ix_sensor_events_keep_until", "sensor_events", ["keep_until"])
    op.create_table(
        "sensor_reports",
        sa.Column("centre_id", sa.String(length=22), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("keep_until", AT, nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_sensor_reports_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "external_id", name=op.f("pk_sensor_reports")),
    )
    op.create_index("ix_sensor_reports_keep_until", "sensor_reports", ["keep_until"])
    op.create_table(
        "sensor_rules",
        sa.Column("centre_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("legal_basis", sa.String(length=32), nullable=False),
        sa.Column("least_confidence", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_sensor_rules_centre_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_sensor_rules_agency_id")),
        sa.PrimaryKeyConstraint("centre_id", "kind", name=op.f("pk_sensor_rules")),
    )
