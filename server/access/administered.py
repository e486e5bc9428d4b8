"""What an administrator looks after, found by its id. Another agency's is answered as if it did not exist."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access.viewer import Viewer
from server.errors import AgencyUnknown, OfficerUnknown
from server.models import Agency, Officer


def agency(session: Session, viewer: Viewer, agency_id: str, *, hold: bool = False) -> Agency:
    """An agency that the viewer administers. Raises AgencyUnknown."""
    found = session.get(Agency, agency_id, with_for_update=hold or None)
    if found is None or not viewer.administers(found.id):
        raise AgencyUnknown("there is no such agency", agency_id=agency_id)
    return found


def officer(session: Session, viewer: Viewer, officer_id: str, *, hold: bool = False) -> Officer:
    """An officer of an agency that the viewer administers. Raises OfficerUnknown."""
    wanted = select(Officer).where(Officer.id == officer_id)
    found = session.scalar(wanted.with_for_update(of=Officer) if hold else wanted)
    if found is None or not viewer.administers(found.agency_id):
        raise OfficerUnknown("there is no such officer", officer_id=officer_id)
    return found
