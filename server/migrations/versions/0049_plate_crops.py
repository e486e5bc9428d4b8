"""A read that was a hit keeps the picture of the plate, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    op.add_column("plate_reads", sa.Column("crop_sealed", sa.LargeBinary(), nullable=True))
