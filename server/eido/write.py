"""An incident as an EIDO. Pure: what is written is the incident's rows and our own name.

A camera stands in it as a resource of ours, by its id: no token, session or password is in its address, and whoever
follows it has to say who they are.
"""

import html
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from server.eido import pidf
from server.eido.told import PREFIX
from server.models import (
    AgencyKind,
    CameraRole,
    Dispatch,
    DispatchStatus,
    Incident,
    IncidentCamera,
    IncidentRoom,
    IncidentStatus,
    Part,
)

VERSION = "1.0"
RESPONDER = {
    AgencyKind.POLICE_112: "police",
    AgencyKind.POLICE_STATION: "police",
    AgencyKind.FIRE_119: "fire",
    AgencyKind.FIRE_STATION: "fire",
}
UNIT_STATUS = {
    DispatchStatus.SENT: "Dispatched",
    DispatchStatus.ACKNOWLEDGED: "AcknowledgedTransmission",
    DispatchStatus.EN_ROUTE: "EnRoute",
    DispatchStatus.ON_SCENE: "OnScene",
    DispatchStatus.CLEARED: "Cleared",
    DispatchStatus.WITHDRAWN: "AssignmentCancelled",
}
INCIDENT_STATUS = {
    DispatchStatus.ON_SCENE: "ResourcesOnscene",
    DispatchStatus.EN_ROUTE: "ResourcesEnroute",
    DispatchStatus.ACKNOWLEDGED: "ResourcesAssigned",
    DispatchStatus.SENT: "ResourcesAssigned",
}
Json = dict[str, Any]


def domain_of(issuer: str) -> str:
    """Our name in identifiers: the host of our public URL."""
    return urlsplit(issuer).hostname or ""


def urn_of(incident: Incident, told_as: str | None, domain: str) -> str:
    """The incident's name: the one it came by, or ours."""
    return told_as or f"{PREFIX}{incident.id}:{domain}"


def written(incident: Incident, told_as: str | None, agencies: dict[str, AgencyKind], *, issuer: str) -> Json:
    """The document. ``told_as``: the name it came by; ``agencies``: what kind each of the rooms and units is of."""
    return _Writer(incident, told_as, agencies, issuer).document()


class _Writer:
    """One document while it is written."""

    def __init__(self, incident: Incident, told_as: str | None, agencies: dict[str, AgencyKind], issuer: str) -> None:
        self.incident, self.agencies, self.issuer = incident, agencies, issuer
        self.cameras = [one for one in incident.cameras if one.role is not CameraRole.CALLER]  # those are the room's
        self.domain = domain_of(issuer)
        self.urn = urn_of(incident, told_as, self.domain)
        ends = [at for one in incident.dispatches for at in (one.created_at, one.ended_at) if at is not None]
        ends += [at for room in incident.rooms for at in (room.since, room.ended_at) if at is not None]
        self.changed_at = max([incident.created_at, *ends, *([incident.closed_at] if incident.closed_at else [])])

    def document(self) -> Json:
        """All of it."""
        owners = [room.agency_id for room in self.incident.rooms if room.part is Part.OWNS]
        self.by = self.name("agencyid", owners[0] if owners else self.incident.agency_id)
        return {
            **self.component(self.urn, self.changed_at),
            "eidoVersion": VERSION,
            "issuingElementIdentification": self.domain,
            "incidentComponent": self.incident_component(),
            "agencyComponent": [self.agency(room) for room in self.incident.rooms],
            "locationComponent": [self.location()],
            "notesComponent": [self.notes()],
            "dispatchComponent": [self.dispatch(one) for one in self.incident.dispatches],
            "emergencyResourceComponent": [self.resource(one) for one in self.incident.dispatches],
            "mediaComponent": [self.media(one) for one in self.cameras],
        }

    def name(self, kind: str, unique: str) -> str:
        return f"urn:emergency:uid:{kind}:{unique}:{self.domain}"

    def component(self, name: str, at: datetime) -> Json:
        """What each component begins with."""
        when = at.isoformat().replace("+00:00", "Z")
        return {"$id": name, "lastUpdateTimeStamp": when, "updatedByAgencyReference": {"$ref": self.by}}

    def incident_component(self) -> Json:
        incident = self.incident
        made = {
            **self.component(self.urn, self.changed_at),
            "incidentTypeCommonRegistryText": incident.type,
            "incidentTypeInternalText": incident.service.value,
            "incidentStatusCommonRegistryText": self.statuses(),
            "internalIncidentId": incident.id,
            "incidentCommonPriorityNumber": incident.priority + 1,
            "incidentPriorityInternalText": f"code {incident.priority}",
            "locationReference": [{"$ref": self.name("locationid", incident.id)}],
            "notesReference": [{"$ref": self.name("notesid", incident.id)}],
            "mediaReferences": [{"$ref": self.name("mediaid", one.camera_id)} for one in self.cameras],
        }
        if incident.status == IncidentStatus.CLOSED:
            disposition = self.component(self.name("dispositionid", incident.id), self.changed_at)
            said = {"dispositionCommonRegistryCode": "Other", "dispositionDescriptionText": incident.closing_reason}
            made["dispositionComponent"] = [disposition | said]
        return made

    def statuses(self) -> list[str]:
        if self.incident.status == IncidentStatus.CLOSED:
            return ["Closed"]
        under_way = {INCIDENT_STATUS[one.status] for one in self.incident.dispatches if one.status in INCIDENT_STATUS}
        return ["Active", *sorted(under_way)]

    def agency(self, room: IncidentRoom) -> Json:
        owns = room.part is Part.OWNS
        return {
            **self.component(self.name("agencyid", room.agency_id), room.ended_at or room.since),
            "agencyRoleDescriptionRegistryText": ["CallReceiving", "Dispatching"] if owns else ["Assisting"],
            "agencyType": [RESPONDER.get(self.agencies[room.agency_id], "psap")],
            "incidentOwningAgencyIndicator": owns and room.ended_at is None,
        }

    def location(self) -> Json:
        incident = self.incident
        spot = pidf.Spot(incident.lat, incident.lon, incident.accuracy_m, incident.address)
        return {
            **self.component(self.name("locationid", incident.id), self.changed_at),
            "locationTypeDescriptionRegistryText": "CurrentIncident",
            "locationByValue": pidf.written(spot, entity=f"pres:{incident.id}@{self.domain}"),
        }

    def notes(self) -> Json:
        said = html.escape(self.incident.summary).replace("\n", "<br>")
        named = self.component(self.name("notesid", self.incident.id), self.incident.created_at)
        return named | {"notesActionComments": said}

    def dispatch(self, one: Dispatch) -> Json:
        named = self.component(self.name("dispatchid", one.id), one.ended_at or one.created_at)
        return named | {
            "agencyReference": {"$ref": self.name("agencyid", one.agency_id)},
            "emergencyResourceReference": [{"$ref": self.name("resourceid", one.id)}],
        }

    def resource(self, one: Dispatch) -> Json:
        over = one.ended_at is not None
        return {
            **self.component(self.name("resourceid", one.id), one.ended_at or one.created_at),
            "emergencyResourceTypeCommonRegistryText": "Other",
            "emergencyResourceTypeInternalText": one.unit.kind.value,
            "emergencyResourceName": one.unit.call_sign,
            "resourceAttributeRegistryText": ["Other"],
            "resourceAttributeInternalText": [one.unit.kind.value],
            "primaryUnitStatusRegistryText": "Available" if over else "NotAvailable",
            "secondaryUnitStatusRegistryText": [UNIT_STATUS[one.status]],
            "agentReference": [],
            **({} if over else {"activeOnIncidentId": self.urn}),
        }

    def media(self, one: IncidentCamera) -> Json:
        return {
            **self.component(self.name("mediaid", one.camera_id), self.changed_at),
            "uri": f"{self.issuer}/v1/streams/{one.camera_id}",
            "contentType": "application/vnd.apple.mpegurl",
            "label": one.camera.name,
        }
