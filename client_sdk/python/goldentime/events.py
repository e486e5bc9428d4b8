"""What the server pushes, as an iteration that comes back by itself when the line breaks.

``for event in client.events()`` gives each server event under its kind (``alert attachments dispatch incident``,
``cameras report grant request sharing hit sensor duty preservation grace revoked explanation stream ping``), and
``state`` whenever the line is ``online`` or ``offline``. Delivery is at least once. A line that stays silent for longer
than the pings are apart is taken for dead.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from goldentime.api import Api
from goldentime.errors import CallFailed, Refused
from goldentime.sse import EventReader
from goldentime.waiting import back_off
from goldentime.wire import SPREAD, Stream

PATH = "/v1/events"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``id`` is what came last before it, for ``client.events(last_id=…)`` after a restart."""

    kind: str
    data: dict[str, Any]
    id: str = ""


class Events:
    """The events of one caller. One thread iterates; any thread may ``stop``."""

    def __init__(self, api: Api, *, last_id: str = "") -> None:
        self._api = api
        self._reader = EventReader(last_id)
        self._stopped = threading.Event()
        self._stream: Stream | None = None
        self.state = "offline"

    def __iter__(self) -> Iterator[Event]:
        """Listen until ``stop``. Raises Refused when the login is over or may not listen."""
        failures = 0
        while not self._stopped.is_set():
            asked_s = 0.0
            try:
                for event in self._listen():
                    failures = 0
                    yield event
                failures = 0  # it ended in order, as at the end of a token: come back without alarm
            except (CallFailed, ValueError) as error:
                if self._stopped.is_set():
                    return
                if isinstance(error, Refused):
                    if error.status in {401, 403}:
                        raise
                    asked_s = error.retry_after_s or 0.0
                failures += 1
                yield from self._say("offline")
            self._stopped.wait(asked_s + back_off(max(failures, 1), SPREAD.random()))

    def stop(self) -> None:
        """End the iteration, also while it waits. Repeating it changes nothing."""
        self._stopped.set()
        if stream := self._stream:
            stream.cut()

    def _listen(self) -> Iterator[Event]:
        token = self._api.login.token()
        try:
            yield from self._read(token)
        except Refused as refused:
            if refused.status != 401:
                raise
            yield from self._read(self._api.login.token(instead_of=token))

    def _read(self, token: str) -> Iterator[Event]:
        headers = self._api.login.headers("GET", PATH, token) | {"Accept": "text/event-stream"}
        if self._reader.id:
            headers["Last-Event-ID"] = self._reader.id
        with self._api.wire.stream(PATH, headers=headers) as stream:
            self._stream = stream
            try:
                yield from self._say("online")
                for text in stream.text():
                    if self._stopped.is_set():
                        return
                    yield from self._told(text)
            finally:
                self._stream = None
                self._reader.reset()

    def _told(self, text: str) -> Iterator[Event]:
        for event in self._reader.read(text):
            with suppress(ValueError):  # what is not JSON is passed over
                data = json.loads(event.data)
                yield Event(event.event, data if isinstance(data, dict) else {}, event.id)

    def _say(self, state: str) -> Iterator[Event]:
        if state != self.state:
            self.state = state
            yield Event("state", {"state": state}, self._reader.id)
