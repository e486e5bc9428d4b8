"""When a unit's device had its order, showed it, and somebody answered."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    for name in ("delivered_at", "shown_at", "acknowledged_at"):
        op.add_column("dispatches", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
