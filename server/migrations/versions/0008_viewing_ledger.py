"""Sessions are listed by the time they began."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index("ix_playback_sessions_started_at", "playback_sessions", ["started_at", "id"], unique=False)
