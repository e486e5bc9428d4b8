"""The auditors' face for what is odd in the record, and the officers' for explaining it (소명)."""

from datetime import datetime
from typing import Annotated, Any, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import PROSE, Body, Shown, ShownTime, Time
from server.api.paging import Page, PageQuery, page
from server.audit.log import Tag, record
from server.models import Anomaly, AnomalyKind, AnomalyStatus, Role, Severity
from server.reviews import anomalies as core

anomalies = APIBlueprint("anomalies", __name__)
ASKED = (Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)
Prose = Annotated[str, Field(min_length=1, max_length=1000, pattern=PROSE)]


class Demand(Body):
    """What the officer is asked, and until when; a week, if it is not said."""

    question: Prose
    due_at: Time | None = None


class Answered(Body):
    """The officer's explanation."""

    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=PROSE)]


class Decision(Body):
    """Accepted, or passed on to those who decide about people; why."""

    accepted: bool
    note: Prose


class AnomalyQuery(PageQuery):
    """Which of them."""

    status: AnomalyStatus | None = None


class ShownAnomaly(Shown):
    """Something odd, the rows that show it, and how far its explanation is."""

    id: str
    kind: AnomalyKind
    severity: Severity
    officer_id: str
    agency_id: str
    reason: str
    evidence: list[dict[str, Any]]
    first_at: ShownTime
    last_at: ShownTime
    found_at: ShownTime
    status: AnomalyStatus
    question: str | None
    demanded_by: str | None
    demanded_at: ShownTime | None
    due_at: ShownTime | None
    overdue: bool
    explanation: str | None
    explained_at: ShownTime | None
    decided_by: str | None
    decided_at: ShownTime | None
    note: str | None

    @classmethod
    def of(cls, row: Anomaly, now: datetime) -> Self:
        """The row as it stands at that moment."""
        own = {name: getattr(row, name) for name in cls.model_fields if name != "overdue"}
        late = row.due_at is not None and now > row.due_at
        return cls(**own, overdue=late and row.status == AnomalyStatus.DEMANDED)


class ShownAnomalies(Page):
    """Anomalies in the order of their ids."""

    items: list[ShownAnomaly]


class Looked(Shown):
    """How many there were that nobody knew of."""

    found: int


@anomalies.post("/v1/anomalies")
@needs(Role.AUDITOR)
@anomalies.output(Looked)
def looked(caller: Caller) -> Response:
    """Look for anomalies now; a job does it every minute."""

    def act(session: Session) -> Answer:
        return Looked(found=core.look_at_once(session, deps().thresholds, now=deps().now())), 200

    return change(caller, act)


@anomalies.get("/v1/anomalies")
@needs(Role.AUDITOR)
@refuses(errors.CursorInvalid)
@anomalies.input(AnomalyQuery, location="query")
@anomalies.output(ShownAnomalies)
def listed(query_data: AnomalyQuery, caller: Caller) -> ShownAnomalies:
    """List the anomalies of the auditor's agency; the province's auditors see all but their own."""
    found = core.concerning(caller.viewer)
    if query_data.status is not None:
        found = found.where(Anomaly.status == query_data.status)
    now = deps().now()
    with deps().transaction() as session:
        rows, cursor = page(session, found, Anomaly.id, query_data)
        record(session, Tag.AUDIT_READ, caller.actor, now=now, list="anomalies")
        return ShownAnomalies(items=[ShownAnomaly.of(row, now) for row in rows], next_cursor=cursor)


@anomalies.post("/v1/anomalies/<id:anomaly_id>/explanation-demand")
@needs(Role.AUDITOR)
@refuses(errors.AnomalyUnknown, errors.AnomalyDecided)
@anomalies.input(Demand)
@anomalies.output(ShownAnomaly)
def demanded(anomaly_id: str, json_data: Demand, caller: Caller) -> Response:
    """Demand an explanation of the officer, who hears of it at once."""

    def act(session: Session) -> Answer:
        now = deps().now()
        due_at = json_data.due_at or core.due_at(deps().thresholds, now=now)
        if due_at <= now:
            raise errors.InvalidRequest("due_at must lie ahead", field="due_at")
        row = core.demand(session, caller, anomaly_id, core.Question(json_data.question, due_at), now=now)
        return ShownAnomaly.of(row, now), 200

    return change(caller, act)


@anomalies.get("/v1/me/explanations")
@needs(*ASKED)
@refuses(errors.CursorInvalid)
@anomalies.input(PageQuery, location="query")
@anomalies.output(ShownAnomalies)
def asked(query_data: PageQuery, caller: Caller) -> ShownAnomalies:
    """List what the caller was asked to explain, with what was found and what became of it."""
    now = deps().now()
    with deps().read() as session:
        rows, cursor = page(session, core.asked_of(caller.viewer), Anomaly.id, query_data)
        return ShownAnomalies(items=[ShownAnomaly.of(row, now) for row in rows], next_cursor=cursor)


@anomalies.post("/v1/anomalies/<id:anomaly_id>/explanation")
@needs(*ASKED)
@refuses(errors.AnomalyUnknown, errors.AnomalyDecided)
@anomalies.input(Answered)
@anomalies.output(ShownAnomaly)
def explained(anomaly_id: str, json_data: Answered, caller: Caller) -> Response:
    """Explain what the caller was asked about, in time or late."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownAnomaly.of(core.explain(session, caller, anomaly_id, json_data.text, now=now), now), 200

    return change(caller, act)


@anomalies.post("/v1/anomalies/<id:anomaly_id>/decision")
@needs(Role.AUDITOR)
@refuses(errors.AnomalyUnknown, errors.AnomalyDecided)
@anomalies.input(Decision)
@anomalies.output(ShownAnomaly)
def decided(anomaly_id: str, json_data: Decision, caller: Caller) -> Response:
    """Accept an anomaly as explained, or pass it on; with or without an explanation."""

    def act(session: Session) -> Answer:
        now, verdict = deps().now(), core.Verdict(json_data.accepted, json_data.note)
        row = core.decide(session, caller, anomaly_id, verdict, now=now)
        return ShownAnomaly.of(row, now), 200

    return change(caller, act)
