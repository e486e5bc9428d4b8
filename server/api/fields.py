"""The kinds of field that bodies are made of, with their bounds. Strict: a number in quotes is not a number."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from server import korea
from server.errors import InvalidRequest, PositionOutsideKorea, Refusal

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Body(BaseModel):
    """A request: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Shown(BaseModel):
    """A response, read from rows."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be an RFC 3339 time in text, such as 2026-11-02T09:30:00+09:00")  # noqa: TRY004
    return value


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 4.0 is the whole number 4."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sane(value: datetime) -> datetime:
    if not EARLIEST <= value < LATEST:
        raise ValueError("must lie between 2000 and 2100")
    return value.astimezone(UTC)


def _closed(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    if ring[0] != ring[-1]:
        raise ValueError("the ring must end where it begins")
    return ring


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _within(least: float, most: float) -> AfterValidator:
    """A coordinate's bounds: what lies outside has a code of its own."""

    def held(value: float) -> float:
        if not least <= value <= most:
            raise PydanticCustomError(
                "position_outside_korea", f"WGS 84 in Korea: latitude {korea.LATS}, longitude {korea.LONS}"
            )
        return value

    return AfterValidator(held)


def _shown(least: float, most: float) -> Any:
    """Bounds for the document."""
    return Field(json_schema_extra={"minimum": least, "maximum": most})


Time = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text), AfterValidator(_sane)]
ShownTime = Annotated[
    datetime, PlainSerializer(_rfc3339, return_type=str), Field(json_schema_extra={"format": "date-time"})
]
Whole = Annotated[int, BeforeValidator(_whole)]
Port = Annotated[int, Field(ge=1, le=65_535), BeforeValidator(_whole)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
LINE = r"^[^\x00-\x1f\x7f]+$"  # no control characters: they forge log lines and no database stores NUL
PROSE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"  # may have line breaks and tabs
Lat = Annotated[float, _within(*korea.LATS), _shown(*korea.LATS)]
Lon = Annotated[float, _within(*korea.LONS), _shown(*korea.LONS)]
Corner = tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]]
Vertex = Annotated[Corner, Field(strict=False)]  # JSON knows only lists; cameras.drawn says what is an area
Ring = Annotated[list[Vertex], Field(min_length=4, max_length=200), AfterValidator(_closed)]
Degrees = Annotated[float, Field(ge=0, le=360)]


class By(Body):
    """By what a camera is looked at: exactly one of them."""

    incident_id: Id | None = None
    grant_id: Id | None = None
    centre: Annotated[Literal["own"] | None, Field(description="the camera is one of the caller's own centre")] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if [self.incident_id, self.grant_id, self.centre].count(None) != 2:
            raise ValueError("send one of incident_id, grant_id and centre")
        return self


class Location(Body):
    """A place, WGS 84."""

    lat: Lat
    lon: Lon
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    address: Annotated[str, Field(max_length=200, pattern=LINE)] | None = None


def mend(error: ValidationError) -> Refusal:
    """What is wrong with a body; no value of it is repeated.

    PositionOutsideKorea where nothing but places is wrong, else InvalidRequest.
    """
    found = [
        {"field": ".".join(map(str, one["loc"])), "code": one["type"], "message": one["msg"]}
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    names = ", ".join(sorted({one["field"] or "the body" for one in found}))
    kind = PositionOutsideKorea if {one["code"] for one in found} == {PositionOutsideKorea.code} else InvalidRequest
    return kind(f"mend: {names} ({found[0]['message']})", field=found[0]["field"], errors=found)
