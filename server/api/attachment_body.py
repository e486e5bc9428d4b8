"""What an incident's attachments look like on the way in and on the way out: one member, named by the kind."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from server.api.fields import LINE, PROSE, Body, Lat, Lon, Shown, ShownTime, Time, Whole
from server.api.paging import Page
from server.incidents.attachments import Content
from server.models import Attachment, AttachmentKind

Words = Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
Prose = Annotated[str, Field(min_length=1, max_length=1000, pattern=PROSE)]


class Spot(Body):
    """Where it is, WGS 84."""

    lat: Lat
    lon: Lon


class ShownSpot(Shown):
    """Where it is, WGS 84."""

    lat: float
    lon: float


class Hydrant(Body):
    """소화전: where water is, and how much."""

    type: Literal["above_ground", "underground", "standpipe", "tank"]
    in_service: bool = True
    flow_l_min: Annotated[Whole, Field(ge=0, le=50_000)] | None = None
    capacity_m3: Annotated[float, Field(ge=0, le=100_000, description="of a tank")] | None = None


class Building(Body):
    """대상물: what is known of the building."""

    use: Words | None = None
    structure: Words | None = None
    floors_above: Annotated[Whole, Field(ge=0, le=200)] | None = None
    floors_below: Annotated[Whole, Field(ge=0, le=30)] | None = None
    occupants: Annotated[Whole, Field(ge=0, le=200_000)] | None = None
    hazardous_goods: Annotated[list[Words], Field(max_length=20, default_factory=list)]
    access: Annotated[Prose | None, Field(description="entrances, stairs, keys")] = None


class Hazmat(Body):
    """위험물: what is dangerous."""

    substance: Words
    un_number: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    quantity: Annotated[float, Field(ge=0, le=1e9)] | None = None
    unit: Literal["kg", "l", "m3"] | None = None
    where: Words | None = None

    @model_validator(mode="after")
    def _amount(self) -> Self:
        if (self.quantity is None) != (self.unit is None):
            raise ValueError("quantity goes with unit")
        return self


class PhotoRef(Body):
    """The room's own name for a picture; it is shown and never fetched."""

    ref: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    taken_at: Time | None = None


class Note(Body):
    """Anything else, in words."""

    text: Prose


class NewAttachment(Body):
    """Exactly one of the kinds. A hydrant says where it is."""

    label: Words
    position: Spot | None = None
    hydrant: Hydrant | None = None
    building: Building | None = None
    hazmat: Hazmat | None = None
    photo_ref: PhotoRef | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in AttachmentKind) != 1:
            raise ValueError(f"send one of {', '.join(AttachmentKind)}")
        if self.hydrant is not None and self.position is None:
            raise ValueError("a hydrant has a position")
        return self

    def content(self) -> Content:
        """The attachment as the core takes it."""
        kind = next(kind for kind in AttachmentKind if getattr(self, kind) is not None)
        place = self.position
        facts: dict[str, Any] = getattr(self, kind).model_dump(mode="json")
        return Content(kind, self.label, place.lat if place else None, place.lon if place else None, facts)


class ShownAttachment(Shown):
    """An attachment. The member that its ``kind`` names is there, the others are null."""

    id: str
    kind: str
    label: str
    position: ShownSpot | None
    agency_id: str
    added_at: ShownTime
    hydrant: Hydrant | None = None
    building: Building | None = None
    hazmat: Hazmat | None = None
    photo_ref: PhotoRef | None = None
    note: Note | None = None

    @classmethod
    def of(cls, row: Attachment) -> Self:
        """The row as it is shown."""
        place = None if row.lat is None else {"lat": row.lat, "lon": row.lon}
        own = {name: getattr(row, name) for name in ("id", "kind", "label", "agency_id", "added_at")}
        return cls.model_validate({**own, "position": place, row.kind: row.facts}, from_attributes=False)


class ShownAttachments(Page):
    """The attachments of an incident in the order of their ids."""

    items: list[ShownAttachment]
