"""긴급 접근: an officer takes an open incident's cameras at once; all concerned hear of it, and it must be explained.

It ends after ten minutes, or after three when no second person has confirmed it. What was done stays to be explained,
and neither is got round by breaking it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import BreakGlassAgain, GrantUnknown, IncidentClosed, IncidentUnknown
from server.grants.give import CONDITIONS
from server.incidents import rooms
from server.models import (
    RESERVED_FOR,
    Agency,
    Camera,
    Grant,
    GrantAcceptance,
    GrantCovers,
    GrantTo,
    Incident,
    IncidentCamera,
    IncidentStatus,
    LegalBasis,
    Officer,
)
from server.models.base import new_id

LASTS = timedelta(minutes=10)
CONFIRMED_WITHIN = timedelta(minutes=3)
UNCONFIRMED_FOR = timedelta(hours=1)  # by then a supervisor has given a grant, or said no


@dataclass(frozen=True, slots=True)
class Need:
    """For which incident, why and on what basis."""

    incident_id: str
    reason: str
    legal_basis: LegalBasis


def break_glass(session: Session, caller: Caller, need: Need, *, now: datetime) -> Grant:
    """A grant to the caller of the incident's set, in force at once.

    Raises:
        IncidentUnknown, IncidentClosed: it is for open ones.
        BreakGlassAgain: the last one has to be explained, or nobody confirmed one for this incident within the hour.
    """
    held = select(Officer.id).where(Officer.id == caller.viewer.id)
    session.scalar(held.with_for_update(key_share=True))  # of two at once the second sees the first
    incident = session.get(Incident, need.incident_id, with_for_update={"read": True})
    if incident is None or incident.service in RESERVED_FOR:
        raise IncidentUnknown("there is no such incident", incident_id=need.incident_id)
    if incident.status == IncidentStatus.CLOSED:
        raise IncidentClosed("the incident is closed, and its cameras with it", field="incident_id")
    _check_earlier(session, caller.viewer, incident.id, now)
    grant = _grant(caller.viewer, need, now)
    session.add(grant)
    session.flush()
    viewer = caller.viewer
    session.add(GrantAcceptance(grant_id=grant.id, viewer_kind=viewer.kind, viewer_id=viewer.id, at=now))
    ids = {"grant": grant.id, "incident": incident.id, "legal_basis": need.legal_basis}
    log.record(session, log.Tag.GLASS_BROKEN, caller.actor, now=now, **ids)
    _alarm(session, grant, incident, now=now)
    return grant


def explain(session: Session, caller: Caller, grant_id: str, text: str, *, now: datetime) -> Grant:
    """Explain in writing why the glass was broken; the first explanation stands. Raises GrantUnknown."""
    own = select(Grant).where(Grant.id == grant_id, Grant.given_by == caller.viewer.id, Grant.emergency)
    grant = session.scalar(own.with_for_update())
    if grant is None:
        raise GrantUnknown("the caller has broken no such glass", grant_id=grant_id)
    if grant.explained_at is None:
        grant.explanation, grant.explained_at = text, now
        log.record(session, log.Tag.GLASS_EXPLAINED, caller.actor, now=now, grant=grant_id)
    return grant


def _check_earlier(session: Session, viewer: Viewer, incident_id: str, now: datetime) -> None:
    broken = select(Grant.id).where(Grant.to_id == viewer.id, Grant.emergency)
    unconfirmed = Grant.approved_at.is_(None)
    over = or_(Grant.ended_at.is_not(None), Grant.until <= now, and_(unconfirmed, Grant.confirm_by <= now))
    due = session.scalar(broken.where(Grant.explained_at.is_(None), over).limit(1))
    if due is not None:
        why = "explain first why the glass was broken: POST /v1/grants/{id}/explanation"
        raise BreakGlassAgain(why, grant_id=due)
    lately = and_(Grant.incident_id == incident_id, unconfirmed, Grant.created_at > now - UNCONFIRMED_FOR)
    waits = session.scalar(broken.where(lately).limit(1))
    if waits is not None:
        why = "nobody has confirmed the last one for this incident; ask a supervisor to, or for a grant"
        raise BreakGlassAgain(why, grant_id=waits)


def _grant(viewer: Viewer, need: Need, now: datetime) -> Grant:
    return Grant(
        id=new_id(),
        to_kind=GrantTo.OFFICER,
        to_id=viewer.id,
        covers=GrantCovers.INCIDENT,
        incident_id=need.incident_id,
        starts_at=now,
        until=now + LASTS,
        reason=need.reason,
        legal_basis=need.legal_basis,
        conditions=CONDITIONS,
        given_by=viewer.id,
        agency_id=viewer.agency_id,
        created_at=now,
        emergency=True,
        needs_approval=True,
        confirm_by=now + CONFIRMED_WITHIN,
    )


def _alarm(session: Session, grant: Grant, incident: Incident, *, now: datetime) -> None:
    """The centres that own the cameras, the incident's rooms, the officer's agency, and the officer."""
    owning = select(Camera.centre_id).join(IncidentCamera, IncidentCamera.camera_id == Camera.id)
    owning = owning.where(IncidentCamera.incident_id == incident.id)
    centres = session.scalars(select(Agency.id).where(Agency.centre_id.in_(owning)))
    data = {"grant_id": grant.id, "incident_id": incident.id, "status": "break_glass"}
    owners = {room.agency_id for room in rooms.owners(incident)}
    for agency_id in sorted({*centres, *owners, grant.agency_id}):
        outbox.append(session, f"agency:{agency_id}", "grant", data, now=now)
    outbox.append(session, f"officer:{grant.to_id}", "grant", data, now=now)
