"""The only door to the database engine: SQLite by default, PostgreSQL by URL.

Writers take the write lock at BEGIN, so a read never has to be upgraded half-way (SQLite answers that with
"database is locked" whatever the timeout). Readers take no lock and cannot write.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import Session, sessionmaker

from server.writers import Writers

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
        writers = Writers(Path(f"{address.database}-writers"), within_s=BUSY_TIMEOUT_MS / 1000)
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", partial(_begin_sqlite, writers=writers))
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


def _begin_sqlite(connection: Connection, *, writers: Writers) -> None:
    reading = connection.get_execution_options().get("postgresql_readonly", False)
    if connection.info.get(READING) is not reading:  # as the transaction before on this connection had it
        connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
        connection.info[READING] = reading
    if reading:
        connection.exec_driver_sql("BEGIN")
        return
    try:
        has_lock = writers.take(partial(_has_write_lock, connection))
    except TimeoutError as error:
        raise WaitedTooLong(str(error)) from error
    if not has_lock:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # says that it is locked


def _has_write_lock(connection: Connection) -> bool:
    """Ask for it once."""
    asks: Any = connection.connection.driver_connection
    asks.execute("PRAGMA busy_timeout = 0")
    try:
        asks.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the rest says what was busy
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says what is wrong
        return False
    finally:
        asks.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return True
