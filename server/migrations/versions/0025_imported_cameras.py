"""Which kind of sheet a camera came by, so that a later one can retire what it leaves out."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("cameras", sa.Column("imported_as", sa.String(length=16), nullable=True))
