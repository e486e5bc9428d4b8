"""One camera from the moment it is wanted until its processes are gone.

Level-triggered: each step compares what is wanted with what runs, and repairs the difference.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from transcoder import capacity, logs, mask, onvif, watching
from transcoder.brownout import Step
from transcoder.encoder import Encoder
from transcoder.feeding import Feed, Feeding, Tools
from transcoder.gop import Packet
from transcoder.history import ENCODER, History
from transcoder.ingest import Ingest
from transcoder.leases import Grant, Report
from transcoder.packager import Packager
from transcoder.plan import Offer, Plan, offer, plan
from transcoder.pull import Pull, Wish
from transcoder.soap import Door, Outcome
from transcoder.stream import Stream
from transcoder.usage import Usage

DELAYED_S = 1.2  # age of the newest picture: usually 0.2 to 0.4 s
STALE_S = 2.5
STILL_STALE_S = 15.0  # stills come with key frames: some cameras have one every 10 s
LATE_S = 8.0  # without a first picture, viewers are told
MISALIGNED = 3  # segments in a row without the copied rung: the camera is not what it was registered as

log = logs.get("camera")


@dataclass(frozen=True, slots=True)
class Picture:
    """The newest one that viewers can have."""

    taken_at: datetime
    age_s: float


class Camera:
    """Used on the event loop only; ``step`` is called some ten times a second."""

    def __init__(self, id_: str, grant: Grant, history: History, tools: Tools) -> None:
        self.id = id_
        self.grant = grant
        self.history = history
        self.stream: Stream | None = None  # none: nobody may see it
        self.feeding: Feeding | None = None
        self.host_step = Step.FULL  # what the host can give
        self.stepped_at = time.monotonic()
        self.pull = Pull(id_, tools.ffmpeg_path, history, self._give)
        self._tools = tools
        self._gone: list[Feeding] = []
        self._hurried: set[int] = set()  # ingests whose camera was asked for a key frame
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def is_gone(self) -> bool:
        """Whether nothing runs."""
        return not self.pids

    @property
    def pids(self) -> list[int]:
        """Of its processes."""
        return [run.process.pid for run in self._runs]

    @property
    def behind_s(self) -> float:
        """How far the encoder in use is behind the camera."""
        return self.feeding.using.encoder.behind_s if self.feeding and self.feeding.using else 0.0

    @property
    def used(self) -> Usage:
        """What its processes use and have used, a second ago."""
        return sum((run.meter.used for run in self._runs), Usage(self.history.spent_s))

    @property
    def picture(self) -> Picture | None:
        """The newest one, of the stream or a still."""
        stream = self.stream
        if stream is None:
            return None
        taken_at = [at for at in (stream.packager.newest_at, stream.still and stream.still.taken_at) if at]
        if not taken_at or self.feeding is None:
            return None
        newest = max(taken_at)
        return Picture(newest, self.feeding.age_s(newest))

    def show(self) -> Stream:
        """Have a stream for viewers; the one there is, if there is one."""
        if self.stream is None:
            self.stream = Stream(Packager(self._tools.ladder), self._offer())
            masked = mask.boxes(self.grant.camera.masks)
            self.feeding = Feeding(self.id, self.stream, self.history, self._tools, masked)
        return self.stream

    def hide(self) -> None:
        """No viewer may see it any more."""
        if self.stream is not None and self.feeding is not None:
            self.stream.end()
            self._gone.append(self.feeding)
            self.stream = self.feeding = None

    def change(self, grant: Grant) -> None:
        """It is registered otherwise: what it did before does not count, and another picture is another stream."""
        before, after = self.grant.camera, grant.camera
        self.history.forget()
        if (before.profiles, before.masks) != (after.profiles, after.masks):
            self.hide()

    def step(self, *, is_wanted: bool, may_start: Callable[[], bool], now: float) -> None:
        """Take the next steps.

        Args:
            is_wanted: whether anything may run.
            may_start: asked before the camera is connected to.
            now: monotonic seconds.
        """
        wanted = self._plan(now) if is_wanted and self.grant.camera.source and not self.grant.waits else None
        needed = {profile: self._wish(profile) for profile in self._profiles(wanted)}
        self.pull.keep(needed, may_start=may_start, now=now)
        if self.feeding:
            self.feeding.keep(wanted, self.pull.ready, now=now)
            self._trust(wanted)
        for feeding in self._gone:
            feeding.keep(None, self.pull.ready, now=now)
        self._gone = [feeding for feeding in self._gone if feeding.encoders]
        self._refuse(now)
        self._hurry()

    def report(self, now: float) -> Report:
        """How it fares, for viewers."""
        told = self._fares(now)
        return replace(told, state="backoff", reason=capacity.FULL) if self.grant.waits else told

    def _fares(self, now: float) -> Report:
        if self.grant.camera.source is None:
            return Report("failed", self.grant.camera.refusal)
        picture = self.picture
        still = self.stream.still if self.stream else None
        told = Report(
            "starting",
            picture_at=picture.taken_at if picture else None,
            still_at=still.taken_at if still else None,
            step=self.host_step.code,
            pulls=len(self.pull.ingests),
            kbps=self.pull.kbps,
        )
        using = self.feeding.using if self.feeding else None
        if using and picture and using.encoder.given_at:
            return _of_picture(told, picture, using)
        if self.stream is None and self.pull.gives:
            return replace(told, reason="kept_warm")
        failures = self.history.of(self._main)
        if failures.is_held(now=now):
            return replace(told, state="failed", reason=failures.reason)
        waiting = [one for one in (failures, self.history.of(ENCODER)) if now < one.retry_at]
        if waiting:
            return replace(told, state="backoff", reason=waiting[0].reason)
        is_late = self.stream is not None and now - self.stream.watching.since >= LATE_S
        return replace(told, reason=failures.reason or "first_picture_late") if is_late else told

    def _refuse(self, now: float) -> None:
        """Let those who wait for video know that it is in vain."""
        if self.stream is None:
            return
        report = self.report(now)
        refusal = report.reason if report.state == "failed" or self.grant.waits else None
        if self.host_step is Step.KEY_FRAMES:
            refusal = refusal or "stills_only"
        if refusal != self.stream.refusal:
            self.stream.refusal = refusal
            self.stream.publish()

    def _hurry(self) -> None:
        """Ask a camera that sends, but no key frame yet, for one; once for each connection."""
        camera = self.grant.camera
        if camera.onvif_port is None or camera.source is None or self.stream is None or self.history.is_onvif_refused:
            return
        source, paths = camera.source, {one.name: one.path for one in camera.profiles}
        for name, ingest in self.pull.ingests.items():
            is_new = name in paths and ingest.process.pid not in self._hurried  # one of before may still be ending
            if is_new and ingest.seen.is_flowing and not ingest.pictures:
                self._hurried.add(ingest.process.pid)
                door = Door(
                    source.host,
                    camera.onvif_port,
                    source.username or "",
                    source.password or "",
                    stream_path=paths[name],
                )
                asking = asyncio.create_task(self._ask(door))
                self._asking.add(asking)
                asking.add_done_callback(self._asking.discard)
        self._hurried &= set(self.pids)

    async def _ask(self, door: Door) -> None:
        outcome = await onvif.ask_for_key_frame(door, now=datetime.now(UTC))
        self.history.is_onvif_refused = outcome is Outcome.UNAUTHORIZED  # more wrong passwords would lock us out
        log.info("key_frame_asked", camera=self.id, outcome=str(outcome))

    @property
    def _runs(self) -> list[Ingest | Encoder]:
        feedings = [*self._gone, *([self.feeding] if self.feeding else [])]
        return [*self.pull.ingests.values(), *(encoder for feeding in feedings for encoder in feeding.encoders)]

    @property
    def _main(self) -> str:
        return self.grant.camera.profiles[0].name

    def _offer(self) -> Offer:
        masked, distrusted = bool(self.grant.camera.masks), self.history.is_distrusted
        return offer(self.grant.camera.profiles, self._tools.ladder, masked=masked, distrusted=distrusted)

    def _plan(self, now: float) -> Plan:
        offered = self.stream.offer if self.stream else self._offer()
        asked = watching.rungs(self.stream.watching, offered.rungs, now=now) if self.stream else frozenset[str]()
        step = Step.KEY_FRAMES if asked is None else self.host_step
        return plan(self.grant.camera.profiles, offered, self._tools.ladder, watched=asked or (), step=step)

    def _profiles(self, wanted: Plan | None) -> set[str]:
        """Those to pull: of the plan, and what is in use until that has taken over."""
        if wanted is None:
            return set()
        return {wanted.profile.name} | (self.feeding.profiles if self.feeding else set())

    def _wish(self, name: str) -> Wish:
        assert self.grant.camera.source is not None  # without one nothing is wanted
        profile = next((one for one in self.grant.camera.profiles if one.name == name), self.grant.camera.profiles[0])
        is_copied = self.stream is not None and self.stream.offer.copied == profile
        return Wish(self.grant.camera.source.at(profile.path), profile.fps if is_copied else None)

    def _give(self, profile: str, packet: Packet) -> None:
        if self.feeding:
            self.feeding.give(profile, packet)

    def _trust(self, wanted: Plan | None) -> None:
        """A camera that is not what its profiles say is not copied any more."""
        if wanted is None or wanted.copied is None or self.stream is None or self.feeding is None:
            return
        reason = self._untrue(wanted.copied)
        if reason is None:
            return
        log.warning("camera_distrusted", camera=self.id, reason=reason)
        self.history.is_distrusted = True
        self.stream.offer = self._offer()
        self.feeding.dismiss()

    def _untrue(self, copied: str) -> str | None:
        """Why the copied rung cannot be had, as a stable code."""
        assert self.stream is not None  # asked by the caller
        if any(one.reason == "camera_cadence" for one in self.history.failures.values()):
            return "cadence"
        packager = self.stream.packager
        past_opening = [s for s in packager.segments if s.is_complete and len(s.parts) == packager.ladder.segment_parts]
        lacking = [copied not in segment.init for segment in past_opening[-MISALIGNED:]]
        return "key_frames" if len(lacking) == MISALIGNED and all(lacking) else None


def _of_picture(told: Report, picture: Picture, feed: Feed) -> Report:
    """The report of a camera that gives pictures, or did a moment ago."""
    if not feed.plan.encoded:
        return replace(told, state="stills" if picture.age_s < STILL_STALE_S else "stale")
    if feed.encoder.is_frozen:
        return replace(told, state="stale", reason="picture_frozen", frozen=True)
    if picture.age_s >= STALE_S:
        return replace(told, state="stale", reason="picture_late")
    return replace(told, state="live" if picture.age_s < DELAYED_S else "delayed")
