"""The auditors' face for the monthly review: what is due, the report as data, table or page, and signing it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from apiflask import APIBlueprint
from flask import Response, json, render_template
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import PROSE, Body, Shown, ShownTime
from server.api.paging import Page, PageQuery, page
from server.audit import table
from server.audit.log import Tag, record
from server.inert import inert
from server.models import MonthlyReview, Role
from server.reviews import months
from server.reviews.months import ReviewStatus

reviews = APIBlueprint("reviews", __name__)
TITLES = {
    "views": "열람 합계",
    "by_basis": "권한 근거별",
    "by_purpose": "이용 목적별",
    "by_service": "연계 서비스별",
    "by_legal_basis": "법적 근거별",
    "out_of_hours": "업무시간 외 열람",
    "top_viewers": "열람이 많은 사용자",
    "refusals": "접근 거부",
    "break_glass": "긴급 접근",
    "unapproved": "승인되지 않은 권한",
    "anomalies": "이상 접속",
    "duties": "통지·파기 의무",
}
CONTENT = {
    "application/json": {"schema": {"type": "object", "properties": {name: {} for name in TITLES}}},
    "text/csv": {"schema": {"type": "string"}},
    "text/html": {"schema": {"type": "string"}},
}
ANSWER: Any = {200: {"description": "The report as it was signed, or as it is now", "content": CONTENT}}


class ReviewQuery(PageQuery):
    """Which of them."""

    status: ReviewStatus | None = None


class FormQuery(BaseModel):
    """In which form; html is one page to print."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["json", "csv", "html"] = "json"


class Signature(Body):
    """The digest of the report that was read, and what the auditor makes of it."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    note: Annotated[str, Field(min_length=1, max_length=2000, pattern=PROSE)]


class ShownReview(Shown):
    """One month of one agency."""

    id: str
    agency_id: str
    month: str
    status: ReviewStatus
    due_at: ShownTime
    signed_by: str | None
    signed_at: ShownTime | None
    note: str | None
    digest: str | None

    @classmethod
    def of(cls, row: MonthlyReview, now: datetime) -> Self:
        """The row as it stands at that moment."""
        own = {name: getattr(row, name) for name in cls.model_fields if name != "status"}
        return cls(**own, status=months.status(row, now))


class ShownReviews(Page):
    """Reviews by agency and month."""

    items: list[ShownReview]


@reviews.get("/v1/reviews")
@needs(Role.AUDITOR)
@refuses(errors.CursorInvalid)
@reviews.input(ReviewQuery, location="query")
@reviews.output(ShownReviews)
def listed(query_data: ReviewQuery, caller: Caller) -> ShownReviews:
    """List the months to review and those reviewed; overdue ones with status=overdue."""
    now, found = deps().now(), months.concerning(caller.viewer)
    if query_data.status is not None:
        found = found.where(months.with_status(query_data.status, now))
    with deps().transaction() as session:
        months.begin(session, deps().thresholds, now=now)
        rows, cursor = page(session, found, MonthlyReview.id, query_data)
        return ShownReviews(items=[ShownReview.of(row, now) for row in rows], next_cursor=cursor)


@reviews.get("/v1/reviews/<id:review_id>")
@needs(Role.AUDITOR)
@refuses(errors.ReviewUnknown)
@reviews.input(FormQuery, location="query")
@reviews.doc(responses=ANSWER)
def report(review_id: str, query_data: FormQuery, caller: Caller) -> Response:
    """Read the report of a month."""
    now = deps().now()
    with deps().transaction() as session:
        months.begin(session, deps().thresholds, now=now)
        row = months.find(session, caller.viewer, review_id)
        record(session, Tag.AUDIT_READ, caller.actor, now=now, review=review_id, format=query_data.format)
        shown = {**months.report(session, row, deps().thresholds), "review": ShownReview.of(row, now).model_dump()}
    match query_data.format:
        case "json":
            return Response(json.dumps(shown), mimetype="application/json")
        case "csv":
            headers = {"Content-Disposition": f'attachment; filename="review-{review_id}.csv"'}
            return Response(_csv(shown), content_type="text/csv; charset=utf-8", headers=headers)
        case "html":
            sections = {title: list(_lines(shown.get(name, {}))) for name, title in TITLES.items()}
            return Response(render_template("review.html", shown=shown, sections=sections, inert=inert))


@reviews.post("/v1/reviews/<id:review_id>/signature")
@needs(Role.AUDITOR)
@refuses(errors.ReviewUnknown, errors.ReviewTooEarly, errors.ReviewChanged)
@reviews.input(Signature)
@reviews.output(ShownReview)
def signed(review_id: str, json_data: Signature, caller: Caller) -> Response:
    """Sign the report that was read. The first signature stands."""

    def act(session: Session) -> Answer:
        now, signature = deps().now(), months.Signature(json_data.digest, json_data.note, deps().thresholds)
        return ShownReview.of(months.sign(session, caller, review_id, signature, now=now), now), 200

    return change(caller, act)


def _csv(shown: dict[str, Any]) -> Iterator[str]:
    yield "\ufeff" + table.line(["구분", "항목", "값"])
    for name, title in TITLES.items():
        for item, value in _lines(shown.get(name, {})):  # a report signed before there was that section
            yield table.line([title, item, value])


def _lines(value: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Each single value with its path: ``by_code.role_missing``, ``0.viewer_id``."""
    if not isinstance(value, dict | list):
        yield before, value
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value, start=1)
    for name, one in inner:
        yield from _lines(one, f"{before}.{name}" if before else str(name))
