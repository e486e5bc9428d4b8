"""Other products, installed by their packages into a folder of ours and started on one camera: nginx-rtmp and Home Assistant.

Nothing of them is kept in the project. What cannot be installed here is left out with its reason: ``PeerMissing``.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from demo.running import listens
from deploy import nginx
from deploy.ports import free_port
from deploy.stack import READY_WITHIN_S, Stack

PAGE = Path(__file__).with_name("peer")
HLS_JS = Path("node_modules/hls.js/dist/hls.min.mjs")
INSTALL_S = 600.0
RTMP_PACKAGE = "libnginx-mod-rtmp"
OLD_ENOUGH = "josepy<2"  # what Home Assistant's cloud component, which its camera component imports, does not pin


class PeerMissing(Exception):
    """The product cannot be installed or started here; why."""


@dataclass(frozen=True)
class Peer:
    """A running product with one camera, and what is done to see it."""

    name: str
    port: int
    page: str  # folder of the page with the player, in the product's own web server
    start: str  # given to the page's ``tap``
    begin: Callable[[], None]  # what whoever runs the product would have had started by a tap
    stop: Callable[[], None]  # afterwards the camera is not pulled, and nothing old is served


def page_in(folder: Path) -> Path:
    """The player's page and hls.js, copied to where a web server can have them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PAGE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copy(HLS_JS, folder)
    return folder


def install(what: str, *argv: str, cwd: Path) -> None:
    """Run one command of a package manager.

    Raises:
        PeerMissing: it failed, or took ten minutes.
    """
    cwd.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissing(f"{what} could not be installed: {error}") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise PeerMissing(f"{what} could not be installed: {' '.join(said)}")


RTMP_CONF = """load_module "{module}";
daemon off;
pid "{home}/nginx.pid";
{user}
worker_processes 1;
error_log stderr warn;
events {{ }}
rtmp {{
    server {{
        listen 127.0.0.1:{rtmp_port};
        application live {{
            live on;
            hls on;
            hls_path "{home}/hls";
            hls_fragment 1s;
            hls_playlist_length 8s;
        }}
    }}
}}
http {{
    access_log off;
    proxy_temp_path "{home}/t";
    client_body_temp_path "{home}/t";
    fastcgi_temp_path "{home}/t";
    uwsgi_temp_path "{home}/t";
    scgi_temp_path "{home}/t";
    types {{ text/html html; text/javascript js mjs; application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
    server {{
        listen 127.0.0.1:{port};
        add_header Cache-Control no-cache;
        location /page/ {{ alias "{home}/page/"; }}
        location /hls/ {{ alias "{home}/hls/"; }}
    }}
}}
"""


def nginx_rtmp(stack: Stack, camera_url: str, ffmpeg: str) -> Peer:
    """Debian's module in Debian's nginx: fragments of 1 s, cut at the camera's key frames. ffmpeg pushes to it, unchanged.

    It pulls nothing when a viewer comes for HLS, so ``begin`` starts the push as an operator's own script would.
    """
    home = stack.at.var / "peers/nginx-rtmp"
    module = home / "package/usr/lib/nginx/modules/ngx_rtmp_module.so"
    if not module.exists():
        install(RTMP_PACKAGE, "apt-get", "download", "-q", RTMP_PACKAGE, cwd=home)
        install(RTMP_PACKAGE, "dpkg", "-x", str(max(home.glob("*.deb")).resolve()), "package", cwd=home)
    port, rtmp_port = free_port(0), free_port(0)
    shutil.rmtree(home / "hls", ignore_errors=True)
    (home / "hls").mkdir()
    page_in(home / "page")
    conf = home / "nginx.conf"
    conf.write_text(
        RTMP_CONF.format(
            home=home.resolve(),
            module=module.resolve(),
            user="user root;" if os.geteuid() == 0 else "",
            port=port,
            rtmp_port=rtmp_port,
        )
    )
    child = stack.spawn("peer-nginx-rtmp", [nginx.binary(), "-e", "stderr", "-p", str(home), "-c", str(conf)])
    child.wait_until(lambda: listens(port), within_s=READY_WITHIN_S)
    pushing = []

    def begin() -> None:
        argv = [ffmpeg, "-v", "error", "-rtsp_transport", "tcp", "-i", camera_url, "-an", "-c", "copy", "-f", "flv"]
        pushing.append(stack.spawn("peer-push", [*argv, f"rtmp://127.0.0.1:{rtmp_port}/live/camera"]))

    def stop() -> None:
        while pushing:
            child = pushing.pop()
            stack.children.remove(child)
            child.stop()
        for old in (home / "hls").iterdir():
            old.unlink()

    return Peer("nginx-rtmp", port, "/page", "/hls/camera.m3u8", begin, stop)


def home_assistant(stack: Stack, camera_url: str) -> Peer:
    """The newest Home Assistant that this Python can run, in a venv of its own; only its stream component is started."""
    home = (stack.at.var / "peers/home-assistant").resolve()
    python = home / "venv/bin/python"
    if not (home / "installed").exists():
        install("Home Assistant", sys.executable, "-m", "venv", "--clear", "venv", cwd=home)
        pip = (str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check")
        install("Home Assistant", *pip, "homeassistant", OLD_ENOUGH, cwd=home)
        components = next(home.glob("venv/lib/python*/site-packages/homeassistant/components"))
        manifests = (json.loads((components / name / "manifest.json").read_text()) for name in ("http", "stream"))
        install("Home Assistant", *pip, *(need for one in manifests for need in one["requirements"]), cwd=home)
        (home / "installed").touch()
    port = free_port(0)
    (home / "config").mkdir(exist_ok=True)
    argv = [str(python), str(PAGE / "home_assistant.py"), str(home / "config"), str(port)]
    child = stack.spawn("peer-home-assistant", [*argv, str(page_in(home / "page")), camera_url])
    child.wait_until(lambda: listens(port), within_s=READY_WITHIN_S * 2)

    def stop() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/bench/stop", timeout=30):
            time.sleep(0.5)

    return Peer("Home Assistant", port, "/bench/page", "/bench/start", lambda: None, stop)
