"""Which grants a caller may see or end. Somebody else's is answered like one that does not exist."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from server.access.may import WATCHING_ROLES
from server.access.viewer import Viewer
from server.errors import GrantUnknown
from server.incidents import rooms
from server.models import Camera, CameraRole, Grant, GrantTo, IncidentCamera, Part, Role

MOST_USABLE = 20  # on one screen; whoever has more finds them all in the list


def concerning(viewer: Viewer) -> Select[Grant]:
    """The grants to the viewer, and for a supervisor also those that the agency may approve."""
    found = _to(viewer)
    if viewer.role == Role.SUPERVISOR:
        found = or_(found, approvable(viewer))
    return select(Grant).options(selectinload(Grant.cameras)).where(found)


def usable(viewer: Viewer, *, now: datetime) -> Select[Grant]:
    """What the viewer may accept, or watch by, now or from its beginning on, the newest first."""
    own_glass = and_(_to(viewer), Grant.emergency)
    approved = or_(~Grant.needs_approval, Grant.approved_at.is_not(None), Grant.confirm_by > now)
    lasts = and_(Grant.ended_at.is_(None), Grant.until > now, approved)
    found = select(Grant).where(or_(_from_another(viewer), own_glass), lasts)
    return found.options(selectinload(Grant.cameras)).order_by(Grant.created_at.desc(), Grant.id).limit(MOST_USABLE)


def cameras_of(session: Session, incident_ids: Collection[str | None]) -> Sequence[IncidentCamera]:
    """The cameras of the sets that grants show, best first, without those around a caller: they are a room's own."""
    listed = select(IncidentCamera).where(IncidentCamera.incident_id.in_(incident_ids))
    shown = listed.where(IncidentCamera.role != CameraRole.CALLER)
    return session.scalars(shown.order_by(IncidentCamera.rank, IncidentCamera.camera_id)).all()


def approvable(viewer: Viewer) -> ColumnElement[bool]:
    """What the agency gave; of broken glasses also those for its incidents and at its centre's cameras."""
    of_room = Grant.incident_id.in_(rooms.incidents_of(viewer.agency_id, Part.OWNS))
    concerned = [of_room]
    if viewer.centre_id is not None:
        listed = select(IncidentCamera.incident_id).join(Camera, Camera.id == IncidentCamera.camera_id)
        concerned.append(Grant.incident_id.in_(listed.where(Camera.centre_id == viewer.centre_id)))
    return or_(Grant.agency_id == viewer.agency_id, and_(Grant.emergency, or_(*concerned)))


def received(session: Session, viewer: Viewer, grant_id: str) -> Grant:
    """A grant to the viewer, who did not give it; it cannot be ended meanwhile. Raises GrantUnknown."""
    grant = session.scalar(select(Grant).where(Grant.id == grant_id, _from_another(viewer)).with_for_update(read=True))
    if grant is None:
        raise GrantUnknown("there is no such grant for this caller", grant_id=grant_id)
    return grant


def receives(session: Session, viewer: Viewer, grant_id: str) -> bool:
    """Whether the grant is to the viewer, alone or with a unit or an agency, and another gave it."""
    return session.scalar(select(Grant.id).where(Grant.id == grant_id, _from_another(viewer))) is not None


def _from_another(viewer: Viewer) -> ColumnElement[bool]:
    return _to(viewer) if viewer.kind == "client" else and_(_to(viewer), Grant.given_by != viewer.id)


def _to(viewer: Viewer) -> ColumnElement[bool]:
    mine: list[ColumnElement[bool]] = [and_(Grant.to_kind == GrantTo.OFFICER, Grant.to_id == viewer.id)]
    if viewer.unit_id is not None:
        mine.append(and_(Grant.to_kind == GrantTo.UNIT, Grant.to_id == viewer.unit_id))
    if viewer.kind == "client" or viewer.role in WATCHING_ROLES:
        mine.append(and_(Grant.to_kind == GrantTo.AGENCY, Grant.to_id == viewer.agency_id))
    return or_(*mine)


def endable(session: Session, viewer: Viewer, grant_id: str) -> Grant:
    """A grant that the supervisor's agency gave. Raises GrantUnknown."""
    grant = session.get(Grant, grant_id)
    if grant is None or viewer.role != Role.SUPERVISOR or grant.agency_id != viewer.agency_id:
        raise GrantUnknown("there is no such grant for this caller", grant_id=grant_id)
    return grant
