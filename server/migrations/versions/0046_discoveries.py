"""Asking a camera what it is: what is wanted, and what was found."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "discovery_wishes",
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("wanted_at", AT, nullable=False),
        sa.Column("wanted_by", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_discovery_wishes_camera_id")),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_discovery_wishes")),
    )
    op.create_table(
        "discoveries",
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("claimed_until", AT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("found_at", AT, nullable=True),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_discoveries_camera_id")),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_discoveries")),
    )
