"""The border to the server for steering: reads ``ptz_holds``, writes ``ptz_states``.

Invariants: a camera is steered by the host that claimed it, for CLAIM at a time; ``away`` is committed before the
first move is sent. The rule of addresses is asked each time. Everything here blocks and runs on a worker thread.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import db
from server.models import Camera, Centre, PtzHold, PtzState, in_force
from transcoder import leases, registered
from transcoder.ptz import Work
from transcoder.soap import Door

CLAIM = timedelta(seconds=20)  # longer than any step takes

_ROWS = select(Camera, Centre.networks, PtzHold, PtzState).join(Centre, Centre.id == Camera.centre_id)


class Steered:
    """What is to be steered by some host, and this host's claims on it."""

    def __init__(self, url: str, data_dir: Path, host_id: str) -> None:
        self._engine = db.engine(url)
        self._read, self._write = db.read(self._engine), db.transaction(self._engine)
        self._data_dir, self._host_id = data_dir, host_id

    def look(self) -> tuple[list[Work], datetime]:
        """Every camera that is held or away and not another host's now; and the time by the rows' clock."""
        with self._read() as session:
            now = leases.clock(session)
            held = session.scalars(select(PtzHold.camera_id).where(in_force(now), PtzHold.seq > 0)).all()
            away = session.scalars(select(PtzState.camera_id).where(PtzState.away)).all()
            if not held and not away:
                return [], now
            rows = session.execute(
                _ROWS.outerjoin(PtzHold, and_(PtzHold.camera_id == Camera.id, in_force(now)))
                .outerjoin(PtzState, PtzState.camera_id == Camera.id)
                .where(Camera.id.in_({*held, *away}))
                .where(
                    or_(PtzState.host_id.is_(None), PtzState.host_id == self._host_id, PtzState.claimed_until <= now)
                )
            ).all()
            return [self._work(*row) for row in rows], now

    def begin(self, work: Work) -> bool:
        """Claim the camera for a move and note that it is away from now on. False: another host was faster."""
        try:
            with self._write() as session:
                now = leases.clock(session)
                columns: dict[str, Any] = {"hold_id": work.hold_id, "away": True, "given_back_at": None}
                if work.hold_id != work.done_hold_id:
                    columns["seq"] = 0
                if session.get(PtzState, work.camera_id) is None:
                    claim = {"host_id": self._host_id, "claimed_until": now + CLAIM}
                    session.add(PtzState(camera_id=work.camera_id, **columns, **claim))
                    return True
                return self._claim(session, work, now, columns)
        except IntegrityError:
            return False

    def claim(self, work: Work) -> bool:
        """Claim the camera for its return, or to pass over an order. False: another host was faster."""
        with self._write() as session:
            return self._claim(session, work, leases.clock(session), {})

    def done(self, work: Work, outcome: str, *, returned: bool = False) -> None:
        """Note what came of it; a camera that took the order to return is not away any more."""
        with self._write() as session:
            now = leases.clock(session)
            back = {"away": False, "given_back_at": now} if returned else {}
            seq = {} if work.away and work.hold_id != work.done_hold_id else {"seq": work.seq}
            mine = and_(PtzState.camera_id == work.camera_id, PtzState.host_id == self._host_id)
            session.execute(update(PtzState).where(mine).values(outcome=outcome, at=now, **seq, **back))

    def close(self) -> None:
        """Leave; claims expire."""
        self._engine.dispose()

    def _claim(self, session: Session, work: Work, now: datetime, columns: dict[str, Any]) -> bool:
        free = or_(PtzState.host_id == self._host_id, PtzState.claimed_until <= now)
        claimed = update(PtzState).where(PtzState.camera_id == work.camera_id, free)
        values = {"host_id": self._host_id, "claimed_until": now + CLAIM, **columns}
        return session.execute(claimed.values(values).returning(PtzState.camera_id)).first() is not None

    def _work(self, camera: Camera, networks: list[str], held: PtzHold | None, state: PtzState | None) -> Work:
        return Work(
            camera_id=camera.id,
            door=self._door(camera, networks),
            home=camera.ptz_home,
            hold_id=held.id if held else None,
            seq=held.seq if held else 0,
            move=held.move if held else None,
            move_at=held.move_at if held else None,
            away=state.away if state else False,
            done_hold_id=state.hold_id if state else None,
            done_seq=state.seq if state else 0,
            outcome=state.outcome if state else None,
            at=state.at if state else None,
        )

    def _door(self, camera: Camera, networks: list[str]) -> Door | None:
        source, _ = registered.source(camera, networks, self._data_dir)
        if source is None or camera.onvif_port is None:
            return None
        path = camera.profiles[0]["path"] if camera.profiles else ""
        return Door(source.host, camera.onvif_port, source.username or "", source.password or "", stream_path=path)
