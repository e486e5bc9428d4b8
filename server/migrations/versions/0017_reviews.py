"""Anomalies and their explanation, where dispatched units stand, and the monthly review of each agency."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _anomalies()
    op.create_table(
        "unit_stays",
        sa.Column("unit_id", sa.String(length=22), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_stays_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_stays")),
    )
    op.create_table(
        "monthly_reviews",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        *(sa.Column(name, AT, nullable=False) for name in ("starts_at", "ends_at", "due_at")),
        sa.Column("signed_by", sa.String(length=22), nullable=True),
        sa.Column("signed_at", AT, nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_monthly_reviews_agency_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["officers.id"], name=op.f("fk_monthly_reviews_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_reviews")),
    )
    op.create_index("ix_monthly_reviews_due_at", "monthly_reviews", ["signed_at", "due_at"])


def _anomalies() -> None:
    text = {"kind": 32, "fact": 160, "severity": 32, "officer_id": 22, "agency_id": 22, "reason": 300}
    notes = {"question": 1000, "demanded_by": 22, "explanation": 2000, "decided_by": 22, "note": 1000}
    op.create_table(
        "anomalies",
        sa.Column("id", sa.String(length=22), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in text.items()),
        sa.Column("evidence", sa.JSON(), nullable=False),
        *(sa.Column(name, AT, nullable=False) for name in ("first_at", "last_at", "found_at")),
        sa.Column("status", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=True) for name, length in notes.items()),
        *(sa.Column(f"{act}_at", AT, nullable=True) for act in ("demanded", "due", "overdue", "explained", "decided")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_anomalies_officer_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_anomalies_agency_id")),
        sa.ForeignKeyConstraint(["demanded_by"], ["officers.id"], name=op.f("fk_anomalies_demanded_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["officers.id"], name=op.f("fk_anomalies_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomalies")),
        sa.UniqueConstraint("fact", name=op.f("uq_anomalies_fact")),
    )
    op.create_index("ix_anomalies_officer_id", "anomalies", ["officer_id", "status"])
    op.create_index("ix_anomalies_agency_id", "anomalies", ["agency_id", "found_at"])
