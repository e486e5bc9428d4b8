"""The shape of an EIDO (NENA-STA-021.1b-2022): what is required is refused when it is missing, named by its path.

What the standard does not know is left out and refused by nobody; of what it knows, only what concerns an incident is
read: no person, vehicle or call is taken in, and no reference is followed.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from server import korea
from server.api.fields import LINE, Time, Whole
from server.eido import told
from server.eido.pidf import PidfInvalid, Spot, read
from server.eido.told import Told
from server.errors import EidoLocationMissing, PositionOutsideKorea

Text = Annotated[str, Field(min_length=1, max_length=300, pattern=LINE)]
Texts = Annotated[list[Text], Field(max_length=200)]
Long = Annotated[str, Field(max_length=20_000)]
REASON_MAX = 200
# which place is the incident's, the best first
PLACES = ("CurrentIncident", "InitialIncident", "Caller")


class Part(BaseModel):
    """A part of the document."""

    model_config = ConfigDict(
        extra="ignore", strict=True, frozen=True, alias_generator=to_camel, allow_inf_nan=False, validate_by_alias=True
    )


class Reference(Part):
    """The ``$id`` of another component."""

    ref: Annotated[Text, Field(alias="$ref")]


References = Annotated[list[Reference], Field(max_length=200)]


class Component(Part):
    """What each component begins with."""

    id: Annotated[Text, Field(alias="$id")]
    last_update_time_stamp: Time
    updated_by_agency_reference: Reference
    updated_by_agent_reference: Reference | None = None
    media_references: References | None = None


class EidoAgency(Component):
    """An organisation that has to do with the incident."""

    agency_role_description_registry_text: Texts
    agency_type: Texts
    incident_owning_agency_indicator: bool | None = None


class EidoAgent(Component):
    """A person or machine of an agency."""

    agent_role_registry_text: Texts
    agency_reference: Reference


class EidoDisposition(Component):
    """How it ended."""

    disposition_common_registry_code: Text
    disposition_description_text: Annotated[str, Field(max_length=2000)] | None = None


class EidoIncidentPart(Component):
    """What happened."""

    incident_type_common_registry_text: Text
    incident_type_internal_text: Annotated[str, Field(max_length=300)] | None = None
    incident_status_common_registry_text: Texts | None = None
    internal_incident_id: Annotated[str, Field(max_length=300)] | None = None
    incident_common_priority_number: Whole | None = None
    incident_priority_internal_text: Annotated[str, Field(max_length=300)] | None = None
    location_reference: References | None = None
    notes_reference: References | None = None
    disposition_component: Annotated[list[EidoDisposition], Field(max_length=50)] | None = None


class EidoNotes(Component):
    """A note, in HTML5."""

    notes_action_comments: Long


class EidoLocation(Component):
    """A place: by value in PIDF-LO."""

    location_type_description_registry_text: Text
    location_by_value: Long | None = None
    location_by_reference_url: Annotated[str, Field(max_length=2000)] | None = None
    location_description_text: Annotated[str, Field(max_length=2000)] | None = None


class EidoMedia(Component):
    """A picture or stream, by a resource id."""

    uri: Annotated[str, Field(min_length=1, max_length=2000)]
    content_type: Text
    label: Annotated[str, Field(max_length=300)] | None = None


class EidoDispatch(Component):
    """Who was sent by whom."""

    agency_reference: Reference | None = None
    emergency_resource_reference: References | None = None


class EidoResource(Component):
    """A unit and how it stands."""

    emergency_resource_type_common_registry_text: Text
    resource_attribute_registry_text: Texts
    primary_unit_status_registry_text: Text
    secondary_unit_status_registry_text: Texts
    agent_reference: References
    emergency_resource_name: Text | None = None


class EidoMerge(Component):
    """Another incident that is the same one."""

    incident_merge_direction_code: Literal["REPLACING", "REPLACED", "SPLIT"]
    incident_tracking_identifier: Text


class EidoLink(Component):
    """Another incident that has to do with it."""

    incident_tracking_identifier: Text
    link_direction_code: Literal["PARENT", "CHILD", "RELATED", "UNLINK"]


class EidoCall(Component):
    """A call about it."""

    call_state_registry_text: Text
    standard_primary_call_type: Text
    direction: Literal["incoming", "outgoing", "internal"]
    call_start_timestamp: Time


class EidoPerson(Component):
    """Somebody concerned; nothing of them is kept."""

    person_incident_role_registry_text: Texts


class EidoCaution(Component):
    """What to beware of."""

    caution_type_internal_text: Annotated[str, Field(max_length=2000)]
    caution_type_common_registry_text: Text
    caution_severity: Annotated[str, Field(max_length=300)]


Many: Any = Field(max_length=200, default_factory=list)


class Eido(Component):
    """An incident as control rooms' systems tell it to each other."""

    eido_version: Literal["1.0"]
    issuing_element_identification: Text
    agency_component: Annotated[list[EidoAgency], Field(min_length=1, max_length=200)]
    incident_component: EidoIncidentPart
    dispatch_component: Annotated[list[EidoDispatch], Many]
    emergency_resource_component: Annotated[list[EidoResource], Many]
    location_component: Annotated[list[EidoLocation], Many]
    call_component: Annotated[list[EidoCall], Many]
    callback_component: Annotated[list[Component], Many]
    person_component: Annotated[list[EidoPerson], Many]
    vehicle_component: Annotated[list[Component], Many]
    agent_component: Annotated[list[EidoAgent], Many]
    notes_component: Annotated[list[EidoNotes], Many]
    media_component: Annotated[list[EidoMedia], Many]
    caution_component: Annotated[list[EidoCaution], Many]
    link_component: Annotated[list[EidoLink], Many]
    merge_component: Annotated[list[EidoMerge], Many]
    alarms_sensors_component: Annotated[list[Component], Many]
    additional_data_component: Annotated[list[Component], Many]
    context: Annotated[dict[str, Any] | None, Field(alias="@context")] = None

    def told(self) -> Told:
        """What it says of the incident. Raises EidoLocationMissing and PositionOutsideKorea."""
        incident = self.incident_component
        owners = [one for one in self.agency_component if one.incident_owning_agency_indicator] or self.agency_component
        return Told(
            urn=incident.id,
            updated_at=incident.last_update_time_stamp,
            type=told.type_of(incident.incident_type_common_registry_text),
            statuses=frozenset(incident.incident_status_common_registry_text or ()),
            priority=told.priority_of(incident.incident_common_priority_number),
            summary=self._summary(),
            spot=self._spot(),
            responders=frozenset(kind for one in owners for kind in one.agency_type),
            units=self._units(),
            closing_reason=self._closing_reason(),
        )

    def _summary(self) -> str:
        said = told.plain([note.notes_action_comments for note in self.notes_component])
        other = self.incident_component.incident_type_internal_text
        return said or told.plain([other or ""]) or self.incident_component.incident_type_common_registry_text

    def _closing_reason(self) -> str:
        ends = self.incident_component.disposition_component or []
        said = told.plain([one.disposition_description_text or one.disposition_common_registry_code for one in ends])
        return " ".join(said.split())[:REASON_MAX] or "EIDO"

    def _spot(self) -> Spot | None:
        """The incident's own place by value; a caller's only when there is no other."""
        by_value = [
            (position, one) for position, one in enumerate(self.location_component) if one.location_by_value is not None
        ]
        for kind in PLACES:
            for position, one in by_value:
                if one.location_type_description_registry_text == kind:
                    return _read(one, position)
        named = {reference.ref for reference in self.incident_component.location_reference or []}
        return next((_read(one, position) for position, one in by_value if one.id in named), None)

    def _units(self) -> tuple[str, ...]:
        """The call signs of the units that are on their way or there."""
        return tuple(
            dict.fromkeys(
                one.emergency_resource_name
                for one in self.emergency_resource_component
                if one.emergency_resource_name is not None
                and told.SENT.intersection(one.secondary_unit_status_registry_text)
                and not told.GONE.intersection(one.secondary_unit_status_registry_text)
            )
        )[:20]


def _read(location: EidoLocation, position: int) -> Spot:
    where = f"locationComponent.{position}.locationByValue"
    try:
        spot = read(location.location_by_value or "")
    except PidfInvalid as error:
        raise EidoLocationMissing(f"{error}; say it in PIDF-LO (RFC 5491)", field=where) from error
    if not korea.contains(spot.lat, spot.lon):
        raise PositionOutsideKorea("RFC 5491 writes the latitude first, then the longitude", field=where)
    said = told.plain([location.location_description_text or ""])
    address = spot.address or " ".join(said.split())[:200] or None
    return Spot(spot.lat, spot.lon, spot.accuracy_m, address)
