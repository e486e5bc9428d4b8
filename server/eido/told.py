"""What an EIDO says of an incident, as far as it concerns us, and which of our services it is of. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser

from server.eido.pidf import Spot
from server.errors import EidoServiceUnclear
from server.models import AgencyKind, LegalBasis, Service

OVER = frozenset({"Closed", "Cancelled"})
SENT = frozenset(
    {"Assigned", "Dispatched", "AcknowledgedTransmission", "EnRoute", "Arrived", "OnScene", "Staging", "Transporting"}
)
GONE = frozenset({"Cleared", "AssignmentCancelled", "OutofService"})
PREFIX = "urn:emergency:uid:incidentid:"
LOWEST = 4
SUMMARY_MAX = 2000
BASES = {
    Service.POLICE_112: LegalBasis.POLICE112_9_1,
    Service.FIRE_119: LegalBasis.FIRE119_11_2_1,
    Service.DISASTER: LegalBasis.DISASTER_74_3,
    Service.ANKLE_MONITOR: LegalBasis.ANKLE_16_3_2,
    Service.WANTED_VEHICLE: LegalBasis.PIPA_18_2_7,
    Service.VULNERABLE_PERSON: LegalBasis.PIPA_18_2_3,
}
OF_RESPONDER = {  # the first label of IANA's urn:emergency:service:responder.*
    "police": Service.POLICE_112,
    "fire": Service.FIRE_119,
    "ems": Service.FIRE_119,
    "ambulance": Service.FIRE_119,
}
OF_KIND = {
    AgencyKind.POLICE_112: Service.POLICE_112,
    AgencyKind.FIRE_119: Service.FIRE_119,
    AgencyKind.DISASTER: Service.DISASTER,
    AgencyKind.MOJ_LOCATION: Service.ANKLE_MONITOR,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One EIDO."""

    urn: str  # $id of its incidentComponent
    updated_at: datetime
    type: str
    statuses: frozenset[str]
    priority: int  # ours: 0 is the most urgent
    summary: str
    spot: Spot | None
    responders: frozenset[str]  # agencyType of the agencies that own it, or of all
    units: tuple[str, ...]  # call signs of those on their way
    closing_reason: str

    @property
    def is_over(self) -> bool:
        """Whether it ends the incident."""
        return bool(self.statuses & OVER)


def service_of(told: Told, allowed: Collection[Service], kind: AgencyKind) -> Service:
    """Which of the services that the caller may report it is of. Raises EidoServiceUnclear.

    The responders of the owning agencies decide, then what the room is for, then there being no other.
    """
    said = {OF_RESPONDER.get(one.split(".")[0].lower()) for one in told.responders} & set(allowed)
    if len(said) == 1:
        return said.pop() or Service.POLICE_112
    if (own := OF_KIND.get(kind)) in allowed and own is not None:
        return own
    if len(allowed) == 1:
        return next(iter(allowed))
    raise EidoServiceUnclear(
        "say police or fire in agencyType of the owning agency", field="agencyComponent.0.agencyType"
    )


def priority_of(number: int | None) -> int:
    """Ours, 0 to 4, of incidentCommonPriorityNumber, where 1 is the most urgent; the middle when nothing is said."""
    return 2 if number is None else min(max(number - 1, 0), LOWEST)


def type_of(text: str) -> str:
    """The type as ours are spelled: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", text)[:40].strip("_") or "OTHER"


def plain(comments: Collection[str]) -> str:
    """The words of notes, which are HTML5; no markup, script or control character is left. At most 2000 characters."""
    lines = []
    for comment in comments:
        words = _Words()
        try:
            words.feed(comment)
            words.close()
        except AssertionError:  # what the parser calls a marked section that it does not know
            words.found = [re.sub(r"<[^>]*>", " ", comment)]
        text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]+", " ", "".join(words.found))
        lines.append(text.strip())
    return "\n".join(line for line in lines if line)[:SUMMARY_MAX].strip()


class _Words(HTMLParser):
    """Collects the text of an HTML fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 — the base's name
        self._silent += tag in {"script", "style"}
        if tag in {"br", "p", "div", "li"}:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
