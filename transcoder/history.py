"""What went wrong with a camera lately, kept while it is not wanted too, as long as it is registered as it is."""

import random
from collections import Counter
from dataclasses import dataclass, field

from transcoder import policy
from transcoder.policy import Failures

ENCODER = "encoder"  # beside the names of profiles, which have no capitals either, but are of cameras
_CHANCE = random.SystemRandom()


@dataclass(slots=True)
class History:
    """By what failed: a profile of the camera, or ENCODER."""

    is_distrusted: bool = False  # its profiles are not true: nothing of it is copied
    is_onvif_refused: bool = False  # its ONVIF service does not take the password
    ended: Counter[str] = field(default_factory=Counter)  # runs that failed, by reason
    spent_s: float = 0.0  # CPU, by processes that have ended
    failures: dict[str, Failures] = field(default_factory=dict)

    def of(self, what: str) -> Failures:
        """Those up to now."""
        return self.failures.get(what, Failures())

    def failed(self, what: str, reason: str, *, lived_s: float, now: float) -> float:
        """Remember one; returns when to try again, in monotonic seconds."""
        self.ended[reason] += 1
        chance = _CHANCE.random()
        after = policy.after_failure(self.of(what), reason, lived_s=lived_s, now=now, chance=chance)
        self.failures[what] = after
        return after.retry_at

    def forget(self) -> None:
        """The camera is registered otherwise now."""
        self.is_distrusted = self.is_onvif_refused = False
        self.failures.clear()

    def matters(self, *, now: float) -> bool:
        """Whether it keeps us from asking the camera again, or from trusting it."""
        return (
            self.is_distrusted
            or self.is_onvif_refused
            or any(one.refusals or now < one.retry_at for one in self.failures.values())
        )
