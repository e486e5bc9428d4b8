"""A centre's view of its own cameras: how each is, who watches it by what, and how much of the centre is in use."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from server import streams
from server.access import unnamed
from server.access.viewer import Viewer
from server.centres import condition
from server.centres.condition import Condition
from server.errors import CentreUnknown
from server.models import BLACKED_OUT, Agency, Camera, Centre, Client, Lease, Officer, PlaybackSession, Stream


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a centre, and what it can take; its capacities are none where nobody said them."""

    cameras: int  # in service
    wanted: int  # by viewers, now
    pulls: int  # connections to its cameras
    max_pulls: int | None
    kbps: int  # what they send
    uplink_kbps: int | None
    waiting: int  # wanted, and kept waiting because the centre is full
    sessions: int  # open ones


@dataclass(frozen=True, slots=True)
class Watcher:
    """An open session, and whose it is; without an agency nothing more is said of it than that it is lawful."""

    session: PlaybackSession
    agency_id: str | None
    agency: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A camera of the list."""

    camera: Camera
    condition: Condition
    wanted: bool
    lease: Lease | None
    watchers: Sequence[Watcher]


def centre(session: Session, viewer: Viewer, centre_id: str) -> Centre:
    """The centre that the viewer's own agency runs; the province's administrators see each. Raises CentreUnknown."""
    found = session.get(Centre, centre_id) if viewer.administers_centre(centre_id) else None
    if found is None:
        raise CentreUnknown("there is no such centre, or your agency does not run it", centre_id=centre_id)
    return found


def cameras(centre_id: str) -> Select[Camera]:
    """All of its cameras."""
    return select(Camera).where(Camera.centre_id == centre_id)


def rows(session: Session, viewer: Viewer, page: Sequence[Camera], *, now: datetime) -> list[Row]:
    """What there is to say of these cameras, at most some hundreds."""
    ids = [camera.id for camera in page]
    at = streams.clock(session, now)
    leases = {lease.camera_id: lease for lease in session.scalars(select(Lease).where(Lease.camera_id.in_(ids)))}
    wanted = set(session.scalars(select(Stream.camera_id).where(Stream.camera_id.in_(ids), Stream.wanted_until > at)))
    dark = set(session.scalars(select(Camera.id).where(Camera.id.in_(ids), BLACKED_OUT)))
    watchers = _watchers(session, viewer, ids, now)
    return [
        Row(
            camera=one,
            condition=condition.of(
                one, lease, held=lease is not None and lease.expires_at > at, blacked_out=one.id in dark
            ),
            wanted=one.id in wanted,
            lease=lease,
            watchers=watchers[one.id],
        )
        for one, lease in ((one, leases.get(one.id)) for one in page)
    ]


def load(session: Session, of: Centre, *, now: datetime) -> Load:
    """How much of the centre is in use."""
    at, mine = streams.clock(session, now), Camera.centre_id == of.id
    held = and_(mine, Lease.expires_at > at)
    of_leases = select(func.sum(Lease.pulls), func.sum(Lease.kbps).filter(Lease.pulls > 0)).join(Camera).where(held)
    pulls, kbps = session.execute(of_leases).one()
    waiting = select(func.count()).select_from(Lease).join(Camera).where(held, Lease.reason == "centre_full")
    wanted = select(func.count()).select_from(Stream).join(Camera).where(mine, Stream.wanted_until > at)
    is_open = and_(PlaybackSession.ended_at.is_(None), PlaybackSession.expires_at > now)
    sessions = select(func.count()).select_from(PlaybackSession).join(Camera).where(mine, is_open)
    in_service = select(func.count()).select_from(Camera).where(mine, Camera.enabled)
    counted = [session.scalar(query) or 0 for query in (in_service, wanted, waiting, sessions)]
    return Load(
        cameras=counted[0],
        wanted=counted[1],
        pulls=pulls or 0,
        max_pulls=of.max_pulls,
        kbps=kbps or 0,
        uplink_kbps=of.uplink_kbps,
        waiting=counted[2],
        sessions=counted[3],
    )


def _watchers(session: Session, viewer: Viewer, camera_ids: Sequence[str], now: datetime) -> dict[str, list[Watcher]]:
    watched = (
        select(PlaybackSession, Agency.id, Agency.name)
        .outerjoin(Officer, and_(PlaybackSession.viewer_kind == "officer", Officer.id == PlaybackSession.viewer_id))
        .outerjoin(Client, and_(PlaybackSession.viewer_kind == "client", Client.id == PlaybackSession.viewer_id))
        .join(Agency, or_(Agency.id == Officer.agency_id, Agency.id == Client.agency_id))
        .where(PlaybackSession.camera_id.in_(camera_ids))
        .where(PlaybackSession.ended_at.is_(None), PlaybackSession.expires_at > now)
        .order_by(PlaybackSession.started_at, PlaybackSession.id)
    )
    found: dict[str, list[Watcher]] = defaultdict(list)
    rows = session.execute(watched).all()
    hidden = unnamed.of(session, viewer, [row for row, *_ in rows])
    for row, *agency in rows:
        found[row.camera_id].append(Watcher(row, *([None, None] if row.id in hidden else agency)))
    return found
