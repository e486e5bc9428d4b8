"""What each refresh token came of and with: a renewal whose answer was lost can be asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("refresh_tokens", sa.Column("access_hash", sa.String(length=43), nullable=True))
    op.add_column("refresh_tokens", sa.Column("came_of", sa.String(length=64), nullable=True))
    op.drop_column("shifts", "access_hash")
    op.drop_column("shifts", "renewed_at")
