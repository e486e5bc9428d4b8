"""Wanted vehicles, plate reads and their hits, and who looked plates up."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "watch_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_head")),
    )
    _wanted_vehicles()
    _plate_reads()
    _plate_hits()
    _plate_lookups()


def _wanted_vehicles() -> None:
    op.create_table(
        "wanted_vehicles",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("plate", sa.String(length=16), nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.String(length=90), nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("version", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_wanted_vehicles_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wanted_vehicles")),
    )
    for column in ("plate", "agency_id", "version"):
        op.create_index(f"ix_wanted_vehicles_{column}", "wanted_vehicles", [column])


def _plate_reads() -> None:
    op.create_table(
        "plate_reads",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("plate", sa.String(length=16), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("raw", sa.String(length=32), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("heading_deg", sa.Double(), nullable=True),
        sa.Column("crop_ref", sa.String(length=200), nullable=True),
        sa.Column("read_at", AT, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("keep_until", AT, nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_plate_reads_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plate_reads")),
        sa.UniqueConstraint("camera_id", "read_at", "plate", name="uq_plate_reads_camera_id"),
    )
    for column in ("plate", "last_four", "keep_until"):
        op.create_index(f"ix_plate_reads_{column}", "plate_reads", [column])


def _plate_hits() -> None:
    op.create_table(
        "plate_hits",
        sa.Column("number", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("wanted_vehicle_id", sa.String(length=22), nullable=False),
        sa.Column("read_id", sa.String(length=22), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("verification", sa.String(length=32), nullable=False),
        sa.Column("verified_by", sa.String(length=22), nullable=True),
        sa.Column("verified_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["wanted_vehicle_id"], ["wanted_vehicles.id"], name=op.f("fk_plate_hits_wanted_vehicle_id")
        ),
        sa.ForeignKeyConstraint(["read_id"], ["plate_reads.id"], name=op.f("fk_plate_hits_read_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_plate_hits_incident_id")),
        sa.ForeignKeyConstraint(["verified_by"], ["officers.id"], name=op.f("fk_plate_hits_verified_by")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_plate_hits")),
        sa.UniqueConstraint("id", name="uq_plate_hits_id"),
        sa.UniqueConstraint("wanted_vehicle_id", "read_id", name="uq_plate_hits_wanted_vehicle_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plate_hits_incident_id", "plate_hits", ["incident_id"])


def _plate_lookups() -> None:
    op.create_table(
        "plate_lookups",
        sa.Column("number", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("asked_by", sa.String(length=90), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.String(length=32), nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=32), nullable=False),
        sa.Column("wanted_found", sa.Integer(), nullable=False),
        sa.Column("reads_found", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_plate_lookups_agency_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_plate_lookups")),
        sa.UniqueConstraint("id", name="uq_plate_lookups_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plate_lookups_at", "plate_lookups", ["at"])
