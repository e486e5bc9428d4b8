"""Pure: which camera may be connected to now, so that a centre that comes back is not trampled. No clock, no I/O.

Each centre (or recorder, if that is what the caller names) has its own; none touches another's.

* Budget: ``RATE`` starts a second, ``BURST`` at once.
* Breaker: opens when at least ``LEAST`` cameras are known, running or tried within ``LOOK_BACK_S``, and half of them
  failed within that time. So a camera that fails alone opens nothing however often it fails, nor does a broken
  recorder among many that run. While it is open one camera is let through every ``PROBE_S``; any success closes it.
* A probe is given in turn to a camera of a code-0 incident and to another one, in each kind to whoever was tried
  longest ago: the urgent are first, and one that is dead itself cannot keep the centre closed to all others.

Kept per centre: one entry for each camera that runs, waits, or was tried lately; a centre with none is forgotten.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType

RATE = 5.0  # starts a second: what a centre's recorders and its link take without failing others
BURST = 5.0
LEAST = 5  # cameras: fewer tell nothing of their centre
LOOK_BACK_S = 30.0
PROBE_S = 10.0
ASKING_S = 1.0  # who was refused asks again within this time; who does not, no longer waits
FORGOTTEN_S = 600.0  # an open breaker about which nobody asks


class Result(Enum):
    """What became of the last start of a camera."""

    PENDING = auto()
    UP = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class _Try:
    at: float
    result: Result


@dataclass(frozen=True, slots=True)
class _Wait:
    asked_at: float
    is_code_0: bool


@dataclass(slots=True)
class _Centre:
    asked_at: float
    tokens: float = BURST
    filled_at: float = -math.inf
    tries: dict[str, _Try] = field(default_factory=dict)
    waits: dict[str, _Wait] = field(default_factory=dict)
    probe_at: float | None = None  # when the next one may go; none: the breaker is closed
    was_code_0: bool = False  # the last probe

    def forget_old(self, now: float) -> None:
        # While it is open, the tries tell whose turn to be probed it is.
        kept_s = LOOK_BACK_S if self.probe_at is None else FORGOTTEN_S
        self.waits = {id_: wait for id_, wait in self.waits.items() if now - wait.asked_at <= ASKING_S}
        self.tries = {
            id_: tried for id_, tried in self.tries.items() if tried.result is Result.UP or now - tried.at <= kept_s
        }

    def is_idle(self, now: float) -> bool:
        if self.probe_at is not None:
            return now - self.asked_at >= FORGOTTEN_S
        return not self.tries and not self.waits and now - self.asked_at >= BURST / RATE

    def takes_token(self, now: float) -> bool:
        self.tokens = min(BURST, self.tokens + max(0.0, now - self.filled_at) * RATE)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def takes_probe(self, camera_id: str, now: float) -> bool:
        assert self.probe_at is not None  # asked by the caller
        if now < self.probe_at:
            return False
        self.forget_old(now)
        if min(self.waits, key=self.turn) != camera_id:
            return False
        self.probe_at, self.was_code_0 = now + PROBE_S, self.waits[camera_id].is_code_0
        return True

    def turn(self, camera_id: str) -> tuple[bool, float, str]:
        tried = self.tries.get(camera_id)
        return self.waits[camera_id].is_code_0 == self.was_code_0, tried.at if tried else -math.inf, camera_id


class Budget:
    """One per host. Times are monotonic seconds.

    Attributes:
        held_back: by centre, how many starts had to wait since the host started, each counted once.
    """

    def __init__(self) -> None:
        self._centres: dict[str, _Centre] = {}
        self._held_back: Counter[str] = Counter()
        self._tidied_at = -math.inf

    @property
    def held_back(self) -> Mapping[str, int]:
        return MappingProxyType(self._held_back)

    def may_start(self, centre_id: str, camera_id: str, *, priority: int, now: float) -> bool:
        """Whether to connect now; if so, this start is counted, and its outcome has to be told.

        To be asked again at every tick until it is given or no longer wanted, the most urgent camera first.

        Args:
            centre_id: opaque.
            camera_id: opaque.
            priority: of the camera's most urgent incident, 0..4.
            now: monotonic seconds.
        """
        self._tidy(now)
        centre = self._centres.setdefault(centre_id, _Centre(asked_at=now))
        centre.asked_at = now
        waited = centre.waits.get(camera_id)
        is_first_time = waited is None or now - waited.asked_at > ASKING_S
        centre.waits[camera_id] = _Wait(now, is_code_0=priority == 0)
        is_open = centre.probe_at is not None
        if not (centre.takes_probe(camera_id, now) if is_open else centre.takes_token(now)):
            self._held_back[centre_id] += is_first_time
            return False
        del centre.waits[camera_id]
        centre.tries[camera_id] = _Try(now, Result.PENDING)
        return True

    def succeeded(self, centre_id: str, camera_id: str, *, now: float) -> None:
        """It gives pictures. Closes the breaker, and what failed before counts no more."""
        centre = self._centres.setdefault(centre_id, _Centre(asked_at=now))
        if centre.probe_at is not None:
            centre.probe_at = None
            centre.tries = {id_: tried for id_, tried in centre.tries.items() if tried.result is not Result.FAILED}
        centre.tries[camera_id] = _Try(now, Result.UP)

    def failed(self, centre_id: str, camera_id: str, *, now: float) -> None:
        """It gave no picture, or gives none any more, whatever the cause. May open the breaker."""
        centre = self._centres.setdefault(centre_id, _Centre(asked_at=now))
        centre.tries[camera_id] = _Try(now, Result.FAILED)
        centre.forget_old(now)
        failures = sum(tried.result is Result.FAILED for tried in centre.tries.values())
        if centre.probe_at is None and len(centre.tries) >= LEAST and 2 * failures >= len(centre.tries):
            centre.probe_at, centre.was_code_0 = now + PROBE_S, False

    def ended(self, centre_id: str, camera_id: str) -> None:
        """It is not wanted any more, running or waiting; that says nothing of its centre."""
        centre = self._centres.get(centre_id)
        if centre is not None:
            centre.waits.pop(camera_id, None)
            tried = centre.tries.get(camera_id)
            if tried and tried.result is not Result.FAILED:
                del centre.tries[camera_id]

    def is_open(self, centre_id: str) -> bool:
        """Whether the centre is taken to be out, so that only probes are let through."""
        centre = self._centres.get(centre_id)
        return centre is not None and centre.probe_at is not None

    def centres(self) -> frozenset[str]:
        """Those about which something is known."""
        return frozenset(self._centres)

    def _tidy(self, now: float) -> None:
        if now - self._tidied_at < LOOK_BACK_S:
            return
        self._tidied_at = now
        for centre in self._centres.values():
            centre.forget_old(now)
        self._centres = {id_: centre for id_, centre in self._centres.items() if not centre.is_idle(now)}
