"""What a centre switches off is told by camera, unless it is the whole centre: gates then read only its sessions."""

from alembic import op

revision = "0021"
down_revision = "0020"

ROWS = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}
SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for act, rows in ROWS.items():
        name = f"tell_blackouts_{act.lower()}"
        op.execute(f"DROP TRIGGER {name} ON blackouts" if on_postgres else f"DROP TRIGGER {name}")
        for statement in _postgres(name, act, rows) if on_postgres else [_sqlite(name, act, rows)]:
            op.execute(statement)


def _postgres(name: str, act: str, rows: tuple[str, ...]) -> list[str]:
    whole = " OR ".join(f"{row}.camera_id IS NULL" for row in rows)
    head = f"AFTER {act} ON blackouts FOR EACH ROW"
    told = "EXECUTE FUNCTION tell_access_change"
    return [
        f"CREATE TRIGGER {name}_camera {head} {told}('camera', 'camera_id')",  # which tells nothing without a camera
        f"CREATE TRIGGER {name}_centre {head} WHEN ({whole}) {told}('centre', 'centre_id')",
    ]


def _sqlite(name: str, act: str, rows: tuple[str, ...]) -> str:
    kind = "CASE WHEN {0}.camera_id IS NULL THEN 'centre' ELSE 'camera' END"
    select = f"SELECT {kind}, coalesce({{0}}.camera_id, {{0}}.centre_id), {SQLITE_NOW}"
    keys = " UNION ".join(select.format(row) for row in rows)
    return (
        f"CREATE TRIGGER {name} AFTER {act} ON blackouts FOR EACH ROW"
        f" BEGIN INSERT INTO access_changes (kind, key, at) {keys}; END"
    )
