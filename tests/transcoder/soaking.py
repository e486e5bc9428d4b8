"""``python -m tests.transcoder.soaking DATA_DIR PORT CAMERAS WHAT NUMBER``: a transcoder that looks at itself.

``WHAT`` is ``cycles``: so many starts and stops of streams, and after each round one line of JSON says what is held;
or ``seconds``: all cameras play that long with requests held, and one line says how the event loop fares.

It is the whole transcoder but for the signals, with the lowest rung only, on a host that is never short of CPU. Its
cameras are ``soak-0`` and on, registered already; their viewers come through its own door.
"""

import asyncio
import contextlib
import gc
import json
import os
import re
import signal
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import imageio_ffmpeg
import uvloop

from server import db
from server.models import Stream
from tests.transcoder.waiting import arrives
from transcoder import ladder, logs, measured, metrics, origin, settings
from transcoder.feeding import Tools
from transcoder.leases import Leases
from transcoder.load import Load
from transcoder.supervisor import Supervisor

ONE_RUNG = replace(ladder.DEFAULT, rungs=ladder.DEFAULT.rungs[:1])
LOOK_S = 0.01
HURRIED_EVERY = 4  # rounds: a stream that is not wanted any more before there is a picture
STUCK_EVERY = 8  # of them: nor does its ffmpeg come as far as to ask the camera, or end when it is asked to
HELD = 50


class Host:
    """Everything of one host, in this process."""

    def __init__(self, data_dir, port, cameras):
        url = f"sqlite:///{data_dir / 'goldentime.db'}"
        self.data_dir, self.cameras = data_dir, [f"soak-{n}" for n in range(cameras)]
        self.transaction = db.transaction(db.engine(url))
        (data_dir / "idle" / "pressure").mkdir(parents=True)
        (data_dir / "idle" / "pressure" / "cpu").write_text("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
        tools = Tools(imageio_ffmpeg.get_ffmpeg_exe(), settings.DEJAVU, ONE_RUNG)
        self.supervisor = Supervisor(Leases(url, data_dir, "host-a"), tools, Load(data_dir / "idle", ()))
        self.door = origin.Origin(
            self.supervisor.streams,
            look=self.supervisor.look,
            health=self.supervisor.health,
            measure=partial(metrics.render, partial(measured.host, self.supervisor)),
        )
        self.port = port
        self.answers = Counter()

    def want(self, *camera_ids, seconds=60.0):
        with self.transaction() as session:
            for id_ in camera_ids:
                wanted_until = datetime.now(UTC) + timedelta(seconds=seconds)
                session.merge(Stream(camera_id=id_, wanted_until=wanted_until, priority=0))

    async def get(self, path):
        """Status and body; counted."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with contextlib.closing(writer):
            writer.write(f"GET {path} HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n".encode())
            answer = (await reader.read()).decode(errors="replace")
        await writer.wait_closed()
        status = int(answer.split(maxsplit=2)[1])
        self.answers[status] += 1
        return status, answer

    async def cycle(self, id_, *, hurried, stuck):
        """Wanted, seen, not wanted any more, gone."""
        self.want(id_)
        if hurried:
            await arrives(lambda: id_ in self.supervisor.cameras and self.supervisor.cameras[id_].pids)
            if stuck:
                os.kill(self.supervisor.cameras[id_].pids[0], signal.SIGSTOP)
            held = None
        else:
            status, playlist = await self.get(f"/live/{id_}/240p/index.m3u8")
            assert status == 200, playlist
            await self.get("/metrics")
            held = asyncio.create_task(self.get(f"/live/{id_}/240p/index.m3u8{_reload(playlist)}"))
        self.want(id_, seconds=-1)
        await arrives(lambda: id_ not in self.supervisor.cameras)
        if held:
            await held

    def holds(self):
        """What this process has now."""
        gc.collect()
        fds = Counter(re.sub(r"\d+", "N", _link(fd)) for fd in os.listdir("/proc/self/fd"))
        return {
            "fds": {kind: count for kind, count in sorted(fds.items()) if kind},
            "threads": len(os.listdir("/proc/self/task")),
            "children": len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()),
            "asyncio_tasks": len(asyncio.all_tasks()),
            "files": len([path for path in self.data_dir.rglob("*") if path.is_file()]),
            "objects": len(gc.get_objects()),
            "rss_kb": int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1]),
        }


def _link(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return ""


def _reload(playlist):
    """The query for what comes after the newest segment."""
    msn = int(re.search(r"MEDIA-SEQUENCE:(\d+)", playlist)[1]) + playlist.count("#EXT-X-PROGRAM-DATE-TIME")
    return f"?_HLS_msn={msn}&_HLS_part=0"


async def cycles(host, number):
    """Rounds of all cameras at once, until there were that many cycles."""
    done, rounds = 0, 0
    while done < number:
        done, rounds = done + len(host.cameras), rounds + 1
        how = {"hurried": rounds % HURRIED_EVERY == 0, "stuck": rounds % STUCK_EVERY == 0}
        await asyncio.gather(*(host.cycle(id_, **how) for id_ in host.cameras))
        sys.stdout.write(json.dumps({"cycles": done, "at_s": time.monotonic(), **host.holds()}) + "\n")
        sys.stdout.flush()


async def seconds(host, number):
    """All cameras with viewers, for that long."""
    host.want(*host.cameras)
    await asyncio.gather(*(host.get(f"/live/{id_}/240p/index.m3u8") for id_ in host.cameras))
    ends_at, late_ms, unfed, held = time.monotonic() + number, [], 0, 0
    viewers = [asyncio.create_task(_view(host, host.cameras[n % len(host.cameras)], ends_at)) for n in range(HELD)]
    while (at := time.monotonic()) < ends_at:
        await asyncio.sleep(LOOK_S)
        late_ms.append((time.monotonic() - at - LOOK_S) * 1000)
        encoders = [
            one for camera in host.supervisor.cameras.values() if camera.feeding for one in camera.feeding.encoders
        ]
        unfed = max([unfed, *(encoder.process.unfed_bytes for encoder in encoders)])
        held = max(held, sum(stream.viewers for stream in host.supervisor.streams.values()))
    await asyncio.gather(*viewers)
    late_ms.sort()
    said = {"p50_ms": late_ms[len(late_ms) // 2], "p99_ms": late_ms[len(late_ms) * 99 // 100], "max_ms": late_ms[-1]}
    parts = {id_: stream.packager.parts for id_, stream in host.supervisor.streams.items()}
    sys.stdout.write(json.dumps({**said, "unfed_bytes": unfed, "held": held, "parts": parts, "answers": host.answers}))


async def _view(host, id_, ends_at):
    path, query = f"/live/{id_}/240p", ""
    while time.monotonic() < ends_at:
        status, playlist = await host.get(f"{path}/index.m3u8{query}")
        assert status == 200, playlist
        query = _reload(playlist)


async def main():
    data_dir, port, count, what, number = Path(sys.argv[1]), *map(int, sys.argv[2:4]), sys.argv[4], int(sys.argv[5])
    logs.configure()
    host, stopping = Host(data_dir, port, count), asyncio.Event()
    async with host.door.listening("127.0.0.1", port):
        running = asyncio.create_task(host.supervisor.run(stopping))
        await {"cycles": cycles, "seconds": seconds}[what](host, number)
        stopping.set()
        await running


if __name__ == "__main__":
    uvloop.run(main())
