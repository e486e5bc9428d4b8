"""What viewers are told of a camera's stream: one word, the age of its newest picture, and why. Pure.

A lease whose host has fallen silent tells nothing of now: its word gets worse with time, never better. Times come from
the database's clock, on both sides of the border.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.models import Lease, LeaseState

News = tuple["Word", str | None, str, bool]

FRESH = timedelta(seconds=4)  # a host says at least every 3 s how its streams fare
FLOWING = (LeaseState.LIVE, LeaseState.DELAYED, LeaseState.STALE, LeaseState.STILLS)
NO_REPORT, NO_HOST = "no_report", "no_host"  # reasons of ours; all others are the transcoder's


class Word(StrEnum):
    """How a stream fares, for viewers."""

    LIVE = "live"
    DELAYED = "delayed"  # the newest picture is older than it should be
    STALE = "stale"  # what is shown is not how it is now, though it may move
    STILLS = "stills"  # single pictures only
    LAST_GOOD = "last_good"  # there was a picture, and no other comes
    DOWN = "down"  # there is no picture


@dataclass(frozen=True, slots=True)
class StreamState:
    """What viewers are told."""

    state: Word
    age_s: float | None = None  # of the newest picture; none: there is none
    reason: str | None = None  # stable code; none when it is as it should be
    step: str = "full"  # what the host can afford: full no_top slow key_frames
    frozen: bool = False  # pictures flow, and are all the same
    picture_at: datetime | None = None  # when the newest picture was taken

    @property
    def news(self) -> News:
        """What viewers are told of at once; that time goes on, they know."""
        return self.state, self.reason, self.step, self.frozen


def state(lease: Lease | None, *, has_host: bool, now: datetime) -> StreamState:
    """What to tell of a camera with this lease.

    Args:
        lease: none if no host ever had the camera.
        has_host: whether any host lives that could take the camera.
        now: by the database's clock.
    """
    if lease is None or lease.expires_at <= now:
        reason = LeaseState.STARTING.value if has_host else NO_HOST
        return _left(lease, reason, now)
    if lease.state not in FLOWING:
        return _left(lease, lease.reason or lease.state.value, now)
    if lease.reported_at is None or abs(now - lease.reported_at) > FRESH:  # in the future: the clock was set back
        return _left(lease, NO_REPORT, now, Word.STALE)
    until = lease.reported_at if lease.state != LeaseState.STALE or lease.frozen else now
    return StreamState(
        state=Word(lease.state.value),
        age_s=_age_s(lease.picture_at, until),
        reason=lease.reason,
        step=lease.step,
        frozen=lease.frozen,
        picture_at=lease.picture_at,
    )


def _left(lease: Lease | None, reason: str, now: datetime, word: Word = Word.LAST_GOOD) -> StreamState:
    """Of a stream that gives no more pictures: what is left of it."""
    picture_at, step = (lease.picture_at, lease.step) if lease else (None, "full")
    told = word if picture_at else Word.DOWN
    return StreamState(told, _age_s(picture_at, now), reason, step, picture_at=picture_at)


def _age_s(picture_at: datetime | None, until: datetime) -> float | None:
    return None if picture_at is None else round(max(0.0, (until - picture_at).total_seconds()), 3)
