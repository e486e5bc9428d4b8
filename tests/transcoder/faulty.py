"""A row of cameras, each with a fault of its own, played by one transcoder at once, and what was seen of each.

All times are seconds since the cameras were ready; the faults begin and end by the same clock.
"""

import contextlib
import itertools
import json
import re
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import imageio_ffmpeg
from sqlalchemy import select

from server.models import Lease
from tests import town
from tests.hls_invariants import Client
from tests.transcoder.running import PASSWORD, ROOT, alive
from tests.transcoder.waiting import until

POLL_S = 0.25
RUNG = "240p"


@dataclass
class Sample:
    """What the playlist said at ``at_s``."""

    at_s: float
    media_s: float  # when its newest picture was taken
    msn: int
    epoch: str


@dataclass
class Seen:
    """All of one camera."""

    samples: list = field(default_factory=list)
    runs: list = field(default_factory=list)  # what was logged of its processes, with ``at_s``
    told: list = field(default_factory=list)  # what the lease said, at each change: (when, state, reason)

    def ends(self, *, after_s=0.0):
        """Runs that ended of themselves or were ended for a fault: (when, why)."""
        ended = [run for run in self.runs if run["event"].endswith("_ended") and run["reason"] != "not_wanted"]
        return [(run["at_s"], run["reason"]) for run in ended if run["at_s"] >= after_s]

    def noticed_s(self, after_s):
        """When it was first known, by the end of a run or by what the lease says."""
        told = [at_s for at_s, _, reason in self.told if reason and at_s >= after_s]
        return min([*told, *(at_s for at_s, _ in self.ends(after_s=after_s))])

    @property
    def starts(self):
        return [run["at_s"] for run in self.runs if run["event"] == "ingest_started"]

    def live_from(self, after_s):
        """When a picture taken after ``after_s`` was first there."""
        return next((s.at_s for s in self.samples if s.media_s >= after_s and s.at_s >= after_s), None)

    def lag_s(self, start_s, end_s):
        """How old the newest picture was, at most."""
        return max(sample.at_s - sample.media_s for sample in self.samples if start_s <= sample.at_s <= end_s)

    def gap_s(self, start_s, end_s):
        """The longest time without a new picture."""
        news = [start_s]
        for before, after in itertools.pairwise(self.samples):
            if start_s <= after.at_s <= end_s and (after.media_s, after.msn) != (before.media_s, before.msn):
                news.append(after.at_s)
        return max(b - a for a, b in itertools.pairwise([*news, end_s]))


def clip(path, *, size="320x180", gop=30, frames=30, b_frames=0):
    """A small moving picture, 15 a second; H.265 if the name says so."""
    coder = "libx265" if path.suffix == ".h265" else "libx264"
    more = ["-x265-params", "log-level=none:repeat-headers=1"] if coder == "libx265" else []
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=15"]
    argv += ["-frames:v", str(frames), "-c:v", coder, "-preset", "ultrafast", "-bf", str(b_frames), "-g", str(gop)]
    argv += ["-sc_threshold", "0"] if coder == "libx264" else []
    subprocess.run([*argv, *more, "-f", "hevc" if more else "h264", str(path)], check=True)
    return str(path)


@contextlib.contextmanager
def cameras(folder, settings):
    """The simulator with a camera for each of ``settings`` (by id): its port, and when it was ready."""
    rows = [
        {"path": f"/{id_}", "fps": 15, "username": "viewer", "password": PASSWORD} | more
        for id_, more in settings.items()
    ]
    config = folder / "cameras.json"
    config.touch(0o600)
    config.write_text(json.dumps({"cameras": rows}))
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            port = json.loads(server.stdout.readline())["port"]
            yield port, time.time()
        finally:
            server.terminate()


@contextlib.contextmanager
def canary():
    """The port of 127.0.0.2 where nobody may come, and who came."""
    came = []
    with socket.create_server(("127.0.0.2", 0)) as door:

        def watch():
            with contextlib.suppress(OSError):
                while True:
                    visitor, address = door.accept()
                    came.append(address)
                    visitor.close()

        threading.Thread(target=watch, daemon=True).start()
        yield door.getsockname()[1], came
        door.shutdown(socket.SHUT_RDWR)


def register(transcoder, ids, port, vault, *, priority=0, **more):
    """The cameras are in the database, and wanted."""
    with transcoder.transaction() as session:
        for id_ in ids:
            row = town.camera(id_, 0, 40, vault=None, rtsp_host="127.0.0.1", rtsp_port=port, **more)
            row.rtsp_password_sealed = vault.seal(PASSWORD)
            session.add(row)
    for id_ in ids:
        transcoder.want(id_, seconds=300, priority=priority)


def watch(transcoder, ids, ready_at, *, until_s):
    """Look at every camera's playlist in turn until that time; ``Seen`` by camera, and passwords on command lines."""
    seen = {id_: Seen() for id_ in ids}
    client, exposed = Client(transcoder.url("/"), None), set()
    live, leases = set(), {}
    while time.time() - ready_at < until_s:
        round_at = time.monotonic()
        if not live:
            until(lambda: any(run["event"] == "encoder_live" for run in logged(transcoder, ready_at)))
        live = {run["camera"] for run in logged(transcoder, ready_at) if run["event"] == "encoder_live"}
        for id_ in live & set(ids):  # the playlist of a camera without a picture is held, and would hold up the others
            answer = client.get(transcoder.url(f"/live/{id_}/{RUNG}/index.m3u8"))
            if answer.status == 200:
                seen[id_].samples.append(_sample(answer.body.decode(), ready_at))
        for id_, told in _told(transcoder).items():
            if id_ in seen and leases.get(id_) != told:
                leases[id_] = told
                seen[id_].told.append((time.time() - ready_at, *told))
        exposed |= {pid for pid in transcoder.children() if PASSWORD.encode() in _cmdline(pid)}
        time.sleep(max(0.0, POLL_S - (time.monotonic() - round_at)))
    client.connection.close()
    for run in logged(transcoder, ready_at):
        if run.get("camera") in seen and run["event"].startswith(("ingest_", "encoder_")):
            seen[run["camera"]].runs.append(run)
    return seen, exposed


def logged(transcoder, ready_at):
    """Lines of the transcoder's log, with ``at_s``."""
    lines = [json.loads(line) for line in transcoder.log.read_text().splitlines()]
    return [line | {"at_s": datetime.fromisoformat(line["timestamp"]).timestamp() - ready_at} for line in lines]


def orphans(pids):
    """Those that are still there after two seconds."""
    with contextlib.suppress(AssertionError):
        until(lambda: not any(map(alive, pids)), within_s=2)
    return [pid for pid in pids if alive(pid)]


def _told(transcoder):
    with transcoder.transaction() as session:
        return {lease.camera_id: (str(lease.state), lease.reason) for lease in session.scalars(select(Lease))}


def _cmdline(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _sample(playlist, ready_at):
    *_, last = playlist.split("#EXT-X-PROGRAM-DATE-TIME:")
    begins = datetime.fromisoformat(last.split("\n", 1)[0]).timestamp()
    parts = [float(d) for d in re.findall(r"EXT-X-PART:DURATION=([0-9.]+)", last)]
    msn = int(re.search(r"MEDIA-SEQUENCE:(\d+)", playlist)[1]) + playlist.count("PROGRAM-DATE-TIME") - 1
    *_, epoch = re.findall(r"([0-9a-f]{8})-[0-9]", playlist)
    return Sample(time.time() - ready_at, begins + sum(parts) - ready_at, msn, epoch)
