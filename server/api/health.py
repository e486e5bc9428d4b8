"""Whether the process lives, whether it can work, and how much it does. Metrics are for the management listener."""

from apiflask import APIBlueprint
from flask import Response
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server import errors, streams
from server.api.call import is_management, refuses
from server.api.deps import deps
from server.api.fields import Shown
from server.models import AuditHead, Dispatch, Incident, IncidentStatus, PlaybackSession

health = APIBlueprint("health", __name__)


class Health(Shown):
    """It answers."""

    status: str = "ok"


@health.get("/healthz")
@health.output(Health)
def healthz() -> Health:
    """Say that the process answers."""
    return Health()


@health.get("/readyz")
@refuses(errors.ServerUnavailable)
@health.output(Health)
def readyz() -> Health:
    """Say that the database answers and has our tables."""
    with deps().read() as session:
        if session.scalar(select(func.count()).select_from(AuditHead)) != 1:
            raise errors.ServerUnavailable("the database is not set up; run: python -m server migrate")
    return Health()


@health.get("/metrics")
@health.doc(hide=True)
def metrics() -> Response:
    """Read the gauges, counted in the database, so that any process of the pool gives the same ones."""
    if not is_management():
        raise errors.NotFound(errors.NOWHERE)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    with deps().read() as session:
        for name, (what, count) in _counts(session).items():
            Gauge(f"goldentime_{name}", what, registry=registry).set(count)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _counts(session: Session) -> dict[str, tuple[str, int]]:
    now = deps().now()
    watched = PlaybackSession.ended_at.is_(None) & (PlaybackSession.expires_at > now)
    return {
        "incidents_open": ("open incidents", _count(session, Incident.status == IncidentStatus.OPEN)),
        "dispatches_underway": ("dispatches not ended", _count(session, Dispatch.ended_at.is_(None))),
        "playback_sessions_open": ("open playback sessions", _count(session, watched)),
        "streams_wanted": ("cameras wanted now", streams.wanted(session, now=now)),
    }


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0
