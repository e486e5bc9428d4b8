"""An agency answers for the cameras of some centres. None are known yet: an administrator says which."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "agency_centres",
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("centre_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_agency_centres_agency_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_agency_centres_centre_id")),
        sa.PrimaryKeyConstraint("agency_id", "centre_id", name=op.f("pk_agency_centres")),
    )
