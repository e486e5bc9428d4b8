"""Duties: what an agency must do after an incident, until when."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "duties",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("opened_at", at, nullable=False),
        sa.Column("due_at", at, nullable=False),
        sa.Column("told_overdue_at", at, nullable=True),
        sa.Column("closed_at", at, nullable=True),
        sa.Column("closed_by", sa.String(length=22), nullable=True),
        sa.Column("means", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_duties_incident_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_duties_agency_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["officers.id"], name=op.f("fk_duties_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint("incident_id", "agency_id", "kind", name=op.f("uq_duties_incident_id")),
    )
    op.create_index("ix_duties_agency_id", "duties", ["agency_id", "closed_at", "due_at"])
    op.create_index("ix_duties_due_at", "duties", ["closed_at", "due_at"])
