"""How a service's cameras are chosen is data, and incidents have attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("service_policies", sa.Column("selection", sa.String(length=32), nullable=True))
    op.add_column("service_policies", sa.Column("radius_m", sa.Double(), nullable=True))
    op.add_column("service_policies", sa.Column("count", sa.Integer(), nullable=True))
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("added_by", sa.String(length=90), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_attachments_incident_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_attachments_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("incident_id", "agency_id", "content_hash", name="uq_attachments_incident_id"),
    )
