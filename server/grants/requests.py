"""Asking for access, and the answer: one call that gives the grant, or says no. What nobody answers expires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import AccessRequestOver, AccessRequestUnknown, AgencyUnknown
from server.grants.give import CONDITIONS, Offer, give
from server.models import AccessRequest, Agency, GrantTo, LegalBasis, RequestStatus, Role
from server.models.base import new_id

WAITS = timedelta(minutes=10)
USUAL = timedelta(hours=1)  # what one tap gives


@dataclass(frozen=True, slots=True)
class Ask:
    """What an officer asks for. Without cameras it is the incident's set."""

    agency_id: str
    incident_id: str | None
    camera_ids: Sequence[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Yes:
    """On what basis and until when the supervisor gives it; no ``until`` means an hour."""

    legal_basis: LegalBasis
    until: datetime | None = None
    conditions: str = CONDITIONS


def make(session: Session, caller: Caller, ask: Ask, *, now: datetime) -> AccessRequest:
    """The request, told to the supervisors of the agency. Raises AgencyUnknown."""
    if session.get(Agency, ask.agency_id) is None:
        raise AgencyUnknown(f"there is no agency {ask.agency_id}", field="agency")
    made = AccessRequest(
        id=new_id(),
        officer_id=caller.viewer.id,
        agency_id=ask.agency_id,
        incident_id=ask.incident_id,
        camera_ids=list(ask.camera_ids),
        reason=ask.reason,
        status=RequestStatus.OPEN,
        created_at=now,
        expires_at=now + WAITS,
    )
    session.add(made)
    ids = {"request": made.id, "agency": ask.agency_id, "incident": ask.incident_id, "cameras": made.camera_ids}
    log.record(session, log.Tag.ACCESS_REQUESTED, caller.actor, now=now, **ids)
    _tell(session, made, now=now)
    return made


def answer(session: Session, caller: Caller, request_id: str, yes: Yes | None, *, now: datetime) -> AccessRequest:
    """Give what was asked for, or refuse it (``yes`` is None).

    Raises:
        AccessRequestUnknown: it was not the supervisor's agency that was asked.
        AccessRequestOver: it is answered, or nobody did in time.
        GrantInvalid, IncidentUnknown, IncidentClosed: it cannot be given as it was asked for.
    """
    asked = session.scalar(select(AccessRequest).where(AccessRequest.id == request_id).with_for_update())
    if asked is None or asked.agency_id != caller.viewer.agency_id:
        raise AccessRequestUnknown("there is no such request for this caller", request_id=request_id)
    if status(asked, now) != RequestStatus.OPEN:
        raise AccessRequestOver("the request is answered or was open for too long; ask again")
    if yes is not None:
        asked.grant_id = give(session, caller, _offer(asked, yes, now), now=now).id
    asked.status = RequestStatus.REFUSED if yes is None else RequestStatus.GRANTED
    asked.answered_at, asked.answered_by = now, caller.viewer.id
    ids = {"request": asked.id, "officer": asked.officer_id, "grant": asked.grant_id, "status": asked.status}
    log.record(session, log.Tag.ACCESS_ANSWERED, caller.actor, now=now, **ids)
    _tell(session, asked, now=now)
    return asked


def expire(session: Session, *, now: datetime) -> None:
    """Say of the requests that nobody answered in time that they are over."""
    late = select(AccessRequest).where(AccessRequest.status == RequestStatus.OPEN, AccessRequest.expires_at <= now)
    for request in session.scalars(late.order_by(AccessRequest.id).with_for_update()).all():
        request.status = RequestStatus.EXPIRED
        log.record(session, log.Tag.ACCESS_REQUEST_EXPIRED, log.SYSTEM, now=now, request=request.id)
        _tell(session, request, now=now)


def concerning(viewer: Viewer) -> Select[AccessRequest]:
    """The viewer's own requests, and for a supervisor those to the agency."""
    mine = AccessRequest.officer_id == viewer.id
    if viewer.role == Role.SUPERVISOR:
        mine = or_(mine, AccessRequest.agency_id == viewer.agency_id)
    return select(AccessRequest).where(mine)


def status(request: AccessRequest, now: datetime) -> RequestStatus:
    """How it stands at that moment, whether or not a job ran."""
    late = request.status == RequestStatus.OPEN and now >= request.expires_at
    return RequestStatus.EXPIRED if late else request.status


def _offer(asked: AccessRequest, yes: Yes, now: datetime) -> Offer:
    return Offer(
        to_kind=GrantTo.OFFICER,
        to_id=asked.officer_id,
        incident_id=asked.incident_id,
        camera_ids=asked.camera_ids,
        area=None,
        starts_at=now,
        until=yes.until or now + USUAL,
        reason=asked.reason,
        legal_basis=yes.legal_basis,
        conditions=yes.conditions,
    )


def _tell(session: Session, request: AccessRequest, *, now: datetime) -> None:
    data = {"request_id": request.id, "status": request.status.value, "grant_id": request.grant_id}
    for audience in (f"officer:{request.officer_id}", f"agency:{request.agency_id}"):
        outbox.append(session, audience, "request", data, now=now)
