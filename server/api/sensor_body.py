"""What sensor events and the rules for them look like on the way in and on the way out."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from server.api import several
from server.api.fields import LINE, PROSE, Body, Id, Shown, ShownTime, Time, Whole, mend
from server.api.paging import Page, PageQuery
from server.errors import Refusal
from server.models import LegalBasis, SensorEvent, SensorKind, SensorRule, Service
from server.sensing import kind as kinds
from server.sensing import raising
from server.sensing.events import Outcome, Seen
from server.sensing.rules import Wish

BATCH = 200
Kind = Annotated[SensorKind, Field(strict=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Priority = Annotated[Whole, Field(ge=0, le=4, description="of the incident; 0 is the most urgent")]


class Box(Body):
    """Where in the picture: fractions of its width and height, from the top left corner."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction


class NewSensorEvent(Body):
    """One message of a camera or of the analytics that watch it."""

    camera_id: Id
    kind: Kind | None = None
    topic: Annotated[
        str | None, Field(min_length=1, max_length=200, pattern=LINE, description="of ONVIF, instead of kind")
    ] = None
    at: Time
    external_id: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    active: Annotated[bool, Field(description="false: what it tells of is over")] = True
    confidence: Fraction | None = None
    box: Box | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.kind is None) == (self.topic is None):
            raise ValueError("send either kind or topic")
        return self

    def seen(self) -> Seen:
        """The message as the core takes it. Raises SensorTopicUnknown."""
        kind = kinds.of_topic(self.topic) if self.kind is None and self.topic else self.kind
        assert kind is not None
        box = [self.box.x, self.box.y, self.box.width, self.box.height] if self.box else None
        return Seen(self.camera_id, kind, self.at, self.external_id, self.active, self.confidence, box)


class NewSensorEvents(Body):
    """One message by its members, or up to 200 as ``events``. Of several each is taken or refused by itself."""

    model_config = ConfigDict(json_schema_extra=lambda schema: several.either(schema, "events", NewSensorEvent))

    events: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=BATCH)]
    single: bool = False

    @model_validator(mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return several.wrapped(value, "events")

    def batch(self) -> list[Seen | Refusal]:
        """The messages as the core takes them, and what is wrong with those that are none."""
        return [_seen(one) for one in self.events]


def _seen(value: dict[str, Any]) -> Seen | Refusal:
    try:
        return NewSensorEvent.model_validate(value).seen()
    except ValidationError as error:
        return mend(error)
    except Refusal as refusal:
        return refusal


class SensorOutcome(Shown):
    """What became of one message."""

    status: str
    event_id: str | None
    code: str | None
    detail: str | None
    field: str | None

    @classmethod
    def of(cls, one: Outcome) -> Self:
        """The outcome as it is shown."""
        refusal = one.refusal
        field = refusal.extension.get("field") if refusal else None
        said = {"code": refusal.code if refusal else None, "detail": str(refusal) if refusal else None, "field": field}
        return cls(status=one.status, event_id=one.event_id, **said)


class SensorOutcomes(Shown):
    """What became of each message, in the order in which they were sent."""

    accepted: int
    joined: int
    repeated: int
    refused: int
    results: list[SensorOutcome]

    @classmethod
    def of(cls, outcomes: list[Outcome]) -> Self:
        """The outcomes as they are shown, counted."""
        names = ("accepted", "joined", "repeated", "refused")
        counts = {name: sum(one.status == name for one in outcomes) for name in names}
        return cls(**counts, results=[SensorOutcome.of(one) for one in outcomes])


class SensorQuery(PageQuery):
    """How much of the list, from where, of what."""

    camera_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    kind: SensorKind | None = None
    about: Annotated[
        Literal["scene", "camera"] | None, Field(description="what is before the cameras, or what ails them")
    ] = None
    newest_first: bool = False


class ShownSensorEvent(Shown):
    """One thing at one camera. ``label`` and ``notice`` stand beside it: a machine says so, nobody has looked."""

    id: str
    camera_id: str
    camera_name: str
    kind: str
    first_at: ShownTime
    last_at: ShownTime
    ended_at: ShownTime | None
    count: int
    confidence: float | None
    box: list[float] | None
    label: str | None
    notice: str | None
    incident_id: str | None

    @classmethod
    def of(cls, row: SensorEvent) -> Self:
        """The row as it is shown."""
        by_machine = row.kind not in kinds.HEALTH
        unseen = by_machine and row.raised_by in {None, raising.RULE}
        made = {"camera_name": row.camera.name, "label": "AI" if by_machine else None}
        made["notice"] = "확인 필요" if unseen else None
        return cls(**made, **{name: getattr(row, name) for name in cls.model_fields if name not in made})


class ShownSensorEvents(Page):
    """Events in the order in which they arrived first, or the other way round."""

    items: list[ShownSensorEvent]


class NewSensorIncident(Body):
    """To which room an event goes, as what, and what was seen."""

    agency_id: Id
    service: Annotated[Service, Field(strict=False)]
    priority: Priority
    legal_basis: Annotated[LegalBasis, Field(strict=False)]
    summary: Annotated[str, Field(min_length=1, max_length=1000, pattern=PROSE)] | None = None

    def wish(self) -> raising.Wish:
        """The report as the core takes it."""
        return raising.Wish(self.agency_id, self.service, self.priority, self.legal_basis, self.summary)


class RaisedIncident(Shown):
    """Which incident the event has become."""

    event_id: str
    incident_id: str


class RuleBody(Body):
    """Events of this kind become incidents of that room."""

    kind: Kind
    agency_id: Id
    service: Annotated[Service, Field(strict=False)]
    priority: Priority
    legal_basis: Annotated[LegalBasis, Field(strict=False)]
    least_confidence: Fraction = 0.0


class SensorRules(Body):
    """All rules of a centre, at most one for a kind."""

    rules: Annotated[list[RuleBody], Field(max_length=len(SensorKind))]

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        if len({rule.kind for rule in self.rules}) != len(self.rules):
            raise ValueError("there is one rule for a kind at most")
        return self

    def wishes(self) -> list[Wish]:
        """The rules as the core takes them."""
        return [Wish(**rule.model_dump()) for rule in self.rules]


class ShownRule(Shown):
    """A rule."""

    kind: str
    agency_id: str
    service: str
    priority: int
    legal_basis: str
    least_confidence: float


class ShownRules(Shown):
    """The rules of a centre."""

    centre_id: str
    rules: list[ShownRule]

    @classmethod
    def of(cls, centre_id: str, rows: list[SensorRule]) -> Self:
        """The rows as they are shown."""
        return cls(centre_id=centre_id, rules=[ShownRule.model_validate(row) for row in rows])
