"""The loop: read what is wanted, look at each camera's ffmpeg, decide, act, report.

Level-triggered: each tick compares what is wanted with what is and repairs the difference, whatever happened between.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from transcoder import logs, policy
from transcoder.command import Source
from transcoder.ladder import Ladder
from transcoder.leases import DatabaseUnreachable, Grant, Leases, Report
from transcoder.packager import Packager
from transcoder.policy import Do, Failures, Seen
from transcoder.run import Run
from transcoder.stream import Stream

TICK_S = 0.1
GOODBYE_S = 3.6  # after q, TERM and KILL have had their time
HEALTHY_S = 5.0  # how long the database may be silent

log = logs.get("supervisor")


@dataclass(slots=True)
class Camera:
    """One camera from the moment it is wanted until its ffmpeg is gone."""

    id: str
    grant: Grant
    stream: Stream | None = None  # none: not wanted any more
    run: Run | None = None
    fault: str | None = None  # why we ended the run, if we did
    live_epoch: str | None = None  # the last run whose first part was logged


@dataclass(slots=True)
class History:
    """What went wrong with a camera, as long as it is found at the same address."""

    source: Source | None
    failures: Failures = field(default_factory=Failures)


class Supervisor:
    """Owns the streams of this host. ``streams`` is for the origin to read."""

    def __init__(self, leases: Leases, ladder: Ladder, ffmpeg_path: str) -> None:
        self.streams: dict[str, Stream] = {}
        self._leases = leases
        self._ladder = ladder
        self._ffmpeg_path = ffmpeg_path
        self._cameras: dict[str, Camera] = {}
        self._histories: dict[str, History] = {}
        self._grants: dict[str, Grant] = {}
        self._done: set[str] = set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="leases")
        self._lock = asyncio.Lock()
        self._looks = 0
        self._asked_at = float("-inf")  # when the database last answered
        self._is_reachable = True
        self._chance = random.SystemRandom()

    async def run(self, stopping: asyncio.Event) -> None:
        """Tick until ``stopping``, then end everything and release the leases."""
        while not stopping.is_set():
            looking = asyncio.ensure_future(self.look())
            while not looking.done():
                await asyncio.wait((looking,), timeout=TICK_S)
                self._step(time.monotonic())  # a slow database must not hide a camera that stands still
            looking.result()
            await _either(stopping, TICK_S)
        await self._leave()

    async def look(self) -> None:
        """Read what is wanted, and act on it. Callers that wait at the same time share one reading."""
        ticket = self._looks + 1
        async with self._lock:
            if self._looks >= ticket:
                return
            self._looks += 1
            await self._exchange()
            self._step(time.monotonic())  # before a waiting request looks whether its camera is there now

    def health(self) -> Mapping[str, object]:
        """For ``/healthz``."""
        ok = time.monotonic() - self._asked_at < HEALTHY_S
        live = sum(stream.packager.is_playable for stream in self.streams.values())
        return {"ok": ok, "reason": None if ok else "database_unreachable", "streams": len(self.streams), "live": live}

    async def _exchange(self) -> None:
        now = time.monotonic()
        reports = {id_: self._report(camera, now) for id_, camera in self._cameras.items()}
        done = tuple(self._done)
        exchange = partial(self._leases.exchange, reports, done=done)
        try:
            self._grants = await asyncio.get_running_loop().run_in_executor(self._thread, exchange)
        except DatabaseUnreachable as error:
            if self._is_reachable:
                log.warning("database_unreachable", error=str(error))
            self._is_reachable = False
            return
        if not self._is_reachable:
            log.info("database_reachable")
        self._is_reachable = True
        self._done.difference_update(done)
        self._asked_at = time.monotonic()

    def _step(self, now: float) -> None:
        granted = {id_: grant for id_, grant in self._grants.items() if now - grant.renewed_at < policy.FENCE_S}
        for id_, grant in granted.items():
            self._want(id_, grant)
        for camera in tuple(self._cameras.values()):
            if camera.id not in granted:
                self._unwant(camera)
            self._act(camera, now)
            if camera.stream is None and camera.run is None:
                self._forget(camera.id, now)

    def _want(self, id_: str, grant: Grant) -> None:
        camera = self._cameras.setdefault(id_, Camera(id_, grant))
        camera.grant = grant
        if camera.stream is None:
            log.info("camera_wanted", camera=id_, fence=grant.fence)
            camera.stream = self.streams[id_] = Stream(Packager(self._ladder))
        history = self._histories.setdefault(id_, History(grant.source))
        if history.source != grant.source:
            self._histories[id_] = History(grant.source)

    def _forget(self, id_: str, now: float) -> None:
        """The lease goes back. What the camera did is kept while it keeps us from asking it again."""
        del self._cameras[id_]
        self._done.add(id_)
        failures = self._histories[id_].failures
        if not failures.refusals and now >= failures.retry_at:
            del self._histories[id_]

    def _unwant(self, camera: Camera) -> None:
        if camera.stream is not None:
            log.info("camera_unwanted", camera=camera.id)
            self.streams.pop(camera.id).end()
            camera.stream = None

    def _act(self, camera: Camera, now: float) -> None:
        if camera.run:
            code = camera.run.poll()
            if code is not None:
                self._ended(camera, camera.run, code, now)
        failures = self._histories[camera.id].failures
        seen = camera.run.seen if camera.run else Seen(retry_at=failures.retry_at)
        source = camera.grant.source
        is_moved = camera.run is not None and camera.run.source != source
        is_wanted = camera.stream is not None and source is not None and not is_moved
        step = policy.decide(wanted=is_wanted, seen=seen, now=now)
        if step is Do.START:
            self._start(camera, now)
        elif step is not Do.NOTHING and camera.run:
            camera.fault = camera.fault or policy.fault(seen, now=now)
            camera.run.take(step, now=now)
        if camera.stream:
            self._refuse(camera, now)
        if camera.run:
            _log_first_part(camera, camera.run)

    def _start(self, camera: Camera, now: float) -> None:
        assert camera.stream is not None  # policy starts what is wanted
        assert camera.grant.source is not None
        epoch, camera.fault = secrets.token_hex(4), None
        try:
            camera.run = Run(self._ffmpeg_path, camera.grant.source, camera.stream, epoch=epoch, now=now)
        except OSError as error:
            self._failed(camera.id, "process_refused", lived_s=0.0, now=now)
            log.warning("run_not_started", camera=camera.id, error=str(error))
            return
        log.info("run_started", camera=camera.id, epoch=epoch, pid=camera.run.process.pid)

    def _ended(self, camera: Camera, run: Run, code: int, now: float) -> None:
        camera.run = None
        if camera.stream is run.stream:
            run.stream.publish()
        if run.seen.stopping is not Do.NOTHING and camera.fault is None:
            log.info("run_ended", camera=camera.id, epoch=run.epoch, code=code, reason="not_wanted")
            return
        said = policy.reason_of(run.process.said, had_parts=run.first_part_at is not None)
        reason = camera.fault or run.relay.refusal or said
        lived_s = (run.seen.part_at or now) - (run.first_part_at or run.seen.part_at or now)
        retry_at = self._failed(camera.id, reason, lived_s=lived_s, now=now)
        log.warning(
            "run_ended",
            camera=camera.id,
            epoch=run.epoch,
            code=code,
            reason=reason,
            trouble=run.trouble,
            lived_s=round(lived_s, 1),
            retry_s=round(retry_at - now, 1),
            said=run.process.said[-6:],
        )

    def _failed(self, id_: str, reason: str, *, lived_s: float, now: float) -> float:
        """Remember it; returns when to try again."""
        history = self._histories[id_]
        chance = self._chance.random()
        history.failures = policy.after_failure(history.failures, reason, lived_s=lived_s, now=now, chance=chance)
        return history.failures.retry_at

    def _refuse(self, camera: Camera, now: float) -> None:
        """Let viewers know when waiting is in vain."""
        assert camera.stream is not None  # asked by the caller
        report = self._report(camera, now)
        refusal = report.reason if report.state == "failed" else None
        if refusal != camera.stream.refusal:
            camera.stream.refusal = refusal
            camera.stream.publish()

    def _report(self, camera: Camera, now: float) -> Report:
        failures = self._histories[camera.id].failures
        if camera.grant.source is None:
            return Report("failed", "camera_password_unreadable")
        if camera.run and camera.run.first_part_at and camera.run.seen.stopping is Do.NOTHING:
            return Report("live")
        if failures.is_held(now=now):
            return Report("failed", failures.reason)
        if camera.run is None and now < failures.retry_at:
            return Report("backoff", failures.reason)
        is_late = camera.run is not None and policy.is_late(camera.run.seen, now=now)
        return Report("starting", "first_picture_late" if is_late else None)

    async def _leave(self) -> None:
        """End every ffmpeg, then release the leases: another host must not start while ours still runs."""
        deadline = time.monotonic() + GOODBYE_S
        self._grants = {}
        async with self._lock:
            self._step(time.monotonic())
            while self._cameras and time.monotonic() < deadline:
                await asyncio.sleep(TICK_S / 2)
                self._step(time.monotonic())
        await asyncio.get_running_loop().run_in_executor(self._thread, self._leases.close)
        self._thread.shutdown()


def _log_first_part(camera: Camera, run: Run) -> None:
    if run.first_part_at and run.seen.started_at and camera.live_epoch != run.epoch:
        camera.live_epoch = run.epoch
        first_part_ms = round((run.first_part_at - run.seen.started_at) * 1000)
        log.info("run_live", camera=camera.id, epoch=run.epoch, first_part_ms=first_part_ms)


async def _either(event: asyncio.Event, timeout_s: float) -> None:
    """Until ``event``, or that long."""
    waiting = asyncio.ensure_future(event.wait())
    await asyncio.wait((waiting,), timeout=timeout_s)
    waiting.cancel()
