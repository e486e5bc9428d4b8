"""A camera of an incident is around its place, on the way of a unit, or where somebody would flee."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    role = sa.Column("role", sa.String(length=32), nullable=False, server_default="around")
    op.add_column("incident_cameras", role)
    op.add_column("incident_cameras", sa.Column("on_the_way", sa.JSON(), nullable=True))
    op.add_column("unit_positions", sa.Column("ranked_lat", sa.Double(), nullable=True))
    op.add_column("unit_positions", sa.Column("ranked_lon", sa.Double(), nullable=True))
