"""The one decision: may this viewer watch this camera now? Pure, and asked on every media request.

Everything that is not allowed by name is refused. What is not the viewer's business is not told apart: an unknown
incident and somebody else's give the same refusal.
"""

from dataclasses import dataclass
from datetime import datetime

from server import errors
from server.access.viewer import Viewer
from server.models import BasisKind


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says about one viewer, one incident and one camera."""

    incident_id: str | None = None
    incident_open: bool = False
    incident_agency_id: str | None = None
    camera_listed: bool = False
    camera_enabled: bool = False
    dispatch_id: str | None = None  # of the viewer's unit on the incident, neither cleared nor withdrawn
    was_dispatched: bool = False
    until: datetime | None = None  # the end of an opened session


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, on this basis."""

    kind: BasisKind
    id: str  # of the dispatch, or of the incident for its room


@dataclass(frozen=True, slots=True)
class Refused:
    """No, because."""

    why: type[errors.PlaybackRefused]


def may(viewer: Viewer, facts: Facts, *, now: datetime) -> Allowed | Refused:
    """Allowed by the viewer's dispatch or by its room's ownership of the open incident, to a camera of its set."""
    if not viewer.enabled:
        return Refused(errors.ViewerDisabled)
    basis = _basis(viewer, facts)
    if isinstance(basis, Refused):
        return basis
    if not facts.camera_listed:
        return Refused(errors.CameraNotListed)
    if not facts.camera_enabled:
        return Refused(errors.CameraDisabled)
    if facts.until is not None and now >= facts.until:
        return Refused(errors.Expired)
    return basis


def _basis(viewer: Viewer, facts: Facts) -> Allowed | Refused:
    owner = viewer.speaks_for_room and facts.incident_agency_id == viewer.agency_id
    if facts.incident_id is None or not (owner or facts.dispatch_id or facts.was_dispatched):
        return Refused(errors.NotDispatched)
    if not facts.incident_open:
        return Refused(errors.IncidentOver)
    if facts.dispatch_id:
        return Allowed(BasisKind.DISPATCH, facts.dispatch_id)
    return Allowed(BasisKind.ROOM, facts.incident_id) if owner else Refused(errors.DispatchOver)
