"""A supervisor who cuts a session says why."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("playback_sessions", sa.Column("end_note", sa.String(length=200), nullable=True))
