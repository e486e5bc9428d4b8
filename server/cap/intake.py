"""A message of a registered sender opens, moves or closes an incident of its disaster room; or is only noted.

Invariants: the same message again changes nothing, however often; only Actual messages touch incidents; one that is
older than what was taken changes nothing; a Cancel ends the incident for every room, because what they rest on is over.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.audit import log
from server.cap import judgement, senders
from server.cap.alert import Alert, MsgType, Status
from server.cap.judgement import SKEW, Fate, Judgement
from server.errors import (
    CapConflict,
    CapNotInForce,
    CapReferenceUnknown,
    CapSuperseded,
    IncidentClosed,
    ServiceNotAllowed,
)
from server.incidents import changes, disaster, dispatches, find, intake, sharing
from server.incidents.changes import Place
from server.incidents.intake import Finding, Report
from server.incidents.sharing import Offer
from server.models import CapMessage, CapSender, Incident, IncidentStatus, LegalBasis, Service, Verb
from server.models.base import new_id

INVITATION = "재난경보 공동대응"


class Done(StrEnum):
    """What a message did."""

    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed"
    NOTED = "noted"  # an exercise, a test, an acknowledgement: nothing


def receive(session: Session, caller: Caller, alert: Alert, *, now: datetime) -> tuple[CapMessage, bool]:
    """The message as it was taken, and whether it is new.

    Raises:
        ServiceNotAllowed, CapSenderNotRegistered: the caller may not send this.
        CapConflict: another message was taken under this identifier.
        CapNotInForce, CapAreaInvalid: it is from the future, over, or tells no place; the field names the element.
        CapReferenceUnknown, CapSuperseded: it is about nothing that was taken, or a later message was.
        IncidentClosed, IncidentNotOwned: what it is about was closed, or is another room's now.
    """
    if not intake.may_report(caller.viewer, Service.DISASTER):
        raise ServiceNotAllowed("the caller may not report disasters", field="sender")
    sender = senders.of(session, caller.viewer, alert.sender)
    digest = hashlib.sha256(json.dumps(asdict(alert), default=str, sort_keys=True).encode()).hexdigest()
    earlier = session.scalar(select(CapMessage).filter_by(sender_id=sender.id, identifier=alert.identifier))
    if earlier is not None:
        if earlier.digest != digest:
            raise CapConflict("identifier was sent with other content; send an Update", field="identifier")
        return earlier, False
    if alert.sent > now + SKEW:
        raise CapNotInForce("the message was sent later than now; look at the clocks", field="sent")
    done, incident = _act(session, caller, sender, alert, now=now)
    message = _message(sender, alert, now=now)
    message.digest, message.done, message.incident_id = digest, done, incident.id if incident else None
    session.add(message)
    session.flush()
    known = {"cap_message": message.id, "cap_sender": sender.id, "incident": message.incident_id, "done": done}
    said = {"status": alert.status, "msg_type": alert.msg_type, "signature": message.signature}
    log.record(session, log.Tag.CAP_TAKEN, caller.actor, now=now, **known, **said)
    return message, True


def _act(
    session: Session, caller: Caller, sender: CapSender, alert: Alert, *, now: datetime
) -> tuple[Done, Incident | None]:
    if alert.status is not Status.ACTUAL or alert.msg_type in {MsgType.ACK, MsgType.ERROR}:
        return Done.NOTED, None
    if alert.msg_type is MsgType.ALERT:
        return Done.OPENED, _open(session, caller, sender, alert, now=now)
    incidents = _about(session, sender, alert)
    for incident in incidents:
        if incident.status == IncidentStatus.OPEN:
            changes.must_own(incident, caller.viewer)
    found = judgement.fates(alert, now=now)
    if alert.msg_type is MsgType.CANCEL or (Fate.ALL_CLEAR in found and Fate.TAKEN not in found):
        for incident in incidents:
            changes.over(session, caller, incident, f"CAP {alert.msg_type} {alert.identifier}"[:200], now=now)
        return Done.CLOSED, incidents[0]
    return Done.UPDATED, _update(session, caller, incidents, alert, now=now)


def _open(session: Session, caller: Caller, sender: CapSender, alert: Alert, *, now: datetime) -> Incident:
    asked = _judged(alert, now=now)
    lat, lon = asked.region.middle
    report = Report(
        service=Service.DISASTER,
        external_id=f"cap-{hashlib.sha256(f'{sender.id} {alert.identifier}'.encode()).hexdigest()[:40]}",
        type=asked.type,
        priority=asked.priority,
        lat=lat,
        lon=lon,
        accuracy_m=None,
        address=asked.address,
        polygon=None,
        summary=asked.summary,
        legal_basis=LegalBasis.DISASTER_74_3,
        reported_at=alert.sent,
        units=[],
        area=asked.region,
        until=asked.until,
    )
    incident, _ = intake.enter(session, caller, Finding(report, sender.agency_id), now=now)
    dispatches.warm(session, incident, now=now)
    for agency_id in sender.invites:
        asks = Offer(Verb.JOINT_RESPONSE, agency_id, INVITATION, [], None)
        sharing.offer(session, caller, incident, asks, now=now)
    return incident


def _update(session: Session, caller: Caller, incidents: list[Incident], alert: Alert, *, now: datetime) -> Incident:
    """The first of them as the message has it now; it takes the place of the others."""
    still_open = [one for one in incidents if one.status == IncidentStatus.OPEN]
    if not still_open:
        raise IncidentClosed("what it is about was closed; send an Alert", field="references")
    incident, *others = still_open
    asked = _judged(alert, now=now)
    lat, lon = asked.region.middle
    incident.area, incident.until, incident.priority = asked.region.stored(), asked.until, asked.priority
    incident.polygon = None  # what a person drew meanwhile
    incident.type, incident.summary = asked.type, asked.summary
    changes.move(session, caller, incident, Place(lat, lon, None, asked.address), now=now)
    changes.tell_rooms(session, incident, now=now)
    for other in others:
        changes.over(session, caller, other, f"CAP {alert.msg_type} {alert.identifier}"[:200], now=now)
    return incident


def _judged(alert: Alert, *, now: datetime) -> Judgement:
    return judgement.judge(alert, now=now, place_radius_m=disaster.POLICY.radius_m)


def _about(session: Session, sender: CapSender, alert: Alert) -> list[Incident]:
    """The incidents of the messages it refers to, held, the newest first. One reference that is known is enough."""
    named = {(one.sender, one.identifier, one.sent) for one in alert.references}
    of_agency = select(CapMessage).join(CapMessage.sender).where(CapSender.agency_id == sender.agency_id)
    known = of_agency.where(
        CapMessage.identifier.in_([one.identifier for one in alert.references]), CapMessage.incident_id.is_not(None)
    )
    rows = [one for one in session.scalars(known) if (one.sender.sender, one.identifier, one.sent) in named]
    ids = sorted({one.incident_id for one in rows if one.incident_id})
    if not ids:
        raise CapReferenceUnknown("no message of this agency that it refers to was taken", field="references")
    newest = session.scalar(select(func.max(CapMessage.sent)).where(CapMessage.incident_id.in_(ids)))
    if newest is not None and alert.sent < newest:
        raise CapSuperseded("a message that was sent later was taken already", field="sent")
    held = [one for one in (session.scalar(find.held(id_)) for id_ in ids) if one is not None]
    return sorted(held, key=lambda one: (one.created_at, one.id), reverse=True)


def _message(sender: CapSender, alert: Alert, *, now: datetime) -> CapMessage:
    return CapMessage(
        id=new_id(),
        sender=sender,
        identifier=alert.identifier,
        sent=alert.sent,
        received_at=now,
        status=alert.status.value,
        msg_type=alert.msg_type.value,
        scope=alert.scope.value,
        signature="unverified" if alert.signed else "absent",
        infos=_blocks(alert, now=now),
    )


def _blocks(alert: Alert, *, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "event": info.event,
            "language": info.language[:40],
            "priority": judgement.priority(info),
            "fate": fate.value,
            "areas": [area.desc for area in info.areas],
            "geocodes": [list(pair) for area in info.areas for pair in area.geocodes],
        }
        for info, fate in zip(alert.infos, judgement.fates(alert, now=now), strict=True)
    ]
