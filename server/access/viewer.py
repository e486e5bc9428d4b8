"""Who calls: an officer or a client as the database knows them now, whatever their token remembers."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.orm import Session

from server.audit import log
from server.audit.scope import Scope
from server.models import AgencyKind, Client, Device, Officer, Role, Shift

LOST = exists().where(Device.jkt == Shift.jkt, Device.lost_at.is_not(None))
CLIENT = select(Client).where(Client.id == bindparam("id"))
GOES_ON = and_(Shift.ended_at.is_(None), ~LOST)  # a lost key is good for nothing, whatever began while it was lost


@dataclass(frozen=True, slots=True)
class Viewer:
    """A known account. ``role`` and ``unit_id`` are an officer's, ``services`` are a client's."""

    kind: str  # officer | client
    id: str
    agency_id: str
    agency_kind: AgencyKind
    enabled: bool
    role: Role | None = None
    unit_id: str | None = None
    centre_id: str | None = None  # the centre that its agency runs
    services: tuple[str, ...] = ()
    login_id: str | None = None
    locked: bool = False  # until the PIN: it may do nothing else

    @property
    def subject(self) -> str:
        """``officer:<id>`` or ``client:<id>``: the ``sub`` of a token and the name of an audience."""
        return f"{self.kind}:{self.id}"

    @property
    def speaks_for_room(self) -> bool:
        """Whether it reports and steers the incidents of its agency."""
        return self.kind == "client" or self.role == Role.DISPATCHER

    @property
    def scope(self) -> Scope:
        """How far the viewer sees as an auditor: the province's all of it, others what concerns their agency."""
        return Scope() if self.agency_kind == AgencyKind.PROVINCE else Scope(self.agency_id, self.centre_id)

    @property
    def runs_province(self) -> bool:
        """Whether it administers every agency."""
        return self.role == Role.ADMIN and self.agency_kind == AgencyKind.PROVINCE

    def administers(self, agency_id: str) -> bool:
        """Whether its role, which ``needs`` has seen, reaches to that agency: its own."""
        return self.runs_province or agency_id == self.agency_id

    def administers_centre(self, centre_id: str) -> bool:
        """Whether it looks after that centre's cameras: those of the centre that its own agency runs."""
        return self.runs_province or centre_id == self.centre_id

    @property
    def audiences(self) -> list[str]:
        """The outbox audiences it belongs to."""
        mine = [self.subject, f"members:{self.agency_id}"]
        if self.unit_id:
            mine.append(f"unit:{self.unit_id}")
        if self.speaks_for_room or self.role == Role.SUPERVISOR:
            mine.append(f"agency:{self.agency_id}")
        return mine


@dataclass(frozen=True, slots=True)
class Caller:
    """A viewer in the middle of a request."""

    viewer: Viewer
    request_id: str
    remote_address: str | None = None

    @property
    def actor(self) -> log.Actor:
        """The caller as the audit log names it."""
        return log.Actor(self.viewer.kind, self.viewer.id, self.request_id, self.remote_address)


def of_officer(officer: Officer, login_id: str | None = None) -> Viewer:
    """The officer as a viewer."""
    return Viewer(
        "officer",
        officer.id,
        officer.agency_id,
        officer.agency.kind,
        officer.enabled,
        role=officer.role,
        unit_id=officer.unit_id,
        centre_id=officer.agency.centre_id,
        login_id=login_id,
    )


def of_client(client: Client) -> Viewer:
    """The client as a viewer."""
    return Viewer(
        "client", client.id, client.agency_id, client.agency.kind, client.enabled, services=tuple(client.services)
    )


def hold(session: Session, viewer: Viewer, *, now: datetime) -> bool:
    """Whether an officer's login goes on; it cannot be ended before this transaction is over. A client needs none."""
    if viewer.login_id is None:
        return viewer.kind == "client"
    found = select(Shift.id).where(Shift.id == viewer.login_id, GOES_ON, Shift.ends_at > now, ~Shift.locked)
    return session.scalar(found.with_for_update(read=True)) is not None


def find(session: Session, kind: str, viewer_id: str, login_id: str | None, *, now: datetime) -> Viewer | None:
    """The account, or None when it does not exist, is disabled, or this login is over."""
    if kind == "client":
        client = session.scalar(CLIENT, {"id": viewer_id})
        return of_client(client) if client and client.enabled else None
    officer = session.get(Officer, viewer_id)
    if not officer or not officer.enabled or not login_id:
        return None
    locked = session.scalar(select(Shift.locked).where(Shift.id == login_id, GOES_ON, Shift.ends_at > now))
    return None if locked is None else replace(of_officer(officer, login_id), locked=locked)
