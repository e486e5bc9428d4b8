"""The loop: read what is wanted, take each camera a step further, report how it fares.

Level-triggered: each tick compares what is wanted with what is and repairs the difference, whatever happened between.
"""

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from transcoder import brownout, logs, policy
from transcoder.brownout import Running
from transcoder.budget import Budget
from transcoder.camera import Camera
from transcoder.feeding import Tools
from transcoder.history import History
from transcoder.leases import DatabaseUnreachable, Grant, Leases
from transcoder.load import Load

if TYPE_CHECKING:
    from transcoder.stream import Stream

TICK_S = 0.1
GOODBYE_S = 3.6  # after q, TERM and KILL have had their time
BROKEN_S = 2.0  # until a camera whose step failed is looked at again
HEALTHY_S = 5.0  # how long the database may be silent

log = logs.get("supervisor")


class Supervisor:
    """Owns the cameras of this host. ``streams`` is for the origin to read."""

    def __init__(self, leases: Leases, tools: Tools, load: Load) -> None:
        self.streams: dict[str, Stream] = {}
        self.cameras: dict[str, Camera] = {}
        self.budget = Budget()
        self.load = 0.0  # how short of CPU the host is
        self._load = load
        self.is_reachable = True  # the database
        self.spent_s = 0.0  # CPU, for cameras that are gone
        self._leases = leases
        self._tools = tools
        self._histories: dict[str, History] = {}
        self._grants: dict[str, Grant] = {}
        self._done: set[str] = set()
        self._broken: dict[str, float] = {}  # cameras whose last step failed, until when they are let be
        self._up: set[str] = set()  # cameras whose success their centre was told of
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="leases")
        self._lock = asyncio.Lock()
        self._looks = 0
        self._asked_at = float("-inf")  # when the database last answered
        self._brownout = brownout.State()
        self._strain = brownout.Strain(time.monotonic())

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
        reports = {id_: camera.report(now) for id_, camera in self.cameras.items()}
        done = tuple(self._done)
        exchange = partial(self._leases.exchange, reports, done=done)
        try:
            self._grants = await asyncio.get_running_loop().run_in_executor(self._thread, exchange)
        except DatabaseUnreachable as error:
            if self.is_reachable:
                log.warning("database_unreachable", error=str(error))
            self.is_reachable = False
            return
        if not self.is_reachable:
            log.info("database_reachable")
        self.is_reachable = True
        self._done.difference_update(done)
        self._asked_at = time.monotonic()

    def _step(self, now: float) -> None:
        granted = {id_: grant for id_, grant in self._grants.items() if now - grant.renewed_at < policy.FENCE_S}
        for id_, grant in granted.items():
            self._want(id_, grant)
        self._spare(now)
        for camera in tuple(self.cameras.values()):
            is_granted = camera.id in granted
            if camera.stream is not None and not (is_granted and camera.grant.is_wanted):
                log.info("camera_unwanted", camera=camera.id)
                camera.hide()
                del self.streams[camera.id]
            self._drive(camera, is_wanted=is_granted, now=now)
            if not is_granted and camera.is_gone:
                self._forget(camera, now)

    def _want(self, id_: str, grant: Grant) -> None:
        camera = self.cameras.get(id_)
        if camera is None:
            history = self._histories.setdefault(id_, History())
            camera = self.cameras[id_] = Camera(id_, grant, history, self._tools)
        if camera.grant.camera != grant.camera:
            camera.change(grant)
        camera.grant = grant
        if grant.is_wanted and camera.stream is None:
            log.info("camera_wanted", camera=id_, fence=grant.fence)
            camera.host_step = brownout.first_step(self._running(), grant.priority)
        if grant.is_wanted:
            self.streams[id_] = camera.show()

    def _drive(self, camera: Camera, *, is_wanted: bool, now: float) -> None:
        """A step of one camera, within what its centre can take."""
        centre_id, priority = camera.grant.camera.centre_id, camera.grant.priority
        failed_before = camera.pull.failed
        in_budget = partial(self.budget.may_start, centre_id, camera.id, priority=priority, now=now)
        if now < self._broken.get(camera.id, now):
            return
        try:
            camera.step(is_wanted=is_wanted, may_start=lambda: self._has_room(camera) and in_budget(), now=now)
        except Exception:  # one camera's bad luck must not be every camera's
            log.exception("camera_step_failed", camera=camera.id)
            self._broken[camera.id] = now + BROKEN_S
            return
        self._broken.pop(camera.id, None)
        if camera.pull.failed > failed_before:
            self.budget.failed(centre_id, camera.id, now=now)
            self._up.discard(camera.id)
        elif camera.pull.gives and camera.id not in self._up:
            self.budget.succeeded(centre_id, camera.id, now=now)
            self._up.add(camera.id)

    def _has_room(self, camera: Camera) -> bool:
        """Whether its centre takes it now; another one may have to be let go of before."""
        most, centre_id = camera.grant.max_pulls, camera.grant.camera.centre_id
        if most is None or camera.pull.ingests:
            return True
        of_centre = [one for one in self.cameras.values() if one.grant.camera.centre_id == centre_id]
        return sum(bool(one.pull.ingests) for one in of_centre) < most

    def _spare(self, now: float) -> None:
        """Who gives something up, or gets it back."""
        try:
            self.load = self._load.read(now=now)
        except OSError as error:
            log.warning("load_unknown", error=str(error))
            self.load = 0.0
        behind_s = max((camera.behind_s for camera in self.cameras.values()), default=0.0)
        self._strain = self._strain.after(behind_s=behind_s, now=now)
        felt = self._strain.felt(self.load, now=now)
        changes, self._brownout = brownout.decide(self._running(), self._brownout, load=felt, now=now)
        for id_, step in changes.items():
            camera = self.cameras[id_]
            log.warning("brownout", camera=id_, before=camera.host_step.code, after=step.code)
            camera.host_step, camera.stepped_at = step, now

    def _running(self) -> list[Running]:
        return [
            Running(camera.id, camera.grant.priority, camera.host_step, camera.stepped_at)
            for camera in self.cameras.values()
            if camera.stream is not None
        ]

    def _forget(self, camera: Camera, now: float) -> None:
        """The lease goes back. What the camera did is kept while it keeps us from asking it again."""
        del self.cameras[camera.id]
        self._up.discard(camera.id)
        self._done.add(camera.id)
        self.budget.ended(camera.grant.camera.centre_id, camera.id)
        self.spent_s += camera.history.spent_s
        camera.history.spent_s = 0.0
        self._histories = {
            id_: history for id_, history in self._histories.items() if id_ in self.cameras or history.matters(now=now)
        }

    async def _leave(self) -> None:
        """End every ffmpeg, then release the leases: another host must not start while ours still runs."""
        deadline = time.monotonic() + GOODBYE_S
        self._grants = {}
        async with self._lock:
            self._step(time.monotonic())
            while self.cameras and time.monotonic() < deadline:
                await asyncio.sleep(TICK_S / 2)
                self._step(time.monotonic())
        await asyncio.get_running_loop().run_in_executor(self._thread, self._leases.close)
        self._thread.shutdown()


async def _either(event: asyncio.Event, timeout_s: float) -> None:
    """Until ``event``, or that long."""
    waiting = asyncio.ensure_future(event.wait())
    await asyncio.wait((waiting,), timeout=timeout_s)
    waiting.cancel()
