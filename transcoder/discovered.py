"""The border to the server for discovery: reads ``discovery_wishes``, writes ``discoveries``.

Invariants: of a centre one camera at a time is asked, by whichever host claimed it; the rule of addresses is asked each
time; a camera that is retired or blacked out is asked of nobody. Everything here blocks and runs on a worker thread.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from server import db
from server.models import BLACKED_OUT, WISH_LASTS, Camera, Centre, Discovery, DiscoveryWish
from transcoder import leases, registered
from transcoder.soap import Door

CLAIM = timedelta(seconds=30)  # longer than any talk


@dataclass(frozen=True, slots=True)
class Wish:
    """One camera to be asked, or why it must not be reached."""

    camera_id: str
    seq: int
    door: Door | None
    refusal: str | None = None


class Discovered:
    """What is to be asked by some host, and this host's claims on it."""

    def __init__(self, url: str, data_dir: Path, host_id: str) -> None:
        self._engine = db.engine(url)
        self._read, self._write = db.read(self._engine), db.transaction(self._engine)
        self._data_dir, self._host_id = data_dir, host_id

    def take(self) -> Wish | None:
        """Claim the oldest wish whose centre is asked by nobody now."""
        with self._read() as session:
            if session.execute(_open(leases.clock(session))).first() is None:
                return None
        with self._write() as session:
            row = session.execute(_open(leases.clock(session))).first()
            if row is None:
                return None
            camera, wish = row
            centre = session.scalars(select(Centre).where(Centre.id == camera.centre_id).with_for_update()).one()
            now = leases.clock(session)
            if session.execute(_open(now).where(Camera.id == camera.id)).first() is None:
                return None  # another host was faster
            done = session.get(Discovery, camera.id)
            if done is None:
                done = Discovery(camera_id=camera.id, seq=0)
                session.add(done)
            done.host_id, done.claimed_until = self._host_id, now + CLAIM
            return self._wish(camera, wish, centre.networks)

    def done(self, wish: Wish, outcome: str, found: dict[str, Any] | None) -> None:
        """Note what came of it, unless another host has taken over since."""
        with self._write() as session:
            row = session.get(Discovery, wish.camera_id, with_for_update=True)
            if row is None or row.host_id != self._host_id:
                return
            now = leases.clock(session)
            row.seq, row.outcome, row.found_at, row.claimed_until, row.found = wish.seq, outcome, now, now, found

    def close(self) -> None:
        """Leave; claims expire."""
        self._engine.dispose()

    def _wish(self, camera: Camera, wish: DiscoveryWish, networks: list[str]) -> Wish:
        source, refusal = registered.source(camera, networks, self._data_dir)
        if source is None or camera.onvif_port is None:
            return Wish(camera.id, wish.seq, None, refusal or "no_onvif_port")
        path = camera.profiles[0]["path"] if camera.profiles else ""
        door = Door(source.host, camera.onvif_port, source.username or "", source.password or "", stream_path=path)
        return Wish(camera.id, wish.seq, door)


def _open(now: Any) -> Any:
    """Cameras and wishes that may be carried out now, the oldest first."""
    other, theirs = aliased(Camera), aliased(Discovery)
    busy = exists().where(theirs.camera_id == other.id, other.centre_id == Camera.centre_id, theirs.claimed_until > now)
    return (
        select(Camera, DiscoveryWish)
        .join(DiscoveryWish, DiscoveryWish.camera_id == Camera.id)
        .outerjoin(Discovery, Discovery.camera_id == Camera.id)
        .where(or_(Discovery.seq.is_(None), Discovery.seq < DiscoveryWish.seq))
        .where(DiscoveryWish.wanted_at > now - WISH_LASTS, Camera.enabled, ~BLACKED_OUT, ~busy.correlate(Camera))
        .order_by(DiscoveryWish.wanted_at)
        .limit(1)
    )
