"""A checkpoint knows whether its copy is in the store."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("audit_checkpoints", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    unsent = sa.text("sent_at IS NULL")
    op.create_index(
        "ix_audit_checkpoints_unsent", "audit_checkpoints", ["size"], sqlite_where=unsent, postgresql_where=unsent
    )
