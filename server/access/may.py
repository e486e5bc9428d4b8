"""The one decision: may this viewer watch this camera now? Pure, and asked on every media request.

Everything that is not allowed by name is refused. What is not the viewer's business is not told apart: an unknown
incident and somebody else's give the same refusal.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from server import errors
from server.access.viewer import Viewer
from server.models import AgencyKind, BasisKind, GrantTo, Role

WATCHING_ROLES = {Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER}  # who of an agency works on incidents


class Way(Enum):
    """By what the viewer asks; nothing of another way helps."""

    INCIDENT = auto()
    GRANT = auto()
    CENTRE = auto()


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, on this basis."""

    kind: BasisKind
    id: str  # of the dispatch, of the incident for a room of it, of the grant, or of the centre


@dataclass(frozen=True, slots=True)
class Kept:
    """An opened session that may go on after its incident, or its room's part, was closed."""

    basis: Allowed
    until: datetime


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What the database says about one grant."""

    id: str
    to_kind: GrantTo
    to_id: str
    given_by: str
    starts_at: datetime
    until: datetime
    ended: bool = False
    accepted: bool = False  # by this viewer
    emergency: bool = False
    needs_approval: bool = False
    approved: bool = False
    confirm_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says about one viewer, one incident or grant, and one camera."""

    way: Way = Way.INCIDENT
    incident_id: str | None = None
    incident_open: bool = False
    incident_until: datetime | None = None  # when it ends by itself
    reserved_for: AgencyKind | None = None  # the one kind of room that the incident is for; no grant helps with it
    room_works: bool = False  # the viewer's agency has a part in the incident
    room_worked: bool = False  # or had one
    camera_listed: bool = False  # of the incident, or covered by the grant
    camera_enabled: bool = False
    camera_centre_id: str | None = None
    camera_blacked_out: bool = False
    dispatch_id: str | None = None  # of the viewer's unit on the incident, neither cleared nor withdrawn
    was_dispatched: bool = False
    grant: GrantFacts | None = None
    kept: Kept | None = None
    until: datetime | None = None  # the end of an opened session


@dataclass(frozen=True, slots=True)
class Refused:
    """No, because."""

    why: type[errors.PlaybackRefused]


def may(viewer: Viewer, facts: Facts, *, now: datetime) -> Allowed | Refused:
    """Allowed by the viewer's dispatch, by its room's part in the open incident, by a grant or as its centre."""
    if not viewer.enabled:
        return Refused(errors.ViewerDisabled)
    basis = _basis(viewer, facts, now)
    if isinstance(basis, Refused):
        return basis
    why_not = _camera_refused(facts)
    if why_not is None and facts.until is not None and now >= facts.until:
        why_not = errors.Expired
    return Refused(why_not) if why_not else basis


def _camera_refused(facts: Facts) -> type[errors.PlaybackRefused] | None:
    if not facts.camera_listed and facts.way is not Way.CENTRE:
        return errors.CameraNotListed
    if facts.camera_blacked_out:
        return errors.CameraBlackedOut
    return None if facts.camera_enabled else errors.CameraDisabled


def _basis(viewer: Viewer, facts: Facts, now: datetime) -> Allowed | Refused:
    match facts.way:
        case Way.INCIDENT:
            return _by_incident(viewer, facts, now)
        case Way.GRANT:
            return _by_grant(viewer, facts, now)
        case Way.CENTRE:
            return _as_centre(viewer, facts)


def _by_incident(viewer: Viewer, facts: Facts, now: datetime) -> Allowed | Refused:
    fits = facts.reserved_for in {None, viewer.agency_kind}
    room = fits and viewer.speaks_for_room and (facts.room_works or facts.room_worked)
    if facts.incident_id is None or not (room or facts.dispatch_id or facts.was_dispatched):
        return Refused(errors.NotDispatched)
    if facts.kept is not None and now < facts.kept.until:
        return facts.kept.basis
    if _incident_over(facts, now):
        return Refused(errors.IncidentOver)
    if facts.dispatch_id:
        return Allowed(BasisKind.DISPATCH, facts.dispatch_id)
    if room and facts.room_works:
        return Allowed(BasisKind.ROOM, facts.incident_id)
    return Refused(errors.PartOver if room else errors.DispatchOver)


def _incident_over(facts: Facts, now: datetime) -> bool:
    return not facts.incident_open or (facts.incident_until is not None and now >= facts.incident_until)


def _by_grant(viewer: Viewer, facts: Facts, now: datetime) -> Allowed | Refused:
    grant = facts.grant
    if grant is None or facts.reserved_for is not None or not _receives(viewer, grant):
        return Refused(errors.NotGranted)
    if facts.incident_id is not None and _incident_over(facts, now):
        return Refused(errors.IncidentOver)
    if grant.ended or now >= grant.until:
        return Refused(errors.GrantOver)
    waits_for = _waits_for(grant, now)
    return Refused(waits_for) if waits_for else Allowed(BasisKind.GRANT, grant.id)


def _waits_for(grant: GrantFacts, now: datetime) -> type[errors.PlaybackRefused] | None:
    if now < grant.starts_at:
        return errors.GrantNotBegun
    if not _approved(grant, now):
        return errors.GrantNotApproved
    return None if grant.accepted else errors.GrantNotAccepted


def _as_centre(viewer: Viewer, facts: Facts) -> Allowed | Refused:
    """Its officers, at its own cameras: the centre is their data controller."""
    owned = viewer.centre_id is not None and viewer.centre_id == facts.camera_centre_id
    if not owned or viewer.centre_id is None or viewer.role not in WATCHING_ROLES:
        return Refused(errors.CameraNotYours)
    return Allowed(BasisKind.CENTRE, viewer.centre_id)


def _approved(grant: GrantFacts, now: datetime) -> bool:
    """Approved, or not in need of it, or a broken glass that may still be confirmed."""
    waits = grant.confirm_by is not None and now < grant.confirm_by
    return not grant.needs_approval or grant.approved or waits


def _receives(viewer: Viewer, grant: GrantFacts) -> bool:
    """Nobody receives what they gave: a grant has two people, if one of them after the fact."""
    if not grant.emergency and viewer.kind == "officer" and viewer.id == grant.given_by:
        return False
    match grant.to_kind:
        case GrantTo.UNIT:
            return viewer.unit_id == grant.to_id
        case GrantTo.OFFICER:
            return viewer.kind == "officer" and viewer.id == grant.to_id
        case GrantTo.AGENCY:
            works = viewer.kind == "client" or viewer.role in WATCHING_ROLES
            return works and viewer.agency_id == grant.to_id
