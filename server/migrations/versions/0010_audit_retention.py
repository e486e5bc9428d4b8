"""Rows whose content is still there are found by their time."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    kept = sa.text("salt IS NOT NULL")
    op.create_index("ix_audit_events_kept", "audit_events", ["at"], sqlite_where=kept, postgresql_where=kept)
