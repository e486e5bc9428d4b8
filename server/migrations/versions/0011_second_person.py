"""A grant may need a second person: before it is used, or soon after the glass was broken."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.add_column("agencies", sa.Column("approval", sa.String(length=32), nullable=False, server_default="never"))
    op.add_column("grants", sa.Column("emergency", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("grants", sa.Column("needs_approval", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("grants", sa.Column("confirm_by", at, nullable=True))
    op.add_column("grants", sa.Column("approved_at", at, nullable=True))
    op.add_column("grants", sa.Column("approved_by", sa.String(length=22), nullable=True))
    op.add_column("grants", sa.Column("explanation", sa.String(length=2000), nullable=True))
    op.add_column("grants", sa.Column("explained_at", at, nullable=True))
