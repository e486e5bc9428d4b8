"""What a camera was put up for and whether it sees at night, where that is known."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("cameras", sa.Column("purpose", sa.String(length=32), nullable=True))
    op.add_column("cameras", sa.Column("night_vision", sa.Boolean(), nullable=True))
