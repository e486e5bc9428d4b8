"""Alembic's entry: runs the revisions on the connection that ``server.db.migrate`` opened."""

from typing import Literal

from alembic import context

from server.models import Base
from server.models.base import UTCDateTime


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A revision spells out the column type: it must not change when the code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render,
    transactional_ddl=True,  # on SQLite too: the connection's BEGIN is ours, so half a migration never stays
)
with context.begin_transaction():
    context.run_migrations()
