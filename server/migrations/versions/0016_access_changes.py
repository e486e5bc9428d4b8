"""Whatever decides who may watch tells the gates when it changes: triggers, so that no writer can forget."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

# table: the kind and the column of the key that it tells, the columns that decide (none: all of them), which acts count
WATCHED = {
    "playback_sessions": (
        ("session", "id"),
        "sid_hash camera_id viewer_kind viewer_id incident_id grant_id basis_kind expires_at ended_at",
        "INSERT UPDATE DELETE",
    ),
    "incidents": (("incident", "id"), "", "UPDATE DELETE"),
    "incident_cameras": (("incident", "incident_id"), "", "INSERT UPDATE DELETE"),
    "dispatches": (("incident", "incident_id"), "", "INSERT UPDATE DELETE"),
    "grants": (("grant", "id"), "", "UPDATE DELETE"),
    "grant_cameras": (("grant", "grant_id"), "", "INSERT UPDATE DELETE"),
    "grant_acceptances": (("grant", "grant_id"), "", "INSERT UPDATE DELETE"),
    "blackouts": (("centre", "centre_id"), "", "INSERT UPDATE DELETE"),
    "cameras": (("camera", "id"), "enabled centre_id", "UPDATE DELETE"),
    "officers": (("officer", "id"), "enabled role unit_id agency_id", "UPDATE DELETE"),
    "clients": (("client", "id"), "enabled agency_id", "UPDATE DELETE"),
    "agencies": (("agency", "id"), "kind centre_id", "UPDATE DELETE"),
    "leases": (("origin", "camera_id"), "host_id expires_at", "INSERT UPDATE DELETE"),
    "hosts": (("origin", "id"), "id", "INSERT UPDATE DELETE"),
}
SHORTENED = "NEW.host_id <> OLD.host_id OR NEW.expires_at < OLD.expires_at"  # a renewal is no news

POSTGRES_FUNCTION = """
CREATE FUNCTION tell_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_key text := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) ->> TG_ARGV[1] END;
    new_key text := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ->> TG_ARGV[1] END;
BEGIN
    INSERT INTO access_changes (kind, key, xid, at)
    SELECT DISTINCT TG_ARGV[0], key, pg_current_xact_id()::text::bigint, clock_timestamp()
    FROM (VALUES (old_key), (new_key)) AS told (key) WHERE key IS NOT NULL;
    PERFORM pg_notify('access_changes', '');
    RETURN NULL;
END $$
"""
SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"  # as SQLAlchemy writes a time


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "access_changes",
        sa.Column("id", serial, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_changes_at", "access_changes", ["at"])
    op.create_index("ix_access_changes_xid", "access_changes", ["xid"])
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        op.execute(POSTGRES_FUNCTION)
    trigger = _postgres if on_postgres else _sqlite
    for table, (told, columns, acts) in WATCHED.items():
        for act in acts.split():
            op.execute(trigger(table, told, columns, act))


def _head(table: str, columns: str, act: str) -> str:
    of = f" OF {', '.join(columns.split())}" if act == "UPDATE" and columns else ""
    when = f" WHEN ({SHORTENED})" if act == "UPDATE" and table == "leases" else ""
    return f"CREATE TRIGGER tell_{table}_{act.lower()} AFTER {act}{of} ON {table} FOR EACH ROW{when}"


def _postgres(table: str, told: tuple[str, str], columns: str, act: str) -> str:
    return f"{_head(table, columns, act)} EXECUTE FUNCTION tell_access_change('{told[0]}', '{told[1]}')"


def _sqlite(table: str, told: tuple[str, str], columns: str, act: str) -> str:
    kind, key = told
    rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["NEW", "OLD"]}[act]
    keys = " UNION ".join(f"SELECT '{kind}', {row}.{key}, {SQLITE_NOW}" for row in rows)
    return f"{_head(table, columns, act)} BEGIN INSERT INTO access_changes (kind, key, at) {keys}; END"
