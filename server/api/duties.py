"""What the caller's agency must still do after incidents, and saying that it is done."""

from datetime import datetime
from typing import Annotated, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import duties as core
from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import PROSE, Body, Shown, ShownTime
from server.api.paging import Page, PageQuery, page_by_time
from server.models import Duty, DutyKind, DutyMeans, DutyStatus, Role, Service

duties = APIBlueprint("duties", __name__)
PEOPLE = (Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)


class DutyQuery(PageQuery):
    """Which of them: without a status all that are not done, those that are overdue first."""

    status: DutyStatus | None = None


class Done(Body):
    """How it was done: a notice by sms, email, fax, phone or post; a destruction: erased or nothing_kept."""

    means: Annotated[DutyMeans, Field(strict=False)]
    note: Annotated[str | None, Field(min_length=1, max_length=500, pattern=PROSE)] = None


class ShownDuty(Shown):
    """A duty as it stands. ``subject`` is there until it is done."""

    id: str
    kind: DutyKind
    status: DutyStatus
    incident_id: str
    incident_external_id: str
    service: Service
    subject: str | None
    opened_at: ShownTime
    due_at: ShownTime
    closed_at: ShownTime | None
    closed_by: str | None
    means: DutyMeans | None
    note: str | None

    @classmethod
    def of(cls, row: Duty, now: datetime) -> Self:
        """The row as it stands at that moment."""
        incident = row.incident
        found: dict[str, str] = {
            "status": core.status(row, now),
            "service": incident.service,
            "incident_external_id": incident.external_id,
        }
        return cls(**found, **{name: getattr(row, name) for name in cls.model_fields if name not in found})


class ShownDuties(Page):
    """Duties, what is due first first."""

    items: list[ShownDuty]


@duties.get("/v1/duties")
@needs(*PEOPLE)
@refuses(errors.CursorInvalid)
@duties.input(DutyQuery, location="query")
@duties.output(ShownDuties)
def listed(query_data: DutyQuery, caller: Caller) -> ShownDuties:
    """List what the caller's agency must do until when; what is overdue comes first."""
    now, found = deps().now(), core.concerning(caller.viewer)
    which = Duty.closed_at.is_(None) if query_data.status is None else core.with_status(query_data.status, now)
    with deps().read() as session:
        rows, cursor = page_by_time(session, found.where(which), (Duty.due_at, Duty.id), query_data)
        return ShownDuties(items=[ShownDuty.of(row, now) for row in rows], next_cursor=cursor)


@duties.post("/v1/duties/<id:duty_id>/completion")
@needs(*PEOPLE)
@refuses(errors.DutyUnknown, errors.DutyClosed, errors.DutyMeansInvalid)
@duties.input(Done)
@duties.output(ShownDuty)
def completed(duty_id: str, json_data: Done, caller: Caller) -> Response:
    """Say that a duty of the caller's agency is done, in time or late. What is said first stands."""
    done = core.Completion(json_data.means, json_data.note)

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownDuty.of(core.complete(session, caller, duty_id, done, now=now), now), 200

    return change(caller, act)
