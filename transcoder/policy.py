"""Pure: what to do about one ffmpeg, and when to try again. No clock, no I/O; seconds are monotonic.

An ffmpeg is judged by what it gives, never by its exit code: it ends with 0 when a camera goes silent or hangs up
(measured, FFmpeg 5.1 and 9.0). An ingest gives packets of the camera, an encoder parts and stills.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

FIRST_S = 8.0  # a camera's longest usual GOP, 4 s, twice
KEY_FRAME_S = 12.0  # while a camera does send: some have a key frame every 10 s only, and each new try may just miss it
STALL_S = 6.0  # ffmpeg itself leaves a silent camera only after 6 to 12 s, if at all
GRACE_S = 1.5  # from q to TERM, and from TERM to KILL
LONGEST_WAIT_S = 5.0  # a camera that is well again is on the screen within 10 s: this wait, and the start
PROVEN_S = 60.0  # a run that lived this long clears the failures before it
MOST_REFUSALS = 2  # recorders lock out our address after about five wrong passwords
REFUSAL_HOLD_S = 1800.0
FENCE_S = 7.0  # without a renewal for this long we no longer hold the lease (it lasts 10 s), whatever the database says


class Do(StrEnum):
    """The one next step."""

    START = "start"
    STOP = "stop"  # q on its standard input: it says goodbye to the camera
    TERMINATE = "terminate"
    KILL = "kill"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Seen:
    """One ffmpeg now."""

    started_at: float | None = None  # none: it does not run
    given_at: float | None = None  # when it last gave something
    is_flowing: bool = False  # the camera has sent something after it was asked to play
    broken: str | None = None  # stable code of why its output is of no use
    stopping: Do = Do.NOTHING  # the last step taken to end it
    stopping_at: float = 0.0
    retry_at: float = 0.0


SILENT = {"first_picture_late", "picture_stalled"}  # of an encoder: it is fed what it can make nothing of


def decide(*, wanted: bool, seen: Seen, now: float) -> Do:
    """The next step for one ffmpeg; each step that ends an ffmpeg is given once."""
    if seen.started_at is None:
        return Do.START if wanted and now >= seen.retry_at else Do.NOTHING
    if seen.stopping is not Do.NOTHING:
        harder = {Do.STOP: Do.TERMINATE, Do.TERMINATE: Do.KILL, Do.KILL: Do.NOTHING}
        return harder[seen.stopping] if now - seen.stopping_at >= GRACE_S else Do.NOTHING
    if not wanted:
        return Do.STOP
    return Do.TERMINATE if fault(seen, now=now) else Do.NOTHING


def fault(seen: Seen, *, now: float) -> str | None:
    """Why a running ffmpeg is of no use, as a stable code."""
    if seen.broken:
        return seen.broken
    if is_late(seen, now=now) and (not seen.is_flowing or now - (seen.started_at or now) >= KEY_FRAME_S):
        return "first_picture_late"
    if seen.given_at is not None and now - seen.given_at >= STALL_S:
        return "picture_stalled"
    return None


def is_late(seen: Seen, *, now: float) -> bool:
    """Whether viewers are to be told that there is still no picture; its ffmpeg may be left some seconds more."""
    return seen.started_at is not None and seen.given_at is None and now - seen.started_at >= FIRST_S


@dataclass(frozen=True, slots=True)
class Failures:
    """What went wrong with a camera lately, kept while it is not wanted too."""

    count: int = 0
    refusals: int = 0  # wrong passwords in a row
    reason: str | None = None
    retry_at: float = 0.0

    def is_held(self, *, now: float) -> bool:
        """Whether the camera refuses us and is left alone."""
        return self.refusals >= MOST_REFUSALS and now < self.retry_at


def after_failure(before: Failures, reason: str, *, lived_s: float, now: float, chance: float) -> Failures:
    """The failures including this one.

    Args:
        before: those up to now, of the same camera at the same address.
        reason: stable code of this one.
        lived_s: how long the run delivered parts.
        now: monotonic seconds.
        chance: 0..1, at random: a hundred cameras that failed together must not come back together.
    """
    if lived_s >= PROVEN_S:
        before = Failures()
    refusals = before.refusals + 1 if reason == "camera_unauthorized" else 0
    if refusals >= MOST_REFUSALS:
        # One try when the hold is over: a second one at once would be the third wrong password.
        return Failures(before.count + 1, refusals, reason, now + REFUSAL_HOLD_S)
    wait_s = chance * min(LONGEST_WAIT_S, 2.0 ** min(before.count, 10))
    return replace(before, count=before.count + 1, refusals=refusals, reason=reason, retry_at=now + wait_s)


SAID = (  # by ffmpeg, on its standard error; the first that fits
    (re.compile(r"\b40[13] (Unauthorized|Forbidden)|\((Unauthorized|Forbidden)\)"), "camera_unauthorized"),
    (re.compile(r"(setpriv: failed to execute|sh: .*not found)"), "ffmpeg_missing"),
    (re.compile(r"404 |Not Found"), "camera_path_unknown"),
    (re.compile(r"\b45[34]\b|\b503\b"), "camera_busy"),
    (re.compile(r"Failed to resolve|refused|unreachable|No route|timed out"), "camera_unreachable"),
    (re.compile(r"matches no streams|[Dd]ecoder .* not found|not on whitelist|exceeds specified max"), "camera_codec"),
)


def reason_of(stderr: Iterable[str], *, had_pictures: bool) -> str:
    """A stable code for why an ffmpeg that nobody stopped has ended."""
    if not had_pictures:
        text = "\n".join(stderr)
        for pattern, reason in SAID:
            if pattern.search(text):
                return reason
    return "camera_closed" if had_pictures else "camera_gave_nothing"
