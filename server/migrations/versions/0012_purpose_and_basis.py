"""A session states its purpose and its legal basis, each of a closed list."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("playback_sessions", sa.Column("purpose_code", sa.String(length=32), nullable=True))
    op.add_column("playback_sessions", sa.Column("legal_basis", sa.String(length=32), nullable=True))
    op.create_index("ix_grants_created_at", "grants", ["created_at", "id"])
