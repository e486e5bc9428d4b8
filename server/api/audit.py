"""The auditors' face: 접속기록 in the order it was written. Each page that is read is recorded too."""

from typing import Annotated, Any, Self

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Select, select

from server import errors
from server.access.viewer import Caller
from server.api.call import needs, refuses
from server.api.deps import deps
from server.api.fields import Id, Shown, ShownTime, Time
from server.api.paging import Page, PageQuery, page
from server.audit.check import check
from server.audit.log import Tag, record
from server.models import AuditCheckpoint, AuditEvent, Role

audit = APIBlueprint("audit", __name__)


class EventsQuery(PageQuery):
    """How much of it, from where. Each page adds a row: of one row each, the last page would never come."""

    limit: Annotated[int, Field(ge=2, le=200)] = 50
    since: Annotated[Time | None, Field(alias="from")] = None
    until: Time | None = None
    tag: Annotated[str | None, Field(pattern=r"^[a-z_:]{1,60}$", description="how the act's name begins")] = None
    actor: Annotated[Id | None, Field(description="the id of who did it")] = None

    @property
    def narrows(self) -> dict[str, str]:
        """What the search was narrowed to, for the record."""
        return {
            name: str(value) for name, value in self.model_dump(exclude={"limit", "cursor"}, exclude_none=True).items()
        }

    def of(self, found: Select[AuditEvent]) -> Select[AuditEvent]:
        """Those of the rows that are asked for."""
        if self.since is not None:
            found = found.where(AuditEvent.at >= self.since)
        if self.until is not None:
            found = found.where(AuditEvent.at < self.until)
        if self.tag is not None:
            found = found.where(AuditEvent.tag.startswith(self.tag, autoescape=True))
        if self.actor is not None:
            found = found.where(AuditEvent.actor_id == self.actor)
        return found


class ShownEvent(Shown):
    """One act or refusal. ``hash`` covers the rest and ``previous_hash``; without ``salt`` the content was removed."""

    seq: int
    at: ShownTime
    tag: str
    actor_kind: str
    actor_id: str
    subject: dict[str, Any]
    request_id: str | None
    remote_address: str | None
    salt: str | None
    content_hash: str | None
    previous_hash: str
    hash: str


class ShownEvents(Page):
    """Events, the oldest first."""

    items: list[ShownEvent]

    @classmethod
    def of(cls, rows: list[AuditEvent], cursor: str | None) -> Self:
        """The rows as they are shown."""
        return cls(items=[ShownEvent.model_validate(row) for row in rows], next_cursor=cursor)


class ShownCheckpoint(Shown):
    """What the first ``size`` rows were at that time; ``note`` says the same, signed (C2SP tlog-checkpoint)."""

    size: int
    at: ShownTime
    root: str
    note: str


class ShownCheckpoints(Page):
    """Checkpoints, the oldest first."""

    items: list[ShownCheckpoint]


class VerificationQuery(BaseModel):
    """The rows of which time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Time = Field(alias="from")
    until: Time

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.since >= self.until:
            raise ValueError("from must lie before until")
        return self


class ShownVerification(Shown):
    """``wrong_seq``: the first row that is not as it was recorded (null: all are). Not ``complete``: go on later."""

    first_seq: int
    last_seq: int
    rows: int
    checkpoints: int
    wrong_seq: int | None
    complete: bool


@audit.get("/v1/audit/events")
@needs(Role.AUDITOR)
@refuses(errors.CursorInvalid)
@audit.input(EventsQuery, location="query")
@audit.output(ShownEvents)
def events(query_data: EventsQuery, caller: Caller) -> ShownEvents:
    """Read the access log: the province's auditors all of it, others what their agency's people did."""
    with deps().transaction() as session:
        found = query_data.of(select(AuditEvent).where(caller.viewer.scope.acts()))
        rows, cursor = page(session, found, AuditEvent.seq, query_data)
        record(session, Tag.AUDIT_READ, caller.actor, now=deps().now(), **query_data.narrows)
        return ShownEvents.of(rows, cursor)


@audit.get("/v1/audit/checkpoints")
@needs(Role.AUDITOR)
@refuses(errors.CursorInvalid)
@audit.input(PageQuery, location="query")
@audit.output(ShownCheckpoints)
def checkpoints(query_data: PageQuery, caller: Caller) -> ShownCheckpoints:  # noqa: ARG001 — they tell of nobody
    """List what was signed, to be kept elsewhere."""
    with deps().read() as session:
        rows, cursor = page(session, select(AuditCheckpoint), AuditCheckpoint.size, query_data)
        return ShownCheckpoints(items=[ShownCheckpoint.model_validate(row) for row in rows], next_cursor=cursor)


@audit.get("/v1/audit/verification")
@needs(Role.AUDITOR)
@audit.input(VerificationQuery, location="query")
@audit.output(ShownVerification)
def verification(query_data: VerificationQuery, caller: Caller) -> ShownVerification:
    """Check the rows of a time against each other and their checkpoints; an export proves it far from here."""
    asked = {"from": query_data.since.isoformat(), "until": query_data.until.isoformat()}
    with deps().transaction() as session:
        record(session, Tag.AUDIT_READ, caller.actor, now=deps().now(), verification=True, **asked)
    with deps().read() as session:
        return ShownVerification.model_validate(check(session, query_data.since, query_data.until))
