"""The text of closed incidents is deleted in its time."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
WORDED = sa.text("emptied_at IS NULL AND closed_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("incidents", sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_incidents_closed_at", "incidents", ["closed_at"], sqlite_where=WORDED, postgresql_where=WORDED)
