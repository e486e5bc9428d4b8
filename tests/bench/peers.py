"""Goldentime beside other products: one camera, one browser, one machine, one run, on loopback and on a mobile link.

Each gets the same taps at the same distances from the camera's key frame, which comes every 2 s. The others remux: what the
camera sends is what they send. They are played by hls.js with its defaults, ours by the tablet page.
"""

import contextlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from demo.accounts import write_private
from demo.pictures import clips
from demo.running import Running, listens, running, say
from demo.scenarios import call_112
from demo.tablet import Tablet, chromium
from deploy.ports import free_port
from deploy.stack import READY_WITHIN_S, Stack
from tests.bench.first_picture import GOP_S, PROFILES, Profile, reach
from tests.bench.link import link
from tests.bench.peer_servers import Peer, PeerMissing, home_assistant, nginx_rtmp
from tests.bench.report import Figure

AFTER_KEY_FRAME_S = (0.3, 0.9, 1.5)  # when the taps are: the wait for the next one is 1.7, 1.1, 0.5 s
FIRST_FRAME_WITHIN_S = 30.0
OURS = "Goldentime"


@dataclass(frozen=True)
class Shown:
    """A page, and how a picture is asked for. ``cold`` starts what does not run, ``warm`` finds it running; both give ms."""

    tablet: Tablet
    cold: Callable[[int], float]
    warm: Callable[[], float]


def measure(*, seconds: float = 20.0) -> Iterator[Figure]:
    """The picture is watched for ``seconds`` on each network."""
    with running(Path("var/bench"), port=0, clip_folder=Path("var/clips")) as (stack, demo):
        camera_url = open_camera(stack)
        peers = list(installed(stack, camera_url))
        for profile in PROFILES[:2]:
            with ours(demo, profile) as shown:
                yield from seen(OURS, profile, shown, seconds)
            for peer in peers:
                with theirs(peer, profile) as shown:
                    yield from seen(peer.name, profile, shown, seconds)


def installed(stack: Stack, camera_url: str) -> Iterator[Peer]:
    """Those that can be had; the others are named with the reason."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    for name, start in {
        "nginx-rtmp": lambda: nginx_rtmp(stack, camera_url, ffmpeg),
        "Home Assistant": lambda: home_assistant(stack, camera_url),
    }.items():
        try:
            say(f"installing and starting {name}")
            yield start()
        except PeerMissing as error:
            say(f"{name} is left out: {error}")


def open_camera(stack: Stack) -> str:
    """A second simulator with one of the demo's cameras, open to everybody: no peer is given a password."""
    config = json.loads((stack.at.var / "cameras.json").read_text())
    port = free_port(0)
    camera = {"path": "/open", "clip": config["cameras"][0]["clip"], "fps": clips.FPS}
    told = stack.at.var / "open-camera.json"
    write_private(told, json.dumps({"listen": "127.0.0.1", "port": port, "cameras": [camera]}))
    child = stack.spawn("open-camera", [sys.executable, "-m", "demo.cameras", "--config", str(told)])
    child.wait_until(lambda: listens(port), within_s=READY_WITHIN_S)
    return f"rtsp://127.0.0.1:{port}/open"


@contextlib.contextmanager
def over(profile: Profile, port: int) -> Iterator[str]:
    """The address of a port of this machine over the profile's network."""
    if profile.down_bps is None:
        yield f"http://127.0.0.1:{port}"
        return
    with link(port, down_bps=profile.down_bps, up_bps=profile.down_bps / 2, rtt_s=profile.rtt_s) as far:
        yield f"http://127.0.0.1:{far}"


@contextlib.contextmanager
def ours(demo: Running, profile: Profile) -> Iterator[Shown]:
    """A dispatched officer's tablet. The cold cameras are those that the dispatch did not warm, the farthest first."""
    with reach(profile, demo.at.port) as port, chromium(link_port=port) as browser:
        tablet = Tablet(browser.new_page(), demo.at.base_url)
        account = demo.accounts()["officer"]
        tablet.log_in(account["username"], account["password"])
        tablet.wait_for_view("waiting")
        incident = call_112.raise_call(demo.room(), unit_id=demo.unit_id)
        cameras = [one["camera_id"] for one in incident["cameras"]]
        tablet.first_frame_ms(cameras[0])

        def tap(camera_id: str) -> float:
            tablet.tap(camera_id)
            return tablet.first_frame_ms(camera_id)

        def warm() -> float:
            tap(cameras[0])
            return tap(cameras[1])

        yield Shown(tablet, lambda turn: tap(cameras[-1 - turn]), warm)
        call_112.close_call(demo.room(), incident["id"])


@contextlib.contextmanager
def theirs(peer: Peer, profile: Profile) -> Iterator[Shown]:
    with over(profile, peer.port) as base_url, chromium() as browser:
        tablet = Tablet(browser.new_page(), base_url + peer.page)
        tablet.wait("() => Boolean(window.tap)")

        def tap() -> float:
            tablet.page.evaluate("start => { window.tap(start); }", peer.start)
            shown = "() => window.goldentime.state().first_frame_ms"
            return float(tablet.wait(shown, within_s=FIRST_FRAME_WITHIN_S))

        def cold(_turn: int) -> float:
            peer.stop()
            until_after_key_frame(AFTER_KEY_FRAME_S[_turn])
            peer.begin()
            return tap()

        try:
            yield Shown(tablet, cold, tap)
        finally:
            peer.stop()


def until_after_key_frame(offset_s: float) -> None:
    time.sleep((offset_s - time.time()) % GOP_S)


def seen(name: str, profile: Profile, shown: Shown, seconds: float) -> Iterator[Figure]:
    what = f"{profile.name}, {name}"
    cold, over_idr = [], []
    for turn, offset_s in enumerate(AFTER_KEY_FRAME_S):
        until_after_key_frame(offset_s)
        cold.append(shown.cold(turn))
        over_idr.append(cold[-1] - (GOP_S - offset_s) * 1000)
    warm = [shown.warm() for _ in AFTER_KEY_FRAME_S]
    shown.tablet.watch_clock()
    shown.tablet.page.wait_for_timeout(seconds * 1000)
    clock = shown.tablet.clock()
    is_ours, local = name == OURS, profile.down_bps is None
    yield Figure(f"{what}: cold tap to first frame, median of {len(cold)}", round(statistics.median(cold)), "ms")
    yield Figure(
        f"{what}: … beyond the wait for a key frame, worst",
        round(max(over_idr)),
        "ms",
        700 if is_ours and local else None,
    )
    yield Figure(
        f"{what}: warm tap to first frame, median of {len(warm)}",
        round(statistics.median(warm)),
        "ms",
        profile.warm_ms if is_ours else None,
    )
    ages = clock["ages"]
    if ages:
        glass = round(statistics.median(ages))
        yield Figure(
            f"{what}: glass to glass, median of {len(ages)}", glass, "ms", profile.glass_ms if is_ours else None
        )
    yield Figure(f"{what}: pictures in which the clock could not be read", clock["unread"], "")
    yield Figure(f"{what}: stalls in {seconds:g} s", clock["stalls"], "", 0 if is_ours else None)
    yield Figure(f"{what}: longest time without a new picture", round(clock["longest_gap_ms"]), "ms")
