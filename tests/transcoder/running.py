"""A whole transcoder in a process of its own, and the cameras it plays."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import imageio_ffmpeg

from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from server.models import Camera, Lease, Stream
from tests.transcoder.waiting import until

ROOT = Path(__file__).parents[2]
PASSWORD = "canary' p@ss:%41"


@contextlib.contextmanager
def gstreamer_cameras():
    """The port of GStreamer's RTSP server with the cameras of ``gst_camera.py``."""
    argv = ["/usr/bin/python3", str(Path(__file__).with_name("gst_camera.py")), PASSWORD]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        line = server.stdout.readline()
        assert line, "GStreamer's RTSP server does not start: apt-get install python3-gi gir1.2-gst-rtsp-server-1.0"
        try:
            yield json.loads(line)["port"]
        finally:
            server.stdin.close()


@contextlib.contextmanager
def simulated_camera(folder):
    """The port of our own simulator with one camera ``/street``: a loop of 2 s with one IDR, joined wherever it is."""
    clip, config = folder / "street.h264", folder / "cameras.json"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=15", "-frames:v", "30"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "300", "-f", "h264"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, *coded, str(clip)], check=True)
    camera = {"path": "/street", "clip": str(clip), "fps": 15, "username": "viewer", "password": PASSWORD}
    config.touch(0o600)
    config.write_text(json.dumps({"cameras": [camera]}))
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            yield json.loads(server.stdout.readline())["port"]
        finally:
            server.terminate()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Transcoder:
    """``python -m transcoder`` over the test's database."""

    def __init__(self, transaction, data_dir, database_url, log, *, module=("transcoder",)):
        self.transaction, self.data_dir, self.log = transaction, data_dir, log
        self.port = free_port()
        told = {
            "DATA_DIR": data_dir,
            "DATABASE_URL": database_url,
            "HOST_ID": "host-a",
            "LISTEN": f"127.0.0.1:{self.port}",
        }
        env = os.environ | {f"TRANSCODER_{name}": str(value) for name, value in told.items()}
        with log.open("wb") as out:
            self.process = subprocess.Popen([sys.executable, "-m", *module], cwd=ROOT, env=env, stderr=out)
        until(lambda: self.get("/healthz")[0] == 200)

    def camera(self, camera_id, port, path, *, password=PASSWORD):
        """Point a camera of the town at a real one."""
        with self.transaction() as session:
            camera = session.get(Camera, camera_id)
            camera.rtsp_host, camera.rtsp_port = "127.0.0.1", port
            camera.profiles = [Profile(name="main", path=path).stored()]
            camera.rtsp_password_sealed = Vault(self.data_dir).seal(password)

    def profiles(self, camera_id, *profiles, **more):
        """Register the streams of a camera, and what else is known of it."""
        with self.transaction() as session:
            camera = session.get(Camera, camera_id)
            camera.profiles = [profile.stored() for profile in profiles]
            for name, value in more.items():
                setattr(camera, name, value)

    def want(self, camera_id, seconds=60.0, *, priority=0):
        with self.transaction() as session:
            wanted_until = datetime.now(UTC) + timedelta(seconds=seconds)
            session.merge(Stream(camera_id=camera_id, wanted_until=wanted_until, priority=priority))

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path):
        """Status and body; status 0 when nobody answers."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)) as connection:
            try:
                connection.request("GET", path)
                response = connection.getresponse()
            except OSError:
                return 0, ""
            return response.status, response.read().decode(errors="replace")

    def lease(self, camera_id):
        with self.transaction() as session:
            return session.get(Lease, camera_id)

    def events(self, event):
        """Lines of the log of one kind."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if line["event"] == event]

    def newest(self, what):
        """Process id of the ``ingest`` or ``encoder`` started last."""
        return self.events(f"{what}_started")[-1]["pid"]

    def encoding(self, *, rungs):
        """Process id of the encoder that makes so many rungs, as soon as it does."""
        return until(lambda: [e["pid"] for e in self.events("encoder_live") if len(e["rungs"]) == rungs])[-1]

    def children(self):
        """Process ids of its ffmpegs."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=8)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def position(playlist):
    """The newest (segment, part) that a playlist's reports speak of, and its media sequence."""
    sequence = int(re.search(r"MEDIA-SEQUENCE:(\d+)", playlist)[1])
    msn, part = re.search(r"LAST-MSN=(\d+),LAST-PART=(\d+)", playlist).groups()
    return int(msn), int(part), sequence
