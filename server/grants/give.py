"""A supervisor gives a grant: to whom, for which cameras, until when, why and on what legal basis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access import grants
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.cameras import area
from server.incidents import changes, find
from server.models import (
    Agency,
    ApprovalPolicy,
    Base,
    Camera,
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
LONGEST = timedelta(hours=12)  # a shift; whoever needs more gets a new grant
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
    """
    _check_times(offer, now)
    _check_recipient(session, caller.viewer, offer)
    _check_incident(session, caller.viewer, offer)
    cameras = _cameras(session, caller.viewer, offer)
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
        cameras=[GrantCamera(camera_id=camera_id) for camera_id in cameras],
    )
    session.add(grant)
    session.flush()
    _record(session, caller, grant, cameras, now=now)
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


def _record(session: Session, caller: Caller, grant: Grant, cameras: Sequence[str], *, now: datetime) -> None:
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
        cameras=list(cameras),
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
    changes.must_own(find.readable(session, viewer, offer.incident_id, hold=True), viewer)


def _cameras(session: Session, viewer: Viewer, offer: Offer) -> Sequence[str]:
    """A centre gives its own cameras only; the rooms and stations those of every centre, which sees and can stop it."""
    wanted = sorted(set(offer.camera_ids))
    if offer.area is not None:
        found = area.cameras_in(session, offer.area)
        if found is None:
            raise errors.GrantAreaInvalid("the area reaches further than 3 km from its middle", field="area")
        wanted = found
    mine = select(Camera.id).where(Camera.id.in_(wanted), Camera.enabled)
    if viewer.centre_id is not None:
        mine = mine.where(Camera.centre_id == viewer.centre_id)
    known = set(session.scalars(mine))
    if offer.area is not None and not known:
        raise errors.GrantAreaInvalid("the area holds no camera in service that the caller may grant", field="area")
    for position, camera_id in enumerate(offer.camera_ids):
        if camera_id not in known:
            why = "there is no such camera in service, or it is not the caller's to grant"
            raise errors.GrantCameraUnknown(why, field=f"camera_ids.{position}")
    return sorted(known)
