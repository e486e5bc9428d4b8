"""A photo joins an alert that goes on, sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.audit import log
from server.errors import AlertOver
from server.models import PersonAlert
from server.persons import tell


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is stored."""

    media_type: str
    sealed: bytes


def keep(session: Session, caller: Caller, alert: PersonAlert, picture: Picture, *, now: datetime) -> None:
    """Keep the photo, in the place of an earlier one. ``alert`` is held. Raises AlertOver."""
    if alert.over_at is not None:
        raise AlertOver("the alert is over", alert_id=alert.id)
    alert.photo_type, alert.photo_sealed = picture.media_type, picture.sealed
    log.record(session, log.Tag.ALERT_PICTURED, caller.actor, now=now, alert=alert.id)
    tell.those_at_work(session, alert, "pictured", now=now)
