"""What wanted vehicles, plate reads and hits look like on the way in and on the way out."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from server.api import several
from server.api.fields import LINE, Body, Degrees, Id, Shown, ShownTime, Time, Whole, mend
from server.api.paging import Page
from server.errors import Refusal
from server.incidents.nearest import Offer
from server.models import LegalBasis, PlateHit, PlateRead, WantedVehicle
from server.plates import picture, watch
from server.plates.plate import MOST_CHARACTERS
from server.plates.reads import Seen
from server.plates.travel import Direction
from server.plates.watch import Renewal, Wish

BATCH = 200
Seal = Callable[[bytes], bytes]
PlateText = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, pattern=LINE)]
Reason = Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
Basis = Annotated[LegalBasis, Field(strict=False)]


class NewWanted(Body):
    """A vehicle that the caller's room looks for."""

    plate: PlateText
    near: Annotated[
        bool, Field(description="also reads that differ in one character that readers confuse; each needs a look")
    ] = False
    reason: Reason
    legal_basis: Basis
    priority: Annotated[Whole, Field(ge=0, le=4, description="of its incident; 0 is the most urgent")] = 1
    expires_at: Annotated[Time, Field(description="in the next thirty days")]

    def wish(self) -> Wish:
        """The entry as the core takes it."""
        return Wish(**self.model_dump())


class WantedRenewal(Body):
    """Until when it stays wanted, and why."""

    expires_at: Time
    reason: Reason

    def renewal(self) -> Renewal:
        """The renewal as the core takes it."""
        return Renewal(**self.model_dump())


class ShownWanted(Shown):
    """An entry of the list."""

    id: str
    plate: str
    near: bool
    reason: str
    legal_basis: str
    priority: int
    entered_by: str
    entered_at: ShownTime
    expires_at: ShownTime
    ended_at: ShownTime | None
    over: bool

    @classmethod
    def of(cls, row: WantedVehicle, now: datetime) -> Self:
        """The row as it stands at that moment."""
        own = {name: getattr(row, name) for name in cls.model_fields if name != "over"}
        return cls(**own, over=watch.is_over(row, now))


class ShownWantedList(Page):
    """Entries in the order of their ids."""

    items: list[ShownWanted]


class NewRead(Body):
    """One plate that a reader saw."""

    camera_id: Id
    plate: PlateText
    read_at: Time
    confidence: Annotated[float, Field(ge=0, le=1)]
    direction: Annotated[Direction | None, Field(strict=False, description="as the camera sees the vehicle")] = None
    heading_deg: Degrees | None = None
    crop_ref: Annotated[str | None, Field(min_length=1, max_length=200, pattern=LINE)] = None
    crop: Annotated[
        str | None,
        Field(
            max_length=picture.MOST_CHARACTERS,
            description="the picture of the plate: a JPEG of at most 24 KiB in base64, kept only if the read is a hit",
        ),
    ] = None

    def seen(self, seal: Seal) -> Seen:
        """The read as the core takes it. Raises PlateCropInvalid."""
        sealed = None if self.crop is None else seal(picture.read(self.crop))
        return Seen(**self.model_dump(exclude={"crop"}), crop_sealed=sealed)


class NewReads(Body):
    """One read by its members, or up to 200 as ``reads``. Of several each is taken or refused by itself."""

    model_config = ConfigDict(json_schema_extra=lambda schema: several.either(schema, "reads", NewRead))

    reads: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=BATCH)]
    single: bool = False

    @model_validator(mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return several.wrapped(value, "reads")

    def batch(self, seal: Seal) -> list[Seen | Refusal]:
        """The reads as the core takes them, and what is wrong with those that are none."""
        return [_read(one, seal) for one in self.reads]


def _read(value: dict[str, Any], seal: Seal) -> Seen | Refusal:
    try:
        return NewRead.model_validate(value).seen(seal)
    except ValidationError as error:
        return mend(error)
    except Refusal as refusal:
        return refusal


class ReadOutcome(Shown):
    """What became of one read. Whether it was a hit is for the room alone."""

    status: str
    code: str | None = None
    detail: str | None = None
    field: str | None = None


class ReadOutcomes(Shown):
    """What became of each read, in the order in which they were sent."""

    accepted: int
    repeated: int
    refused: int
    results: list[ReadOutcome]


class ShownRead(Shown):
    """A plate at a camera."""

    id: str
    camera_id: str
    camera_name: str
    lat: float
    lon: float
    plate: str
    raw: str
    confidence: float
    heading_deg: float | None
    crop_ref: str | None
    read_at: ShownTime

    @classmethod
    def of(cls, row: PlateRead) -> Self:
        """The row as it is shown."""
        camera = {"camera_name": row.camera.name, "lat": row.camera.lat, "lon": row.camera.lon}
        return cls(**camera, **{name: getattr(row, name) for name in cls.model_fields if name not in camera})


class ShownHit(Shown):
    """A read of a wanted vehicle. ``notice`` stands beside the plate until a person has looked at its picture."""

    id: str
    wanted_vehicle_id: str
    wanted_plate: str
    incident_id: str
    reasons: list[str]
    verification: str
    notice: str | None
    crop: Annotated[bool, Field(description="there is a picture of the plate at …/crop")]
    at: ShownTime
    read: ShownRead

    @classmethod
    def of(cls, hit: PlateHit) -> Self:
        """The row as it is shown."""
        return cls(
            id=hit.id,
            wanted_vehicle_id=hit.wanted_vehicle_id,
            wanted_plate=hit.wanted.plate,
            incident_id=hit.incident_id,
            reasons=hit.reasons,
            verification=hit.verification,
            notice="확인 필요" if hit.verification == "needed" else None,
            crop=hit.read.has_crop,
            at=hit.at,
            read=ShownRead.of(hit.read),
        )


class ShownTrack(Page):
    """The hits of a vehicle in the order in which they arrived."""

    items: list[ShownHit]


class Verdict(Body):
    """What a person saw in the picture of the plate."""

    confirmed: bool


class OfferedUnit(Shown):
    """A unit that could be sent, or was, and where it said it is. Nobody is sent by a machine."""

    unit: str
    call_sign: str
    kind: str
    lat: float
    lon: float
    distance_m: float
    position_age_s: float
    busy: bool

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """The offer as it is shown."""
        return cls(
            unit=offer.unit.id,
            call_sign=offer.unit.call_sign,
            kind=offer.unit.kind,
            lat=offer.lat,
            lon=offer.lon,
            distance_m=offer.distance_m,
            position_age_s=round(offer.position_age_s, 1),
            busy=offer.busy,
        )


class OfferedUnits(Shown):
    """The nearest units with a fresh position, free ones first; and beside them those under way to the incident."""

    units: list[OfferedUnit]
    underway: list[OfferedUnit]
