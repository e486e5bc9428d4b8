"""What the server's tables say of the cameras that a host is to have: where each is, or why it must not be reached.

Invariants: a camera at an address outside its centre's networks has no source, so nothing can connect to it; the rule
is asked again whenever a row is new or has changed, because rows are older than rules. A password is opened here only.
A camera that its centre has blacked out is asked of nobody, wanted or warm.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from server.cameras import network
from server.cameras.credentials import Vault, VaultClosed
from server.models import BLACKED_OUT, Camera, Centre, Lease, LeaseState, Stream
from transcoder import capacity
from transcoder.capacity import Asker, Limit
from transcoder.command import Source
from transcoder.mask import Polygon
from transcoder.plan import Profile

LEAST_URGENT = 4
NEVER = datetime.min.replace(tzinfo=UTC)
FAILING = {LeaseState.BACKOFF, LeaseState.FAILED}
KNOWN = frozenset(field.name for field in fields(Profile))  # a newer server may say more

_COLUMNS = (
    select(
        Camera.id,
        Camera.centre_id,
        Camera.rtsp_host,
        Camera.rtsp_port,
        Camera.rtsp_username,
        Camera.rtsp_password_sealed,
        Camera.profiles,
        Camera.masks,
        Camera.onvif_port,
        Centre.networks,
        Stream.priority,
        Stream.wanted_until,
        Lease.host_id,
        Lease.expires_at,
        Lease.pulls,
        Lease.kbps,
        Lease.state,
        Lease.reason,
        Centre.max_pulls,
        Centre.uplink_kbps,
    )
    .join(Centre, Centre.id == Camera.centre_id)
    .outerjoin(Stream, Stream.camera_id == Camera.id)
    .outerjoin(Lease, Lease.camera_id == Camera.id)
    .where(Camera.enabled, ~BLACKED_OUT)
)
CHANGING = 10  # columns at the end that are no property of the camera


@dataclass(frozen=True, slots=True)
class Registered:
    """What is known of a camera."""

    centre_id: str
    source: Source | None  # none: it must not or cannot be reached
    refusal: str | None  # stable code of why not
    profiles: tuple[Profile, ...]
    masks: tuple[Polygon, ...]
    onvif_port: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A camera that is wanted or kept warm, and how much."""

    camera: Registered
    priority: int  # of its most urgent incident, 0..4
    is_wanted: bool  # by viewers; else only kept warm
    waits: bool  # its centre can take no more
    max_pulls: int | None  # of its centre


class Register:
    """Keeps what it read, so that a password is opened once and not ten times a second."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._read: dict[str, tuple[Any, Registered]] = {}

    def asked(self, session: Session, host_id: str, *, now: datetime) -> dict[str, Asked]:
        """By id, most urgent first, what is asked of this host; what another one holds is not.

        It is read ten times a second: two indexes lead to the few that are asked for, and no other camera is looked at.
        """
        asked = union(
            select(Stream.camera_id).where(Stream.wanted_until > now),
            select(Camera.id).where(Camera.warm),
        )
        everywhere = session.execute(_COLUMNS.where(Camera.id.in_(asked))).all()
        wanted = {row.id for row in everywhere if (row.wanted_until or NEVER) > now}
        waiting = capacity.waiting(_asker(row, is_wanted=row.id in wanted, now=now) for row in everywhere)
        rows = [row for row in everywhere if row.host_id in {None, host_id} or row.expires_at <= now]
        self._read = {row.id: (row, self._camera(row)) for row in rows}
        by_urgency = sorted(rows, key=lambda row: (*_urgency(row, is_wanted=row.id in wanted), row.id))
        return {
            row.id: Asked(
                camera=self._read[row.id][1],
                priority=row.priority if row.id in wanted else LEAST_URGENT,
                is_wanted=row.id in wanted,
                waits=row.id in waiting,
                max_pulls=row.max_pulls,
            )
            for row in by_urgency
        }

    def _camera(self, row: Any) -> Registered:
        known = self._read.get(row.id)
        if known and known[0][:-CHANGING] == row[:-CHANGING]:
            return known[1]
        where, refusal = source(row, row.networks, self._data_dir)
        return Registered(
            centre_id=row.centre_id,
            source=where,
            refusal=refusal,
            profiles=tuple(Profile(**{k: v for k, v in told.items() if k in KNOWN}) for told in row.profiles),
            masks=tuple(tuple((x, y) for x, y in polygon) for polygon in row.masks),
            onvif_port=row.onvif_port,
        )


def source(camera: Any, networks: Sequence[str], data_dir: Path) -> tuple[Source | None, str | None]:
    """Where a camera is by its row, or why it is not to be reached."""
    if not network.allowed(camera.rtsp_host, networks):
        return None, "camera_outside_networks"
    try:
        sealed = camera.rtsp_password_sealed
        password = None if sealed is None else Vault(data_dir).open(sealed)
    except VaultClosed:
        return None, "camera_password_unreadable"
    return Source(camera.rtsp_host, camera.rtsp_port, "/", camera.rtsp_username, password), None


def _asker(row: Any, *, is_wanted: bool, now: datetime) -> Asker:
    bps = row.profiles[0].get("bitrate_bps") if row.profiles else None
    return Asker(
        camera_id=row.id,
        centre_id=row.centre_id,
        limit=Limit(row.max_pulls, row.uplink_kbps),
        is_wanted=is_wanted,
        priority=row.priority if is_wanted else LEAST_URGENT,
        is_pulled=bool(row.pulls) and row.expires_at > now,
        is_failing=row.state in FAILING and row.reason != capacity.FULL and row.expires_at > now,
        kbps=row.kbps or (bps // 1000 if bps else None),
    )


def _urgency(row: Any, *, is_wanted: bool) -> tuple[bool, int, float]:
    """The less, the sooner: the urgent, then those who are wanted longest; what is only kept warm comes last."""
    return (not is_wanted, row.priority, -row.wanted_until.timestamp()) if is_wanted else (True, LEAST_URGENT, 0.0)
