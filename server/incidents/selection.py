"""Which cameras around an incident are its set: the nearest few, or all within a radius, as its service's policy says.

Of those within, the best ``WITHIN_MOST``. Until an administrator says otherwise it is what the service's file here
says. A change counts for what is reported or moved from then on.
Source: 전남·대구 (the nearest five), 부산 (all within 300 m).
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.incidents.services import POLICIES
from server.models import Selection, Service, ServicePolicy

NEAREST_MOST = 20
WITHIN_MOST = 50  # a list that nobody reads to its end helps nobody; the best come first
RADIUS_M = (50, 3000)

SAID = select(ServicePolicy).where(ServicePolicy.service == bindparam("service"))


@dataclass(frozen=True, slots=True)
class Cameras:
    """How a set is chosen. ``count`` goes with the nearest: none of them is farther off than ``radius_m``."""

    selection: Selection
    radius_m: float
    count: int | None = None

    @property
    def most(self) -> int:
        """How many cameras the set may have."""
        return self.count or WITHIN_MOST


def of(session: Session, service: Service) -> Cameras:
    """What holds for the service now."""
    said, default = session.scalar(SAID, {"service": service}), POLICIES[service]
    if said is None or said.selection is None or said.radius_m is None:
        return Cameras(Selection.NEAREST, default.radius_m, default.count)
    return Cameras(said.selection, said.radius_m, said.count)
