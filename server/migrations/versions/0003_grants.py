"""A supervisor lets somebody watch who was not sent; a session knows the grant it stands on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _grants()
    op.create_table(
        "grant_cameras",
        sa.Column("grant_id", sa.String(length=22), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_grant_cameras_grant_id")),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_grant_cameras_camera_id")),
        sa.PrimaryKeyConstraint("grant_id", "camera_id", name=op.f("pk_grant_cameras")),
    )
    with op.batch_alter_table("playback_sessions") as table:  # SQLite adds no foreign key to a table that is there
        table.add_column(sa.Column("grant_id", sa.String(length=22), nullable=True))
        table.create_foreign_key(op.f("fk_playback_sessions_grant_id"), "grants", ["grant_id"], ["id"])
    op.create_index("ix_playback_sessions_grant_id", "playback_sessions", ["grant_id"])


def _grants() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("to_kind", sa.String(length=32), nullable=False),
        sa.Column("to_id", sa.String(length=22), nullable=False),
        sa.Column("covers", sa.String(length=32), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=True),
        sa.Column("area", sa.JSON(), nullable=True),
        sa.Column("starts_at", at, nullable=False),
        sa.Column("until", at, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=32), nullable=False),
        sa.Column("given_by", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.Column("ended_at", at, nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_grants_incident_id")),
        sa.ForeignKeyConstraint(["given_by"], ["officers.id"], name=op.f("fk_grants_given_by")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_grants_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_to_id", "grants", ["to_id"])
    op.create_index("ix_grants_agency_id", "grants", ["agency_id"])
    op.create_index("ix_grants_incident_id", "grants", ["incident_id"])
    op.create_index("ix_grants_ended_at", "grants", ["ended_at", "until"])
