"""nginx's question about every media request: may this session have this camera now? A bare WSGI application.

204 with ``X-Origin``, 403, or 503 when no host could serve it. Whatever goes wrong is a 500, which nginx treats as no.
What the gate learns on the way (who still watches, who was refused) is written behind, by one thread.
"""

import atexit
import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server import logs
from server.access import facts, playback
from server.access.facts import MediaRequest
from server.access.may import Refused, may
from server.audit import log
from server.clock import Clock
from server.db import Transaction

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
FLUSH_S = 5.0  # streams.WATCHED allows for one lost flush
SAY_AGAIN = timedelta(seconds=60)  # a player that keeps asking is recorded once a minute
LOG = logs.get("gate")
ALLOWED = "allowed"
Headers = list[tuple[str, str]]


def verdict(found: MediaRequest | None, camera_id: str, *, now: datetime) -> tuple[int, str]:
    """The status, and a code for the log. Pure."""
    if found is None:
        return 403, "session_unknown"
    if found.camera_id != camera_id:
        return 403, "another_camera"
    if found.ended:
        return 403, "session_ended"
    decision = may(found.viewer, found.facts, now=now)
    if isinstance(decision, Refused):
        return 403, decision.why.code
    return (204, ALLOWED) if found.origin else (503, "no_origin")


class Gate:
    """The WSGI application, and the memory of what is still to be written."""

    def __init__(self, read: Transaction, transaction: Transaction, now: Clock) -> None:
        self._read, self._transaction, self._now = read, transaction, now
        self._lock = threading.Lock()
        self._watching: set[str] = set()
        self._refused: dict[tuple[str, str], log.Actor] = {}
        self._said: dict[tuple[str, str], datetime] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one request."""
        status, headers = 404, Headers()
        if environ["PATH_INFO"] == "/internal/gate" and environ["REQUEST_METHOD"] == "GET":
            status, headers = self._answer(environ)
        if status != HTTPStatus.NO_CONTENT:  # which has no length (RFC 9110 §8.6)
            headers.append(("Content-Length", "0"))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return []

    def _answer(self, environ: dict[str, Any]) -> tuple[int, Headers]:
        sid, camera_id = environ.get("HTTP_X_SESSION", ""), environ.get("HTTP_X_CAMERA", "")
        if not NAME.fullmatch(sid) or not NAME.fullmatch(camera_id):
            return 403, Headers()
        now = self._now()
        try:
            with self._read() as session:
                found = facts.of_media_request(session, sid=sid, now=now)
            status, code = verdict(found, camera_id, now=now)
        except SQLAlchemyError as error:
            LOG.warning("database unavailable", kind=type(error).__name__)
            return 500, Headers()
        if found is not None:
            self._remember(found, status, code, now)
        return status, [("X-Origin", found.origin)] if found and found.origin and code == ALLOWED else []

    def _remember(self, found: MediaRequest, status: int, code: str, now: datetime) -> None:
        with self._lock:
            if status != HTTPStatus.FORBIDDEN:  # who waits for a host still watches
                self._watching.add(found.session_id)
            elif self._said.get((found.session_id, code), now - SAY_AGAIN) <= now - SAY_AGAIN:
                self._said[found.session_id, code] = now
                self._refused[found.session_id, code] = log.Actor(found.viewer.kind, found.viewer.id)

    def flush(self) -> None:
        """Write what was learned since the last time; on failure it is lost, as the next requests say it again."""
        now = self._now()
        with self._lock:
            watching, self._watching = self._watching, set()
            refused, self._refused = self._refused, {}
            self._said = {key: at for key, at in self._said.items() if at > now - SAY_AGAIN}
        if not watching and not refused:
            return
        with self._transaction() as session:
            playback.seen(session, watching, now=now)
            for (session_id, code), actor in refused.items():
                log.record(session, log.Tag.MEDIA_REFUSED, actor, now=now, session=session_id, code=code)

    def start(self) -> None:
        """Flush every few seconds from a thread of its own, and when the process ends."""
        threading.Thread(target=self._run, name="gate-flush", daemon=True).start()
        atexit.register(self._try_flush)

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(FLUSH_S):
            self._try_flush()

    def _try_flush(self) -> None:
        try:
            self.flush()
        except SQLAlchemyError as error:
            LOG.warning("flush failed", kind=type(error).__name__)
