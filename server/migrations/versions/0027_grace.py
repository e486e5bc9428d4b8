"""After closing a view may go on for a grace; the gates hear of it as of all that decides."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
DECIDES = (
    "sid_hash, camera_id, viewer_kind, viewer_id, unit_id, incident_id, grant_id, basis_kind, basis_id, grace_until,"
    " expires_at, ended_at"
)
SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"  # as SQLAlchemy writes a time


def upgrade() -> None:
    op.create_table(
        "service_policies",
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("grace_s", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_service_policies")),
    )
    op.add_column("playback_sessions", sa.Column("grace_until", sa.DateTime(timezone=True), nullable=True))
    head = f"CREATE TRIGGER tell_playback_sessions_update AFTER UPDATE OF {DECIDES} ON playback_sessions FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER tell_playback_sessions_update ON playback_sessions")
        op.execute(f"{head} EXECUTE FUNCTION tell_access_change('session', 'id')")
    else:
        op.execute("DROP TRIGGER tell_playback_sessions_update")
        keys = " UNION ".join(f"SELECT 'session', {row}.id, {SQLITE_NOW}" for row in ("NEW", "OLD"))
        op.execute(f"{head} BEGIN INSERT INTO access_changes (kind, key, at) {keys}; END")
