"""Officers ask for access, supervisors answer, and what nobody answers expires."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "access_requests",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("officer_id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("incident_id", sa.String(length=64), nullable=True),
        sa.Column("camera_ids", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=22), nullable=True),
        sa.Column("grant_id", sa.String(length=22), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_access_requests_officer_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_access_requests_agency_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["officers.id"], name=op.f("fk_access_requests_answered_by")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_access_requests_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_requests")),
    )
    op.create_index("ix_access_requests_officer_id", "access_requests", ["officer_id"])
    op.create_index("ix_access_requests_agency_id", "access_requests", ["agency_id"])
    op.create_index("ix_access_requests_status", "access_requests", ["status", "expires_at"])
