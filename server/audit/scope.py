"""How far an auditor sees: the province, or what the agency's people did and what was done at its centre's cameras."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from server.models import RESERVED_FOR, Agency, AuditEvent, Client, Officer


@dataclass(frozen=True, slots=True)
class Scope:
    """Without an agency it is everything."""

    agency_id: str | None = None
    centre_id: str | None = None  # that the agency runs

    def covers(self, agency_id: str) -> bool:
        """Whether what that agency's people did is in it."""
        return self.agency_id in {None, agency_id}

    def limits(self, agency: Any, centre: Any) -> ColumnElement[bool]:
        """The rows of whose ``agency`` the viewer is, or at whose ``centre`` the camera stands."""
        if self.agency_id is None:
            return true()
        mine = agency == self.agency_id
        return or_(mine, centre == self.centre_id) if self.centre_id is not None else mine

    def untold(self, agency: Any, service: Any) -> ColumnElement[bool]:
        """The rows of a reserved ``service`` that an ``agency`` of another kind, and not the viewer, watched."""
        if self.agency_id is None:
            return false()
        mine = select(Agency.kind).where(Agency.id == self.agency_id).scalar_subquery()
        others = or_(*(and_(service == one, mine != kind) for one, kind in RESERVED_FOR.items()))
        return and_(others, agency.id.is_distinct_from(self.agency_id))

    def acts(self) -> ColumnElement[bool]:
        """The rows of the record that the agency's people and machines wrote."""
        if self.agency_id is None:
            return true()
        officers = select(Officer.id).where(Officer.agency_id == self.agency_id)
        clients = select(Client.id).where(Client.agency_id == self.agency_id)
        return or_(
            and_(AuditEvent.actor_kind == "officer", AuditEvent.actor_id.in_(officers)),
            and_(AuditEvent.actor_kind == "client", AuditEvent.actor_id.in_(clients)),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a ledger: what began in [``since``, ``until``), as far as the scope goes."""

    since: datetime
    until: datetime
    scope: Scope
