"""Units and rooms report on an incident, and its end has a code."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("closing_code", sa.String(length=32), nullable=True))
    op.add_column("incident_rooms", sa.Column("closing_code", sa.String(length=32), nullable=True))
    op.create_table(
        "incident_reports",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("unit_id", sa.String(length=22), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("made_by", sa.String(length=90), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_incident_reports_incident_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_incident_reports_agency_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_incident_reports_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_reports")),
    )
    op.create_index("ix_incident_reports_incident_id", "incident_reports", ["incident_id"])
