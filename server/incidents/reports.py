"""최초·수시·종결 보고: made by units while they are sent and by rooms at work, told to all of them.

A unit, or a room, makes one first and one final report of an incident, and any number between. The final one of a 112
call says how it ended, from the closed list. Making it ends nothing: the room closes.
Source: 112치안종합상황실 운영 및 신고처리 규칙.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import DispatchEnded, IncidentClosed, IncidentUnknown, InvalidRequest, NotOnScene, ReportAlready
from server.incidents import camera_set, changes, dispatches, find, rooms
from server.models import (
    RESERVED_FOR,
    ClosingCode,
    Dispatch,
    DispatchStatus,
    Incident,
    IncidentReport,
    IncidentStatus,
    ReportKind,
    Service,
)
from server.models.base import new_id


@dataclass(frozen=True, slots=True)
class Said:
    """What is reported."""

    kind: ReportKind
    text: str
    outcome: ClosingCode | None


def make(session: Session, caller: Caller, incident_id: str, said: Said, *, now: datetime) -> IncidentReport:
    """The report, told to the units under way and the rooms at work.

    Raises:
        IncidentUnknown: neither the caller's room nor unit has to do with it.
        IncidentClosed, DispatchEnded: it, the room's part or the dispatch is over.
        ReportAlready: the unit, or the room, made its first or final report before.
        InvalidRequest: a final report of a 112 call without its outcome.
    """
    incident, dispatch = _worked_on(session, caller.viewer, incident_id)
    if said.kind is ReportKind.FINAL and said.outcome is None and incident.service is Service.POLICE_112:
        raise InvalidRequest("a final report of a 112 call says how it ended", field="outcome")
    unit_id = dispatch.unit_id if dispatch else None
    if said.kind is not ReportKind.UPDATE:
        by = {"agency_id": caller.viewer.agency_id} if unit_id is None else {}
        same = select(IncidentReport.id).filter_by(incident_id=incident.id, unit_id=unit_id, kind=said.kind, **by)
        if session.scalar(same) is not None:
            raise ReportAlready(f"the {said.kind} report is made; send an update", field="kind")
    row = IncidentReport(
        id=new_id(),
        incident_id=incident.id,
        agency_id=caller.viewer.agency_id,
        unit_id=unit_id,
        kind=said.kind,
        text=said.text,
        outcome=said.outcome,
        made_by=caller.viewer.subject,
        made_at=now,
    )
    session.add(row)
    told = {"report_id": row.id, "incident_id": incident.id, "kind": said.kind.value}
    for audience in rooms.audiences(incident):
        outbox.append(session, audience, "report", told, now=now)
    ids = {"report": row.id, "incident": incident.id, "kind": said.kind, "unit": unit_id, "outcome": said.outcome}
    log.record(session, log.Tag.REPORT_MADE, caller.actor, now=now, **ids)
    return row


def change_code(session: Session, caller: Caller, incident_id: str, priority: int, *, now: datetime) -> Incident:
    """대응코드 변경: the incident with another code, by a room that owns it or a crew on the scene. Again: no change.

    With the code the ways out come or go, and the cameras of who is under way are as urgent as it.
    Raises IncidentUnknown, IncidentClosed, IncidentNotOwned, DispatchEnded and NotOnScene.
    """
    incident, dispatch = _worked_on(session, caller.viewer, incident_id)
    if dispatch is None:
        changes.must_own(incident, caller.viewer)
    elif dispatch.status is not DispatchStatus.ON_SCENE:
        raise NotOnScene("the crew changes the code when it is on the scene", incident_id=incident.id)
    if incident.priority == priority:
        return incident
    before, incident.priority = incident.priority, priority
    follows = incident.service in RESERVED_FOR  # its cameras are those of a wearer's last position, and no code's
    ended = [] if follows else camera_set.again(session, incident, now=now)
    if any(one.ended_at is None for one in incident.dispatches):
        dispatches.warm(session, incident, now=now)
    data = {"incident_id": incident.id, "status": incident.status.value}
    for audience in rooms.audiences(incident):
        outbox.append(session, audience, "incident", data, now=now)
    codes = {"incident": incident.id, "before": before, "after": priority, "sessions_ended": ended}
    cameras = {} if follows else {"cameras": camera_set.recorded(incident)}
    log.record(session, log.Tag.CODE_CHANGED, caller.actor, now=now, **codes, **cameras)
    return incident


def note_closing(incident: Incident, viewer: Viewer, code: ClosingCode | None) -> None:
    """How it ended, for the room and the incident. Of a 112 call nobody said: its room, which commands, judged it done.

    Raises IncidentClosed.
    """
    if code is None and incident.service is Service.POLICE_112:
        code = ClosingCode.COMMANDER_DONE
    changes.must_work(incident, viewer).closing_code = incident.closing_code = code


def _worked_on(session: Session, viewer: Viewer, incident_id: str) -> tuple[Incident, Dispatch | None]:
    """The incident, held still, and the dispatch that the viewer speaks for; none for a room at work."""
    incident = session.scalar(find.held(incident_id))
    if incident is not None and viewer.speaks_for_room and rooms.of(incident, viewer.agency_id) is not None:
        changes.must_work(incident, viewer)
        return incident, None
    sent = [one for one in incident.dispatches if one.unit_id == viewer.unit_id] if incident else []
    if incident is None or not sent:
        raise IncidentUnknown("there is no such incident for this caller", incident_id=incident_id)
    if incident.status == IncidentStatus.CLOSED:
        raise IncidentClosed("the incident is closed and does not change any more")
    under_way = next((one for one in sent if one.ended_at is None), None)
    if under_way is None:
        raise DispatchEnded("the unit's part in it is over", incident_id=incident_id)
    return incident, under_way
