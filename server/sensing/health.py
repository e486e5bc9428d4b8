"""What the events of a camera say of its health: ranking puts one that is down last and marks one that is degraded."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Camera, CameraHealth, SensorEvent, SensorKind
from server.sensing.kind import HEALTH


def settle(session: Session, camera: Camera) -> None:
    """Bring the camera's health to what has not ended: no signal is down, anything else degraded, nothing is ok."""
    session.flush()
    open_now = select(SensorEvent.kind).where(
        SensorEvent.camera_id == camera.id, SensorEvent.kind.in_(HEALTH), SensorEvent.ended_at.is_(None)
    )
    kinds = set(session.scalars(open_now))
    if SensorKind.SIGNAL_LOSS in kinds:
        camera.health = CameraHealth.DOWN
    else:
        camera.health = CameraHealth.DEGRADED if kinds else CameraHealth.OK
