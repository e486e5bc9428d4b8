"""The border to the server's tables, and the only file here that knows them: reads what is wanted, writes what is.

Invariants: a camera is transcoded by the host that holds its lease, and ``fence`` grows with every claim, so that an
old holder can neither renew nor report. Times come from the database's clock where it has one. Everything here blocks
and runs on one worker thread.
"""

import contextlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, DateTime, and_, case, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server import db
from server.cameras.credentials import Vault, VaultClosed
from server.models import Camera, Host, Lease, LeaseState, Stream
from transcoder.command import Source

TTL = timedelta(seconds=10)
RENEW_S = 3.0


@dataclass(frozen=True, slots=True)
class Report:
    """How a stream fares. ``state`` is one of LeaseState's values; ``reason`` a stable code when it is not live."""

    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A camera that is wanted and whose lease is ours."""

    fence: int
    renewed_at: float  # monotonic, before the renewal was sent
    source: Source | None  # none: its password cannot be opened here


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease that was ours when it was last looked at."""

    camera_id: str
    host_id: str
    fence: int

    @property
    def row(self) -> ColumnElement[bool]:
        """The lease's row, if it is still ours."""
        ours = and_(Lease.host_id == self.host_id, Lease.fence == self.fence)
        return and_(Lease.camera_id == self.camera_id, ours)


STARTING = Report(LeaseState.STARTING)

_WANTED = (
    select(
        Camera.id,
        Camera.rtsp_host,
        Camera.rtsp_port,
        Camera.profiles,
        Camera.rtsp_username,
        Camera.rtsp_password_sealed,
        Lease.host_id,
        Lease.expires_at,
    )
    .join(Stream, Stream.camera_id == Camera.id)
    .outerjoin(Lease, Lease.camera_id == Camera.id)
    .where(Camera.enabled)
    .order_by(Stream.priority, Stream.wanted_until.desc())
)


def claim(session: Session, camera_id: str, host_id: str, *, now: datetime) -> Claim | None:
    """Take the lease if it is free, expired or ours already; none if another host holds it."""
    fence = session.scalar(
        update(Lease)
        .where(Lease.camera_id == camera_id, or_(Lease.expires_at <= now, Lease.host_id == host_id))
        .values(
            host_id=host_id,
            fence=Lease.fence + 1,
            expires_at=now + TTL,
            state=LeaseState.STARTING,
            state_at=now,
            reason=None,
        )
        .returning(Lease.fence)
        .execution_options(synchronize_session=False)
    )
    if fence is not None:
        return Claim(camera_id, host_id, fence)
    if session.get(Lease, camera_id) is not None:
        return None
    # If another host inserts the same row at this moment, the transaction fails, and the next tick finds the row.
    session.add(Lease(camera_id=camera_id, host_id=host_id, fence=1, expires_at=now + TTL, state_at=now))
    session.flush()
    return Claim(camera_id, host_id, 1)


def renew(session: Session, held: Claim, report: Report, *, now: datetime) -> bool:
    """Hold the lease for another TTL and say how the stream fares. False when it is no longer ours."""
    state = LeaseState(report.state)
    changed = session.execute(
        update(Lease)
        .where(held.row, Lease.expires_at > now)
        .values(
            expires_at=now + TTL,
            state=state,
            state_at=case((Lease.state == state, Lease.state_at), else_=now),
            reason=report.reason,
        )
        .returning(Lease.fence)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


def release(session: Session, held: Claim, *, now: datetime) -> None:
    """Let another host have it at once. Nothing happens if it is no longer ours."""
    session.execute(update(Lease).where(held.row).values(expires_at=now).execution_options(synchronize_session=False))


def clock(session: Session) -> datetime:
    """The database's time; the host's for SQLite, which lives on it."""
    if session.get_bind().dialect.name == "postgresql":
        return session.scalars(select(func.clock_timestamp(type_=DateTime(timezone=True)))).one()
    return datetime.now(UTC)


class DatabaseUnreachable(Exception):
    """The database cannot be asked or told now."""


@dataclass(frozen=True, slots=True)
class _Holding:
    claim: Claim
    renewed_at: float
    reported: Report


class _Changes(NamedTuple):
    new: list[str]
    leaving: list[str]
    due: dict[str, Report]


class Leases:
    """What this host holds. ``exchange`` is called about ten times a second."""

    def __init__(self, url: str, data_dir: Path, host_id: str) -> None:
        self._engine = db.engine(url)
        self._read, self._write = db.read(self._engine), db.transaction(self._engine)
        self._data_dir = data_dir
        self._host_id = host_id
        self._beat_at = float("-inf")
        self._held: dict[str, _Holding] = {}
        self._sources: dict[str, tuple[Any, Source | None]] = {}

    def exchange(self, reports: Mapping[str, Report], *, done: Collection[str] = ()) -> dict[str, Grant]:
        """One look and, where there is something to say, one write.

        Args:
            reports: how the cameras fare that we transcode.
            done: cameras we no longer transcode: their leases are released.

        Returns:
            What is wanted of us, most urgent first, without what another host has and the leases we lost.

        Raises:
            DatabaseUnreachable: nothing is known and nothing was written.
        """
        try:
            return self._exchange(reports, done)
        except SQLAlchemyError as error:
            raise DatabaseUnreachable(type(error).__name__) from error

    def close(self) -> None:
        """Release everything and leave; what cannot be released expires."""
        with contextlib.suppress(SQLAlchemyError), self._write() as session:
            for holding in self._held.values():
                release(session, holding.claim, now=clock(session))
        self._engine.dispose()

    def _exchange(self, reports: Mapping[str, Report], done: Collection[str]) -> dict[str, Grant]:
        started_at = time.monotonic()
        with self._read() as session:
            now = clock(session)
            rows = session.execute(_WANTED.where(Stream.wanted_until > now)).all()
        ours = [row for row in rows if row.host_id in {None, self._host_id} or row.expires_at <= now]
        changes = _Changes(
            new=[row.id for row in ours if row.id not in self._held or row.id in done],
            leaving=[id_ for id_ in done if id_ in self._held],
            due=self._due({id_: report for id_, report in reports.items() if id_ not in done}, started_at),
        )
        if any(changes) or started_at - self._beat_at >= RENEW_S:
            with self._write() as session:
                held = self._tell(session, changes, started_at)
            self._held, self._beat_at = held, started_at
        self._sources = {row.id: (row, self._source(row)) for row in ours}
        return {
            id_: Grant(self._held[id_].claim.fence, self._held[id_].renewed_at, source)
            for id_, (_, source) in self._sources.items()
            if id_ in self._held
        }

    def _due(self, reports: Mapping[str, Report], now: float) -> dict[str, Report]:
        """The leases to renew: for their age, or because there is something new to report."""
        return {
            id_: report
            for id_, report in reports.items()
            if id_ in self._held and (report != self._held[id_].reported or now - self._held[id_].renewed_at >= RENEW_S)
        }

    def _tell(self, session: Session, changes: _Changes, started_at: float) -> dict[str, _Holding]:
        """Write; returns what is held if the transaction commits."""
        now = clock(session)
        session.merge(Host(id=self._host_id, seen_at=now))
        session.flush()
        held = dict(self._held)
        for id_ in changes.leaving:
            release(session, held.pop(id_).claim, now=now)
        for id_, report in changes.due.items():
            ours = held.pop(id_).claim
            if renew(session, ours, report, now=now):
                held[id_] = _Holding(ours, started_at, report)
        for id_ in changes.new:
            ours_now = claim(session, id_, self._host_id, now=now)
            if ours_now:
                held[id_] = _Holding(ours_now, started_at, STARTING)
        return held

    def _source(self, row: Any) -> Source | None:
        """Where the camera is; its password is opened when its row is new or has changed."""
        known = self._sources.get(row.id)
        if known and known[0][:-2] == row[:-2]:
            return known[1]
        try:
            sealed = row.rtsp_password_sealed
            password = None if sealed is None else Vault(self._data_dir).open(sealed)
        except VaultClosed:
            return None
        return Source(row.rtsp_host, row.rtsp_port, row.profiles[0]["path"], row.rtsp_username, password)
