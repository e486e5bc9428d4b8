"""Pure: what the viewers of a stream look at, so that nothing is made that nobody sees.

A viewer who comes may want any rung in the next seconds; rungs that nobody has asked for in a minute are let go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

IDLE_S = 60.0
STILLS_ONLY_S = 10.0  # of stills, and no video: those who look at them do not mean to watch


@dataclass(slots=True)
class Watching:
    """When somebody last asked; monotonic seconds."""

    since: float  # the stream
    rungs: dict[str, float] = field(default_factory=dict)
    video_since: float | None = None  # the first request for video after a time without
    still_at: float | None = None
    stills_since: float | None = None

    def ask(self, rung: str, *, now: float) -> None:
        """Somebody watches this rung."""
        if not self.recent(now=now):
            self.video_since = now
        self.rungs[rung] = now

    def ask_still(self, *, now: float) -> None:
        """Somebody looks at stills."""
        if self.still_at is None or now - self.still_at >= IDLE_S:
            self.stills_since = now
        self.still_at = now

    def recent(self, *, now: float) -> Mapping[str, float]:
        """The rungs that are watched."""
        return {rung: at for rung, at in self.rungs.items() if now - at < IDLE_S}


def rungs(watching: Watching, offered: tuple[str, ...], *, now: float) -> frozenset[str] | None:
    """The rungs to have; empty when nobody has come yet, none when only stills are looked at."""
    recent = watching.recent(now=now)
    if recent:
        is_new = watching.video_since is not None and now - watching.video_since < IDLE_S
        return frozenset(offered if is_new else recent)
    if watching.still_at is not None and now - watching.still_at < IDLE_S:
        waited_s = now - (watching.stills_since or now)
        return None if waited_s >= STILLS_ONLY_S or watching.rungs else frozenset()
    return frozenset()
