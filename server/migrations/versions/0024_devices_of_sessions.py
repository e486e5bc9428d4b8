"""A session says on which device it was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("playback_sessions", sa.Column("device_id", sa.String(length=22), nullable=True))
