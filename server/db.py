"""The only door to the database engine: SQLite by default, PostgreSQL by URL.

Writers take the write lock at BEGIN, so a read never has to be upgraded half-way (SQLite answers that with
"database is locked" whatever the timeout). Readers take no lock and cannot write.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

Transaction = Callable[[], AbstractContextManager[Session]]

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 5000
READING = "reading"

# One statement may take 5 s, one lock 2 s; a peer that vanished without a FIN is noticed within 8 s.
POSTGRES_LIMITS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 8000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "options": "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000",
}


def engine(url: str) -> Engine:
    """An engine with a small pool.

    Args:
        url: ``sqlite:///<absolute path>`` or ``postgresql://user:password@host/name``.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        made = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
        return made
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args=POSTGRES_LIMITS,
        hide_parameters=True,  # an error's text goes to the log: no summaries, no hashes
        pool_pre_ping=True,
        pool_timeout=5,
    )


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that write; rows stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def transaction(engine: Engine) -> Transaction:
    """The maker of write transactions: commits at the end, rolls back when anything is raised."""
    return sessions(engine).begin


def read(engine: Engine) -> Transaction:
    """The maker of read transactions: one consistent snapshot, no write lock; a write in it fails."""
    return sessions(engine.execution_options(postgresql_readonly=True)).begin


def migrate(url: str) -> None:
    """Bring the database to the newest schema. Repeating it does nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    made = engine(url)
    try:
        with made.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        made.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred; ours is sent by _begin_sqlite
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a committed revocation survives a power cut
        "foreign_keys = ON",
        "journal_size_limit = 67108864",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("postgresql_readonly", False)
    if connection.info.get(READING) is not reading:  # as the transaction before on this connection had it
        connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
        connection.info[READING] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
