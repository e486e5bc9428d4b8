"""What a centre can take, by which codes it goes when, what its cameras send, and which of them can be steered."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "centre_codes",
        sa.Column("centre_id", sa.String(length=22), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_centre_codes_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "code", name=op.f("pk_centre_codes")),
    )
    op.create_index("ix_centre_codes_code", "centre_codes", ["code"])
    op.execute(
        "INSERT INTO centre_codes SELECT id, code, name, name_en, code_valid_from, code_valid_until FROM centres"
        " WHERE code_valid_from IS NOT NULL OR code_valid_until IS NOT NULL"
    )
    op.drop_column("centres", "code_valid_from")
    op.drop_column("centres", "code_valid_until")
    op.add_column("centres", sa.Column("max_pulls", sa.Integer(), nullable=True))
    op.add_column("centres", sa.Column("uplink_kbps", sa.Integer(), nullable=True))
    op.add_column("leases", sa.Column("pulls", sa.Integer(), server_default="0", nullable=False))
    op.add_column("leases", sa.Column("kbps", sa.Integer(), nullable=True))
    op.add_column("cameras", sa.Column("ptz", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cameras", sa.Column("ptz_home", sa.String(length=64), nullable=True))
    op.add_column("cameras", sa.Column("ptz_presets", sa.JSON(), server_default="[]", nullable=False))
