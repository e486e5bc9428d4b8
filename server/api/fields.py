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

from server.errors import InvalidRequest

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


Time = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text), AfterValidator(_sane)]
ShownTime = Annotated[
    datetime, PlainSerializer(_rfc3339, return_type=str), Field(json_schema_extra={"format": "date-time"})
]
Whole = Annotated[int, BeforeValidator(_whole)]
Port = Annotated[int, Field(ge=1, le=65_535), BeforeValidator(_whole)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
LINE = r"^[^\x00-\x1f\x7f]+$"  # no control characters: they forge log lines and no database stores NUL
PROSE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"  # may have line breaks and tabs
Lat = Annotated[float, Field(ge=-90, le=90)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Vertex = Annotated[tuple[Lat, Lon], Field(strict=False)]  # JSON knows only lists
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


def mend(error: ValidationError) -> InvalidRequest:
    """What is wrong with one of several bodies, for a refusal of its own; no value of it is repeated."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    names = [".".join(map(str, one["loc"])) for one in found]
    return InvalidRequest(f"mend: {', '.join(sorted(set(names)))} ({found[0]['msg']})", field=names[0])
