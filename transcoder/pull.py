"""The ingests of one camera: one for each of its streams that is needed, started, judged, ended and reaped here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from transcoder import logs, policy
from transcoder.command import Source
from transcoder.gop import Packet
from transcoder.history import History
from transcoder.ingest import Ingest
from transcoder.policy import Do

log = logs.get("pull")


@dataclass(frozen=True, slots=True)
class Wish:
    """A stream of a camera that is needed."""

    source: Source
    fps: float | None  # its pictures are counted at this rate; none: they are dated when they arrive


class Pull:
    """``give`` is called with the name of a profile and each packet of it."""

    def __init__(self, camera_id: str, ffmpeg_path: str, history: History, give: Callable[[str, Packet], None]) -> None:
        self.ingests: dict[str, Ingest] = {}
        self.failed = 0  # starts and runs
        self._camera_id = camera_id
        self._ffmpeg_path = ffmpeg_path
        self._history = history
        self._give = give
        self._wishes: dict[str, Wish] = {}  # what the running ones were started for
        self._faults: dict[str, str] = {}  # why we end them, if that is a fault

    @property
    def gives(self) -> bool:
        """Whether the camera gives pictures."""
        return any(ingest.pictures for ingest in self.ingests.values())

    @property
    def kbps(self) -> int | None:
        """What the camera sends; none: nothing yet."""
        rates = [ingest.kbps for ingest in self.ingests.values() if ingest.kbps is not None]
        return sum(rates) if rates else None

    def ready(self, profile: str) -> Ingest | None:
        """The ingest of a profile, if there is a key frame to begin with."""
        ingest = self.ingests.get(profile)
        if ingest is None or ingest.seen.stopping is not Do.NOTHING or not ingest.gop.packets:
            return None
        return ingest

    def keep(self, needed: Mapping[str, Wish], *, may_start: Callable[[], bool], now: float) -> None:
        """Have these running and no others."""
        for name in tuple(self.ingests):
            self._keep(name, is_needed=needed.get(name) == self._wishes[name], now=now)
        for name, wish in needed.items():
            if name not in self.ingests and now >= self._history.of(name).retry_at and may_start():
                self._start(name, wish, now)

    def _keep(self, name: str, *, is_needed: bool, now: float) -> None:
        ingest = self.ingests[name]
        code = ingest.poll()
        if code is not None:
            self._ended(name, ingest, code, now)
            return
        excess = ingest.meter.look(now=now)
        if excess:
            ingest.give_up(excess, f"{ingest.meter.used}")
        is_good = is_needed and name not in self._faults
        step = policy.decide(wanted=is_good, seen=ingest.seen, now=now)
        if step is Do.NOTHING:
            return
        fault = policy.fault(ingest.seen, now=now) if is_good else None
        if fault:
            self._faults.setdefault(name, fault)
        ingest.take(step, now=now)

    def _start(self, name: str, wish: Wish, now: float) -> None:
        try:
            ingest = Ingest(self._ffmpeg_path, wish.source, partial(self._give, name), fps=wish.fps, now=now)
        except OSError as error:
            self.failed += 1
            self._history.failed(name, "process_refused", lived_s=0.0, now=now)
            log.warning("ingest_not_started", camera=self._camera_id, error=str(error))
            return
        self.ingests[name], self._wishes[name] = ingest, wish
        log.info("ingest_started", camera=self._camera_id, profile=name, pid=ingest.process.pid)

    def _ended(self, name: str, ingest: Ingest, code: int, now: float) -> None:
        del self.ingests[name], self._wishes[name]
        self._history.spent_s += ingest.meter.used.cpu_s
        fault = self._faults.pop(name, None)
        told = {"camera": self._camera_id, "profile": name, "code": code}
        if ingest.seen.stopping is not Do.NOTHING and fault is None:
            log.info("ingest_ended", **told, reason="not_wanted")
            return
        said = policy.reason_of(ingest.process.said, had_pictures=ingest.pictures > 0)
        reason = fault or ingest.relay.refusal or said
        lived_s = (ingest.seen.given_at or now) - (ingest.first_at or ingest.seen.given_at or now)
        self.failed += 1
        retry_at = self._history.failed(name, reason, lived_s=lived_s, now=now)
        log.warning(
            "ingest_ended",
            **told,
            reason=reason,
            trouble=ingest.trouble,
            lived_s=round(lived_s, 1),
            retry_s=round(retry_at - now, 1),
            said=ingest.process.said[-6:],
        )
