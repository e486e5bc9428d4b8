"""Alerts of registered senders; incidents have an area, and end by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("incidents", sa.Column("area", sa.JSON(), nullable=True))
    op.add_column("incidents", sa.Column("until", AT, nullable=True))  # every change of an incident is told already
    op.create_table(
        "cap_senders",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("invites", sa.JSON(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_cap_senders_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_senders")),
        sa.UniqueConstraint("agency_id", "sender", name="uq_cap_senders_agency_id_sender"),
    )
    op.create_table(
        "cap_messages",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("sender_id", sa.String(length=22), nullable=False),
        sa.Column("identifier", sa.String(length=200), nullable=False),
        sa.Column("sent", AT, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("msg_type", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("done", sa.String(length=16), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=True),
        sa.Column("infos", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["cap_senders.id"], name=op.f("fk_cap_messages_sender_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_cap_messages_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_messages")),
        sa.UniqueConstraint("sender_id", "identifier", name="uq_cap_messages_sender_id_identifier"),
    )
    op.create_index("ix_cap_messages_incident_id", "cap_messages", ["incident_id"])
