"""Steering a camera: who may, who does, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("agencies", sa.Column("ptz", sa.String(length=32), server_default="nobody", nullable=False))
    op.create_table(
        "ptz_holds",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=22), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("viewer_id", sa.String(length=22), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("begins_at", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.Column("given_back_at", AT, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.JSON(), nullable=True),
        sa.Column("move_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_ptz_holds_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ptz_holds")),
    )
    op.create_index("ix_ptz_holds_until", "ptz_holds", ["until"])
    op.create_index("ix_ptz_holds_camera_id", "ptz_holds", ["camera_id"])
    op.create_table(
        "ptz_states",
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("hold_id", sa.String(length=22), nullable=False),
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("claimed_until", AT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("away", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("at", AT, nullable=True),
        sa.Column("given_back_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_ptz_states_camera_id")),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_ptz_states")),
    )
    op.create_index(
        "ix_ptz_states_away",
        "ptz_states",
        ["camera_id"],
        sqlite_where=sa.text("away = 1"),
        postgresql_where=sa.text("away"),
    )
