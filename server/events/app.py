"""``GET /v1/events``: one endless response per page. A bare WSGI application under gevent.

The token is checked when the page comes; the stream ends a little after the token does, and the page comes back with
a fresh one and ``Last-Event-ID``. A page that first opens the stream and then reads its dispatches misses nothing.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from gevent.queue import Empty
from sqlalchemy.exc import SQLAlchemyError

from server import errors, logs
from server.access import presented
from server.access.keys import Keys
from server.access.presented import Doors, Presented
from server.access.viewer import Viewer
from server.clock import Clock
from server.events import wire
from server.events.hub import Hub
from server.events.outbox_reader import since
from server.models import OutboxEvent

PING_S = 15.0
GRACE = timedelta(seconds=30)  # for the page to come back with a new token before the old stream ends
LAST_EVENT_ID = re.compile(r"[0-9]{1,18}")
LOG = logs.get("events")

Start = Callable[..., object]


class EventsApp:
    """The WSGI application."""

    def __init__(self, hub: Hub, doors: Doors, keys: Keys, *, issuer: str, now: Clock) -> None:
        self._hub, self._keys, self._issuer, self._now = hub, keys, issuer, now
        self._doors = doors

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        try:
            if environ["PATH_INFO"] != "/v1/events":
                raise errors.NotFound("only /v1/events is served here")
            if environ["REQUEST_METHOD"] != "GET":
                raise errors.MethodNotAllowed("use GET")
            viewer, claims = presented.viewer(
                self._presented(environ), self._doors, self._keys, issuer=self._issuer, now=self._now()
            )
            if viewer.locked:
                raise errors.LoginLocked(presented.LOCKED)
        except errors.Refusal as refusal:
            return _refuse(refusal, environ, start_response)
        except SQLAlchemyError:
            unavailable = errors.ServerUnavailable("the database does not answer; try again in a moment")
            return _refuse(unavailable, environ, start_response)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        start_response("200 OK", list(headers.items()))
        LOG.info("stream opened", caller=viewer.subject, request_id=environ.get("HTTP_X_REQUEST_ID"))
        return self._stream(viewer, claims.expires_at + GRACE, environ.get("HTTP_LAST_EVENT_ID", ""))

    def _presented(self, environ: dict[str, Any]) -> Presented:
        authorization, proof = str(environ.get("HTTP_AUTHORIZATION", "")), environ.get("HTTP_DPOP")
        here = f"{environ.get('HTTP_X_FORWARDED_PROTO', 'http')}://{environ.get('HTTP_HOST', '')}"
        origins = [self._issuer, *([here] if environ.get("HTTP_X_LISTENER") == "management" else [])]
        return Presented(authorization, proof, environ["REQUEST_METHOD"], environ["PATH_INFO"], origins)

    def _stream(self, viewer: Viewer, until: datetime, last_event_id: str) -> Iterator[bytes]:
        subscriber = self._hub.subscribe(viewer)
        try:
            yield b"retry: 1000\n\n"
            replayed = self._missed(viewer, last_event_id)
            for event in replayed:
                yield wire.event(event.kind, event.data, event.id).wire
            given = {event.id for event in replayed}
            while (left_s := (until - self._now()).total_seconds()) > 0 and not (
                subscriber.closed and subscriber.queue.empty()
            ):
                try:
                    item = subscriber.queue.get(timeout=min(PING_S, left_s))
                except Empty:
                    yield wire.PING
                    continue
                if item is None:
                    return
                if item.id not in given:
                    yield item.wire
        finally:
            self._hub.unsubscribe(subscriber)

    def _missed(self, viewer: Viewer, last_event_id: str) -> list[OutboxEvent]:
        if not LAST_EVENT_ID.fullmatch(last_event_id):
            return []
        with self._doors[1]() as session:
            return since(session, int(last_event_id), viewer.audiences)


def _refuse(refusal: errors.Refusal, environ: dict[str, Any], start_response: Start) -> list[bytes]:
    request_id = str(environ.get("HTTP_X_REQUEST_ID") or secrets.token_urlsafe(12))
    body = json.dumps(refusal.problem(request_id), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
    }
    if refusal.status == 401:
        headers["WWW-Authenticate"] = presented.challenge(refusal)
    LOG.info("stream refused", code=refusal.code, request_id=request_id)
    start_response(f"{refusal.status} {HTTPStatus(refusal.status).phrase}", list(headers.items()))
    return [body]
