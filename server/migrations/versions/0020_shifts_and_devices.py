"""Logins belong to a key: shifts, devices, and the proofs that were used. Who is logged in has to log in again."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _devices()
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("officer_id", sa.String(length=22), nullable=False),
        sa.Column("jkt", sa.String(length=43), nullable=False),
        sa.Column("device_id", sa.String(length=22), nullable=True),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_shifts_officer_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_shifts_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_officer_id", "shifts", ["officer_id"])
    op.create_index("ix_shifts_jkt", "shifts", ["jkt"])
    op.create_table(
        "seen_proofs",
        sa.Column("digest", sa.String(length=43), nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_seen_proofs")),
    )
    op.create_index("ix_seen_proofs_until", "seen_proofs", ["until"])
    op.drop_table("refresh_tokens")
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("shift_id", sa.String(length=22), nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_refresh_tokens_shift_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index("ix_refresh_tokens_shift_id", "refresh_tokens", ["shift_id"])


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("unit_id", sa.String(length=22), nullable=True),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", sa.String(length=22), nullable=False),
        sa.Column("code_name", sa.String(length=4), nullable=True),
        sa.Column("code_until", AT, nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("jkt", sa.String(length=43), nullable=True),
        sa.Column("jwk", sa.JSON(), nullable=True),
        sa.Column("enrolled_at", AT, nullable=True),
        sa.Column("lost_at", AT, nullable=True),
        sa.Column("lost_by", sa.String(length=22), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_devices_agency_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_devices_unit_id")),
        sa.ForeignKeyConstraint(["made_by"], ["officers.id"], name=op.f("fk_devices_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("code_name", name=op.f("uq_devices_code_name")),
        sa.UniqueConstraint("jkt", name=op.f("uq_devices_jkt")),
    )
    op.create_index("ix_devices_agency_id", "devices", ["agency_id"])
