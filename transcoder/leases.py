"""The border to the server: reads what is wanted (``registered``), writes what is. No other file here knows its tables.

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
from typing import NamedTuple

from sqlalchemy import ColumnElement, DateTime, and_, case, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server import db
from server.models import Host, Lease, LeaseState
from transcoder.registered import Register, Registered

TTL = timedelta(seconds=10)
RENEW_S = 3.0


@dataclass(frozen=True, slots=True)
class Report:
    """How a stream fares. ``state`` is one of LeaseState's values; ``reason`` a stable code when it is not live."""

    state: str
    reason: str | None = None
    picture_at: datetime | None = None  # when the newest picture was taken
    still_at: datetime | None = None
    frozen: bool = False
    step: str = "full"
    pulls: int = 0  # connections to the camera
    kbps: int | None = None  # what it sends; none: nothing now

    def differs(self, other: "Report") -> bool:
        """Whether it says more than that time goes on."""
        return (self.state, self.reason, self.frozen, self.step, self.pulls) != (
            other.state,
            other.reason,
            other.frozen,
            other.step,
            other.pulls,
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """A camera whose lease is ours."""

    fence: int
    renewed_at: float  # monotonic, before the renewal was sent
    camera: Registered
    priority: int = 0  # of its most urgent incident, 0..4
    is_wanted: bool = True  # by viewers; else only kept warm
    waits: bool = False  # its centre can take no more
    max_pulls: int | None = None  # of its centre


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
            picture_at=None,
            still_at=None,
            frozen=False,
            pulls=0,
            step=STARTING.step,
            reported_at=now,
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
            picture_at=report.picture_at,
            still_at=report.still_at,
            frozen=report.frozen,
            step=report.step,
            pulls=report.pulls,
            kbps=func.coalesce(report.kbps, Lease.kbps),  # what it sent counts when it asks again
            reported_at=now,
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
        self._register = Register(data_dir)
        self._host_id = host_id
        self._beat_at = float("-inf")
        self._held: dict[str, _Holding] = {}

    def exchange(self, reports: Mapping[str, Report], *, done: Collection[str] = ()) -> dict[str, Grant]:
        """One look and, where there is something to say, one write.

        Args:
            reports: how the cameras fare that we transcode.
            done: cameras we no longer transcode: their leases are released.

        Returns:
            What is wanted of us or kept warm, most urgent first, without what another host has and the leases we lost.

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
            asked = self._register.asked(session, self._host_id, now=now)
        changes = _Changes(
            new=[id_ for id_ in asked if id_ not in self._held or id_ in done],
            leaving=[id_ for id_ in done if id_ in self._held],
            due=self._due({id_: report for id_, report in reports.items() if id_ not in done}, started_at),
        )
        if any(changes) or started_at - self._beat_at >= RENEW_S:
            with self._write() as session:
                held = self._tell(session, changes, started_at)
            self._held, self._beat_at = held, started_at
        return {
            id_: Grant(
                fence=self._held[id_].claim.fence,
                renewed_at=self._held[id_].renewed_at,
                camera=one.camera,
                priority=one.priority,
                is_wanted=one.is_wanted,
                waits=one.waits,
                max_pulls=one.max_pulls,
            )
            for id_, one in asked.items()
            if id_ in self._held
        }

    def _due(self, reports: Mapping[str, Report], now: float) -> dict[str, Report]:
        """The leases to renew: for their age, or because there is something new to report."""
        return {
            id_: report
            for id_, report in reports.items()
            if id_ in self._held
            and (report.differs(self._held[id_].reported) or now - self._held[id_].renewed_at >= RENEW_S)
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
