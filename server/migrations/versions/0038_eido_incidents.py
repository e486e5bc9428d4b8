"""Which incidents other control rooms' systems speak of, by the name that EIDO gives them."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "eido_incidents",
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("urn", sa.String(length=300), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_eido_incidents_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_eido_incidents")),
        sa.UniqueConstraint("urn", name="uq_eido_incidents_urn"),
    )
