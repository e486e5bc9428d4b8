"""A 112 call may say where the caller is, beside the place of the incident."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:  # that a camera is the room's alone is in its role, whose changes are told already
    for name in ("caller_lat", "caller_lon", "caller_accuracy_m"):
        op.add_column("incidents", sa.Column(name, sa.Double(), nullable=True))
