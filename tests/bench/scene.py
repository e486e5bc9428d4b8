"""One camera that is watched through a real dispatch and real playback sessions, and three ways to it."""

import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from demo import places
from demo.province import CALL, SCENE
from demo.running import Running
from demo.scenarios import call_112
from deploy.stack import Stack
from tests.bench import fronts
from tests.bench.fronts import Front
from tests.bench.viewers import HINT, Seat

RUNG = "360p"  # what a car on LTE sees; the top one is the first to go when the CPU is short
CORNER = {"azimuth_deg": 240, "distance_m": 880}  # from the scene of the demo's call: only one live camera is near
WITHIN_S = 60.0
NEWEST = 10
PART = re.compile(rb'EXT-X-PART:[^\n]*URI="([^"/]+)"')  # a rung that is not encoded lists the next lower one's


@dataclass
class Scene:
    """``sids`` are of playback sessions of one officer."""

    stack: Stack
    demo: Running
    incident_id: str
    camera_id: str
    gated: Front
    unasked: Front
    files: Front
    sids: list[str] = field(default_factory=list)

    def want_sessions(self, count: int) -> None:
        """Have ``count`` of them at least."""
        officer = self.demo.officer("officer")
        wanted = {"camera_id": self.camera_id, "incident_id": self.incident_id}
        while len(self.sids) < count:
            self.sids.append(officer.call("POST", "/v1/playback", wanted)["url"].split("/")[2])

    def folder(self, sid: str) -> str:
        """The path of the rung for a session."""
        return f"/live/{sid}/{self.camera_id}/{RUNG}"

    @property
    def origin(self) -> Seat:
        """Where the origin itself is asked, past nginx."""
        return Seat(self.stack.at.origin_port, f"/live/{self.camera_id}/{RUNG}")

    def at_origin(self, name: str) -> bytes:
        """What the origin gives for a name of the rung; nothing while there is no stream."""
        return self.get(self.origin, name)

    def get(self, seat: Seat, name: str) -> bytes:
        """The same through any door."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{seat.port}{seat.folder}/{name}") as reply:
                return bytes(reply.read())
        except urllib.error.HTTPError:
            return b""

    def wait_until_live(self) -> None:
        """A host that was short of CPU has given the rung up, and gives it back some time after: then it is waited for."""
        self.wait_for(
            lambda: len(self.newest()) == NEWEST and bool(HINT.search(self.at_origin("index.m3u8"))), "picture"
        )

    def newest(self) -> list[str]:
        """Names of the newest whole parts of the rung itself, oldest first."""
        return [name.decode() for name in PART.findall(self.at_origin("index.m3u8"))[-NEWEST:]]

    def wait_for(self, met: Callable[[], bool], what: str) -> None:
        """Wait at most a minute."""
        deadline = time.monotonic() + WITHIN_S
        while not met():
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{self.camera_id}: no {what} in {RUNG} after {WITHIN_S:g} s; is the host short of CPU?"
                )
            time.sleep(0.05)

    def roots(self, front: Front) -> dict[str, int]:
        """The processes that serve through a front."""
        pids = {child.name: child.pid for child in self.stack.children}
        return {"nginx": front.pid, "gate": pids["gate"], "origin": pids["transcoder"]}


def begin(stack: Stack, demo: Running) -> Scene:
    """Raise a call in a corner that one camera sees, and start the fronts."""
    at = places.step(SCENE, **CORNER)
    report = call_112.report(
        replace(CALL, lat=at.lat, lon=at.lon),
        unit_id=demo.unit_id,
        external_id=f"fan-out-{time.time_ns()}",
        now=datetime.now(UTC),
    )
    incident = demo.room().call("POST", "/v1/incidents", report)
    made = fronts.gated(stack), fronts.without_gate(stack), fronts.of_files(stack)
    return Scene(stack, demo, incident["id"], incident["cameras"][0]["camera_id"], *made)
