"""Pure: which stream gives something up when the host is short of CPU, and which one gets it back. No clock, no I/O.

Nobody is refused: a stream loses its top rung, then frame rate, then everything but key frames. Invariants:

* An urgent stream gives only when no less urgent one can give anything more; code 0 is touched last. Where an incident
  has become more urgent since, the next change mends that.
* Streams that are as urgent give in turn: whoever has given least, then whoever has kept it longest.
* A host that has lowered a stream raises none for ``HOLD_S``; that wait doubles each time a raise had to be taken back.
* Nothing changes twice within ``INTERVAL_S``, and no change touches more than a quarter of the streams.

``load`` is that of ``transcoder/load.py``: a share of time, 0..1, over the last 3 s.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import IntEnum

# Measured on 2 cores with ladders of two rungs: at 0.4 the cores are 80 % busy; up to 0.75 every frame is in time;
# from 0.87 on some are late; at 1.0 a third of them.
HIGH = 0.7
LOW = 0.4
INTERVAL_S = 3.0  # what load looks back on: earlier, it would not know yet what the last change has brought
HOLD_S = 15.0  # a change that viewers see must not look like flicker
LONGEST_HOLD_S = 240.0  # near the border: one try in four minutes
PROOF_S = 30.0  # a raise that has lasted this long was right: a ladder's whole cost shows within INTERVAL_S
BEHIND_S = 0.4  # from a packet to its frames, encoded: usually 0.02 s, 0.1 s with a busy picture
LATE_S = 1.0  # so long: a start or a hand-over, with two encoders at once, is no shortage
CALM_S = 60.0  # nothing of ours was late for so long: whoever else is short of CPU, it is not for our pictures
MOST_LOWERED = 4  # of so many streams one, at the most, each time
MOST_RAISED = 20  # what a raise will cost is not known, so they come in small numbers


class Step(IntEnum):
    """What a stream is left with; each gives more than the one before."""

    FULL = 0
    NO_TOP = 1  # without its highest rung
    SLOW = 2  # at a lower frame rate too
    KEY_FRAMES = 3  # only key frames, as stills

    @property
    def code(self) -> str:
        """For logs, metrics and viewers, stable: ``full no_top slow key_frames``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Running:
    """One stream that costs CPU; one whose rungs are all copied has nothing to give and is left out."""

    camera_id: str
    priority: int  # of its most urgent incident, 0 (most urgent)..4
    step: Step
    changed_at: float  # monotonic seconds: the start of the stream, or its last step


@dataclass(frozen=True, slots=True)
class State:
    """What a host remembers between two decisions. A new one after a restart does no harm."""

    decided_at: float = -math.inf  # the last change
    lowered_at: float = -math.inf
    raised_at: float | None = None  # none: that raise has been taken back
    hold_s: float = HOLD_S


@dataclass(frozen=True, slots=True)
class Strain:
    """Whether our own pictures suffer, and since when; monotonic seconds."""

    since: float
    is_late: bool = False

    def after(self, *, behind_s: float, now: float) -> "Strain":
        """With what is seen now: how far the slowest encoder is behind its packets."""
        is_late = behind_s >= BEHIND_S
        return self if is_late == self.is_late else Strain(now, is_late)

    def felt(self, load: float, *, now: float) -> float:
        """The load that ``decide`` is to go by: what others suffer takes no picture from our viewers."""
        lasted_s = now - self.since
        if self.is_late and lasted_s >= LATE_S:
            return load
        return min(load, LOW if not self.is_late and lasted_s >= CALM_S else (LOW + HIGH) / 2)


def decide(running: Collection[Running], state: State, *, load: float, now: float) -> tuple[dict[str, Step], State]:
    """The streams to change, with their new steps, and what to remember.

    Args:
        running: all streams of this host that use CPU, each camera once, with the steps decided before.
        state: as returned last.
        load: 0..1, smoothed over ``INTERVAL_S``.
        now: monotonic seconds.
    """
    if now - state.decided_at < INTERVAL_S:
        return {}, state
    if load >= HIGH:
        changes = _lowered(running, _shortage(len(running), load))
        return (changes, _after_lowering(state, now)) if changes else ({}, state)
    if load <= LOW and now - state.lowered_at >= state.hold_s:
        changes = _raised(running, math.ceil(len(running) / MOST_RAISED))
        return (changes, replace(state, decided_at=now, raised_at=now)) if changes else ({}, state)
    changes = _mended(running)
    return (changes, replace(state, decided_at=now, lowered_at=now)) if changes else ({}, state)


def first_step(running: Collection[Running], priority: int) -> Step:
    """What a stream that starts begins with: as much as those have that are as urgent, so that it upsets no order."""
    if any(one.priority < priority and one.step > Step.FULL for one in running):
        return Step.KEY_FRAMES
    return max((one.step for one in running if one.priority == priority), default=Step.FULL)


def _shortage(count: int, load: float) -> int:
    """How many streams to lower: one at HIGH, up to a quarter of them when nothing is left."""
    share = min(1.0, (load - HIGH) / (1.0 - HIGH))
    return max(1, math.floor(share * count / MOST_LOWERED))


def _after_lowering(state: State, now: float) -> State:
    """A raise taken back soon doubles the wait, once; one that lasted clears it."""
    hold_s = state.hold_s
    if state.raised_at is not None:
        hold_s = min(2 * hold_s, LONGEST_HOLD_S) if now - state.raised_at < PROOF_S else HOLD_S
    return State(decided_at=now, lowered_at=now, raised_at=None, hold_s=hold_s)


def _lowered(running: Collection[Running], count: int) -> dict[str, Step]:
    """One step down for ``count`` streams of the least urgent priority that can give, at most."""
    able = [one for one in running if one.step < Step.KEY_FRAMES]
    least_urgent = max((one.priority for one in able), default=0)
    giving = sorted((one for one in able if one.priority == least_urgent), key=_turn)
    return {one.camera_id: Step(one.step + 1) for one in giving[:count]}


def _raised(running: Collection[Running], count: int) -> dict[str, Step]:
    """One step up for ``count`` streams of the most urgent priority that lacks something, at most."""
    lacking = [one for one in running if one.step > Step.FULL]
    most_urgent = min((one.priority for one in lacking), default=0)
    getting = sorted((one for one in lacking if one.priority == most_urgent), key=_need)
    return {one.camera_id: Step(one.step - 1) for one in getting[:count]}


def _mended(running: Collection[Running]) -> dict[str, Step]:
    """A step from the least urgent stream to the most urgent one, where the order has changed since; else nothing."""
    raised, lowered = _raised(running, 1), _lowered(running, 1)
    priorities = {one.camera_id: one.priority for one in running}
    is_upside_down = any(priorities[up] < priorities[down] for up in raised for down in lowered)
    return raised | lowered if is_upside_down else {}


def _turn(one: Running) -> tuple[Step, float, str]:
    return one.step, one.changed_at, one.camera_id


def _need(one: Running) -> tuple[int, float, str]:
    return -one.step, one.changed_at, one.camera_id
