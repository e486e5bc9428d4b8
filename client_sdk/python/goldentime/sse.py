"""Server-sent events read from text as it comes, in any cut. Pure. Source: WHATWG HTML 9.2.6."""

import re
from typing import NamedTuple

LONGEST = 1_000_000  # characters of one unfinished event
LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")  # a carriage return at the very end may be half of a line end


class ServerEvent(NamedTuple):
    """One event as it came."""

    id: str
    event: str
    data: str


class EventReader:
    """Gives the events that are complete; ``id`` is what a reader that comes back sends as Last-Event-ID."""

    def __init__(self, last_id: str = "") -> None:
        self.id = last_id
        self._rest, self._event, self._length = "", "", 0
        self._data: list[str] = []

    def read(self, text: str) -> list[ServerEvent]:
        """The events that ``text`` completes. Raises ValueError when one has no end."""
        *lines, self._rest = LINE_END.split(self._rest + text)
        self._length += sum(map(len, lines))
        if self._length + len(self._rest) > LONGEST:
            raise ValueError("an event has no end")
        ended = []
        for line in lines:
            if line:
                self._field(line)
            elif event := self._end():
                ended.append(event)
        return ended

    def reset(self) -> None:
        """Forget an unfinished event when the line broke; the id stays."""
        self._rest, self._event, self._length, self._data = "", "", 0, []

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self.id = value

    def _end(self) -> ServerEvent | None:
        event = ServerEvent(self.id, self._event or "message", "\n".join(self._data))
        empty = not self._data
        self._data, self._event, self._length = [], "", 0
        return None if empty else event
