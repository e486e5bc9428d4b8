"""Officers ask centres to keep what their recorders have of a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
TABLE = "preservation_requests"


def upgrade() -> None:
    ids = {"officer_id": 22, "incident_id": 22, "camera_id": 40, "centre_id": 22}
    times = ("from_at", "until_at", "created_at")
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=22), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in ids.items()),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in times),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f(f"fk_{TABLE}_officer_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f(f"fk_{TABLE}_incident_id")),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f(f"fk_{TABLE}_camera_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f(f"fk_{TABLE}_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    for name in ("centre_id", "officer_id"):
        op.create_index(f"ix_{TABLE}_{name}", TABLE, [name])
