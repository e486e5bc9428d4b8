"""Following ``access_changes``: what has changed since the last look, in the order in which it became visible.

A connection of its own, kept open: SQLite tells by a number whether anybody else has committed, PostgreSQL notifies.
"""

import sqlite3
import time
from typing import Any, Protocol

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server.gate.memory import Concern

TROUBLE = (SQLAlchemyError, sqlite3.Error, psycopg.Error)  # the database is away, locked or odd
SQLITE_PAUSE_S = 0.01  # between two looks at a number in memory, some microseconds each
POSTGRES_PAUSE_S = 0.05  # the longest; a notification ends it


class Changes(Protocol):
    """What ``follow`` returns. All methods raise one of TROUBLE when the database does not answer."""

    def wait(self) -> None:
        """Until something may have changed, or for a short time."""

    def read(self) -> set[Concern]:
        """What has changed since the last time; everything that was committed before the call is in it."""

    def close(self) -> None:
        """End the connection, whatever state it is in."""


def follow(engine: Engine) -> Changes:
    """Follow from now on: what is committed after the call is told."""
    kind = _Sqlite if engine.dialect.name == "sqlite" else _Postgres
    return kind(engine)


def _opened(engine: Engine) -> Any:
    return engine.raw_connection()


class _Sqlite:
    """One writer at a time: ids are in the order of commits."""

    def __init__(self, engine: Engine) -> None:
        self._connection = _opened(engine)
        self._read("PRAGMA query_only = 1")
        self._version: int | None = None
        self._last = self._read("SELECT coalesce(max(id), 0) FROM access_changes")[0][0]

    def wait(self) -> None:
        time.sleep(SQLITE_PAUSE_S)

    def read(self) -> set[Concern]:
        version = self._read("PRAGMA data_version")[0][0]
        if version == self._version:
            return set()
        rows = self._read("SELECT id, kind, key FROM access_changes WHERE id > ? ORDER BY id", self._last)
        self._version = version
        self._last = rows[-1][0] if rows else self._last
        return {(kind, key) for _, kind, key in rows}

    def close(self) -> None:
        self._connection.invalidate()

    def _read(self, statement: str, *given: int) -> list[Any]:
        found: list[Any] = self._connection.driver_connection.execute(statement, given).fetchall()
        return found


class _Postgres:
    """Ids are not in the order of commits: each look begins at the oldest transaction that was open at the last one."""

    _NEW = """
        SELECT oldest_open, id, kind, key
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_open) AS snapshot
        LEFT JOIN access_changes ON xid >= %s
    """

    def __init__(self, engine: Engine) -> None:
        self._connection = _opened(engine)
        self._driver = self._connection.driver_connection
        self._driver.autocommit = True
        self._driver.execute("LISTEN access_changes")
        self._since = 1 << 62
        self._told: set[int] = set()
        self.read()

    def wait(self) -> None:
        for _ in self._driver.notifies(timeout=POSTGRES_PAUSE_S, stop_after=1):
            pass

    def read(self) -> set[Concern]:
        rows = self._driver.execute(self._NEW, (self._since,)).fetchall()
        self._since = rows[0][0]
        changes = {id_: (kind, key) for _, id_, kind, key in rows if id_ is not None}
        new = {change for id_, change in changes.items() if id_ not in self._told}
        self._told = set(changes)
        return new

    def close(self) -> None:
        self._connection.invalidate()
