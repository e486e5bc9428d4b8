"""Officers may sign in at their agency's own service."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "providers",
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_providers_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_providers")),
    )
    op.create_table(
        "provider_sign_ins",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("jkt", sa.String(length=43), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_provider_sign_ins_agency_id")),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_provider_sign_ins")),
    )
    op.create_index("ix_provider_sign_ins_expires_at", "provider_sign_ins", ["expires_at"])
    op.add_column("officers", sa.Column("external_id", sa.String(length=255), nullable=True))
    op.create_index("ix_officers_agency_id_external_id", "officers", ["agency_id", "external_id"], unique=True)
