"""The application (ASGI) nginx asks: 204 with ``X-Origin``, 403, or 503 when no host serves it or too little is known.

What is known is normally some milliseconds old. When it is older than 3 s, only sessions go on that were served before;
when older than 10 s, none does. An unknown sid waits for the next look at the database: guessing costs no query.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import Engine

from server import db, logs
from server.access import facts
from server.access.facts import Watching
from server.access.may import Refused, may
from server.clock import Clock, Steady
from server.gate.feed import Feed
from server.gate.notes import Notes

NAME = re.compile(rb"[A-Za-z0-9_-]{1,64}")
NEW_S = 3.0
GONE_S = 10.0
LOOK_WITHIN_S = 0.5  # nginx waits for 0.8
LOOK_PAUSE_S = 0.005
ALLOWED = "allowed"
LOG = logs.get("gate")
Headers = list[tuple[bytes, bytes]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def verdict(found: Watching, camera_id: str, origin: str | None, *, now: datetime) -> tuple[int, str]:
    """The status, and a code for the log. Pure."""
    if found.camera_id != camera_id:
        return 403, "another_camera"
    if found.ended:
        return 403, "session_ended"
    decision = may(found.viewer, found.facts, now=now)
    if isinstance(decision, Refused):
        return 403, decision.why.code
    return (204, ALLOWED) if origin else (503, "no_origin")


class Gate:
    """The application; ``feed`` and ``notes`` have a thread each while it serves."""

    def __init__(self, engine: Engine, now: Clock, steady: Steady) -> None:
        self.feed = Feed(engine, now, steady)
        self.notes = Notes(db.read(engine), db.transaction(engine), now)
        self._now = now

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        status, headers = 404, Headers()
        if scope["path"] == "/internal/gate" and scope["method"] == "GET":
            status, headers = await self._answer(dict(scope["headers"]))
        if status != HTTPStatus.NO_CONTENT:  # which has no length (RFC 9110 §8.6)
            headers.append((b"content-length", b"0"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def decide(self, sid: str, camera_id: str) -> tuple[int, str | None] | None:
        """The status and the host; None for a sid that is not in memory."""
        age_s = self.feed.age_s()
        if age_s > GONE_S:
            return 503, None
        memory, now = self.feed.memory, self._now()
        found = memory.get(facts.sid_hash(sid))
        if found is None:
            return None
        origin = memory.origins.of(camera_id, now=now)
        status, code = verdict(found, camera_id, origin, now=now)
        if status == HTTPStatus.FORBIDDEN:
            self.notes.refused(found, code)
            return status, None
        if age_s > NEW_S and found.session_id not in memory.served:
            return 503, None
        self.notes.watches(found)  # who waits for a host still watches
        if code != ALLOWED:
            return status, None
        memory.served.add(found.session_id)
        return status, origin

    async def _answer(self, headers: dict[bytes, bytes]) -> tuple[int, Headers]:
        sid, camera_id = headers.get(b"x-session", b""), headers.get(b"x-camera", b"")
        if not NAME.fullmatch(sid) or not NAME.fullmatch(camera_id):
            return 403, []
        asked = sid.decode(), camera_id.decode()
        decision = self.decide(*asked)
        if decision is None:
            if not await self._looked():
                return 503, []
            decision = self.decide(*asked)
        if decision is None:
            self.notes.stranger(facts.sid_hash(asked[0]))
            return 403, []
        status, origin = decision
        return status, [(b"x-origin", origin.encode())] if origin else []

    async def _looked(self) -> bool:
        """Wait for the end of a look that begins after the call; False when the database keeps everybody waiting."""
        wanted = self.feed.begun + 1
        pauses = int(LOOK_WITHIN_S / LOOK_PAUSE_S) if self.feed.age_s() <= NEW_S else 0
        for _ in range(pauses):
            if self.feed.ended >= wanted:
                return True
            await asyncio.sleep(LOOK_PAUSE_S)
        return self.feed.ended >= wanted

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            told = (await receive())["type"]
            if told == "lifespan.startup":
                self.feed.start()
                self.notes.start()
            else:
                self.feed.stop()
                self.notes.stop()
                LOG.info("gate ended")
            await send({"type": f"{told}.complete"})
            if told == "lifespan.shutdown":
                return
