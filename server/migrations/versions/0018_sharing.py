"""Several rooms may work on an incident: who reported it has the first part, and sent what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
AT = sa.DateTime(timezone=True)
POSTGRES_DOES = "EXECUTE FUNCTION tell_access_change('incident', 'incident_id')"
SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"  # as SQLAlchemy writes a time


def upgrade() -> None:
    op.create_table(
        "incident_rooms",
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.Column("closing_reason", sa.String(length=200), nullable=True),
        sa.Column("legal_basis", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_incident_rooms_incident_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_incident_rooms_agency_id")),
        sa.PrimaryKeyConstraint("incident_id", "agency_id", name=op.f("pk_incident_rooms")),
    )
    op.create_index("ix_incident_rooms_agency_id", "incident_rooms", ["agency_id", "ended_at"])
    op.execute(
        "INSERT INTO incident_rooms SELECT id, agency_id, 'owns', created_at, closed_at,"
        " CASE WHEN closed_at IS NULL THEN NULL ELSE 'incident_closed' END, closing_reason, NULL FROM incidents"
    )
    op.add_column("dispatches", sa.Column("agency_id", sa.String(length=22), nullable=True))
    op.execute(
        "UPDATE dispatches SET agency_id ="
        " (SELECT agency_id FROM incidents WHERE incidents.id = dispatches.incident_id)"
    )
    with op.batch_alter_table("dispatches") as table:
        table.alter_column("agency_id", existing_type=sa.String(length=22), nullable=False)
        table.create_foreign_key(op.f("fk_dispatches_agency_id"), "agencies", ["agency_id"], ["id"])
    _sharings()
    _tell()


def _tell() -> None:
    """The gates hear of rooms' parts, and of dispatches again: SQLite made that table anew, without its triggers."""
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for table in ("incident_rooms",) if on_postgres else ("incident_rooms", "dispatches"):
        for act, rows in (("INSERT", ["NEW"]), ("UPDATE", ["NEW", "OLD"]), ("DELETE", ["OLD"])):
            head = f"CREATE TRIGGER tell_{table}_{act.lower()} AFTER {act} ON {table} FOR EACH ROW"
            keys = " UNION ".join(f"SELECT 'incident', {row}.incident_id, {SQLITE_NOW}" for row in rows)
            done = f"BEGIN INSERT INTO access_changes (kind, key, at) {keys}; END"
            op.execute(f"{head} {POSTGRES_DOES if on_postgres else done}")


def _sharings() -> None:
    op.create_table(
        "sharings",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("from_agency_id", sa.String(length=22), nullable=False),
        sa.Column("to_agency_id", sa.String(length=22), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_sharings_incident_id")),
        sa.ForeignKeyConstraint(["from_agency_id"], ["agencies.id"], name=op.f("fk_sharings_from_agency_id")),
        sa.ForeignKeyConstraint(["to_agency_id"], ["agencies.id"], name=op.f("fk_sharings_to_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharings")),
    )
    for column in ("incident_id", "from_agency_id", "to_agency_id"):
        op.create_index(f"ix_sharings_{column}", "sharings", [column])
