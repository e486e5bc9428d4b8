"""A supervisor gives a grant: to whom, for which cameras, until when, why and on what legal basis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server import errors
from server.access import grants
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.grants import cameras
from server.incidents import changes, find, reserved
from server.models import (
    Agency,
    ApprovalPolicy,
    Base,
    Grant,
    GrantCamera,
    GrantCovers,
    GrantTo,
    LegalBasis,
    Officer,
    Unit,
)
from server.models.base import new_id

CONDITIONS = "밝힌 목적으로만 열람하며, 녹화·재촬영·제3자 제공을 하지 않고, 기록이 남는 것에 동의합니다."
LONGEST = timedelta(hours=12)  # a shift; whoever needs more has it renewed
AHEAD = timedelta(days=7)
RECIPIENTS: dict[GrantTo, type[Base]] = {GrantTo.UNIT: Unit, GrantTo.OFFICER: Officer, GrantTo.AGENCY: Agency}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supervisor wants to give. Without cameras and area it is the incident's set."""

    to_kind: GrantTo
    to_id: str
    incident_id: str | None
    camera_ids: Sequence[str]
    area: list[tuple[float, float]] | None  # closed ring of lat, lon
    starts_at: datetime
    until: datetime
    reason: str
    legal_basis: LegalBasis
    conditions: str = CONDITIONS

    @property
    def covers(self) -> GrantCovers:
        """Which cameras it is about."""
        if self.area is not None:
            return GrantCovers.AREA
        return GrantCovers.CAMERAS if self.camera_ids else GrantCovers.INCIDENT


def give(session: Session, caller: Caller, offer: Offer, *, now: datetime) -> Grant:
    """The grant, in force from ``starts_at`` on for each recipient who accepts its conditions.

    Raises:
        GrantInvalid: one of its kinds; the field is named.
        IncidentUnknown: the incident is not one of the supervisor's room.
        IncidentNotOwned: the room only helps with it.
        IncidentClosed: it is over.
        IncidentReserved: it is for the location centre alone.
    """
    _check_times(offer, now)
    _check_recipient(session, caller.viewer, offer)
    _check_incident(session, caller.viewer, offer)
    chosen = _cameras(session, caller.viewer, offer)
    grant = Grant(
        id=new_id(),
        to_kind=offer.to_kind,
        to_id=offer.to_id,
        covers=offer.covers,
        incident_id=offer.incident_id,
        area=offer.area,
        starts_at=offer.starts_at,
        until=offer.until,
        reason=offer.reason,
        legal_basis=offer.legal_basis,
        conditions=offer.conditions,
        given_by=caller.viewer.id,
        agency_id=caller.viewer.agency_id,
        created_at=now,
        needs_approval=_needs_approval(session, caller.viewer, offer),
        cameras=[GrantCamera(camera_id=camera_id) for camera_id in chosen],
    )
    session.add(grant)
    session.flush()
    _record(session, caller, grant, chosen, now=now)
    grants.tell(session, grant, grants.GIVEN, now=now)
    return grant


def _needs_approval(session: Session, viewer: Viewer, offer: Offer) -> bool:
    policy = session.get_one(Agency, viewer.agency_id).approval
    if policy is not ApprovalPolicy.OUTSIDE:
        return policy is ApprovalPolicy.ALWAYS
    return _agency_of(session, offer) != viewer.agency_id


def _agency_of(session: Session, offer: Offer) -> str:
    match offer.to_kind:
        case GrantTo.UNIT:
            return session.get_one(Unit, offer.to_id).agency_id
        case GrantTo.OFFICER:
            return session.get_one(Officer, offer.to_id).agency_id
        case GrantTo.AGENCY:
            return offer.to_id


def _record(session: Session, caller: Caller, grant: Grant, chosen: Sequence[str], *, now: datetime) -> None:
    log.record(
        session,
        log.Tag.GRANT_GIVEN,
        caller.actor,
        now=now,
        grant=grant.id,
        to_kind=grant.to_kind,
        to=grant.to_id,
        covers=grant.covers,
        incident=grant.incident_id,
        cameras=list(chosen),
        starts_at=grant.starts_at.isoformat(),
        until=grant.until.isoformat(),
        legal_basis=grant.legal_basis,
    )


def _check_times(offer: Offer, now: datetime) -> None:
    if offer.until <= max(now, offer.starts_at):
        raise errors.GrantTimesInvalid("until must lie in the future and after from", field="until")
    if offer.until - max(now, offer.starts_at) > LONGEST:
        raise errors.GrantTimesInvalid("a grant lasts 12 hours at most; give a new one then", field="until")
    if offer.starts_at > now + AHEAD:
        raise errors.GrantTimesInvalid("a grant begins within 7 days", field="from")


def _check_recipient(session: Session, viewer: Viewer, offer: Offer) -> None:
    field = f"to.{offer.to_kind}"
    if offer.to_kind is GrantTo.OFFICER and offer.to_id == viewer.id:
        raise errors.GrantToSelf("another supervisor has to give it", field=field)
    found = session.get(RECIPIENTS[offer.to_kind], offer.to_id)
    if found is None or (isinstance(found, Officer) and not found.enabled):
        raise errors.GrantRecipientUnknown(f"there is no {offer.to_kind} {offer.to_id}", field=field)


def _check_incident(session: Session, viewer: Viewer, offer: Offer) -> None:
    if offer.incident_id is None:
        return
    incident = find.readable(session, viewer, offer.incident_id, hold=True)
    reserved.must_not_be(incident)
    changes.must_own(incident, viewer)


def _cameras(session: Session, viewer: Viewer, offer: Offer) -> list[str]:
    if offer.area is not None:
        return cameras.inside(session, viewer, offer.area, offer.incident_id)
    return cameras.named(session, viewer, offer.camera_ids, offer.incident_id)
