"""Tracks are destroyed thirty days after their vehicle is not wanted any more, and what their incidents said of them.

Source: 표준 개인정보 보호지침 제41조 제2항 (thirty days, where no time can be set).
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from server.models import Incident, IncidentStatus, PlateHit, PlateRead, WantedVehicle

TRACK_KEPT = timedelta(days=30)
VEHICLES = 500  # in one transaction; a later one goes on


def forget(session: Session, *, now: datetime) -> None:
    """Delete vehicles, hits and reads that are past their time. A vehicle whose incident is still open stays.

    Of its closed incidents the plate and the address go; the incident stays, because views were for it.
    """
    old = now - TRACK_KEPT
    pursued = (
        select(PlateHit.wanted_vehicle_id)
        .join(Incident, Incident.id == PlateHit.incident_id)
        .where(Incident.status == IncidentStatus.OPEN)
    )
    over = select(WantedVehicle.id).where(
        or_(WantedVehicle.ended_at <= old, WantedVehicle.expires_at <= old), WantedVehicle.id.not_in(pursued)
    )
    ids = list(session.scalars(over.limit(VEHICLES)))
    read_ids = list(session.scalars(select(PlateHit.read_id).where(PlateHit.wanted_vehicle_id.in_(ids))))
    told_by = select(PlateHit.incident_id).where(PlateHit.wanted_vehicle_id.in_(ids))
    for past in (
        update(Incident).where(Incident.id.in_(told_by)).values(summary="", address=None),
        delete(PlateHit).where(PlateHit.wanted_vehicle_id.in_(ids)),
        delete(PlateRead).where(PlateRead.id.in_(read_ids), PlateRead.id.not_in(select(PlateHit.read_id))),
        delete(WantedVehicle).where(WantedVehicle.id.in_(ids)),
    ):
        session.execute(past.execution_options(synchronize_session=False))
