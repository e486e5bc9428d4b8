"""How long from the tap to the picture, and how old the picture is: on loopback and on two mobile links.

The camera sends an IDR at every even second (a GOP of 2 s aligned to the clock), so what a cold start must wait for is known.
"""

import contextlib
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from demo.running import Running, running
from demo.scenarios import call_112
from demo.tablet import Tablet, chromium
from tests.bench.link import link
from tests.bench.report import Figure

GOP_S = 2.0


@dataclass(frozen=True)
class Profile:
    """A network and the targets on it, in ms."""

    name: str
    down_bps: float | None
    rtt_s: float
    warm_ms: float | None
    glass_ms: float


PROFILES = (
    Profile("loopback", None, 0.0, 350, 900),
    Profile("1.5 Mbit/s 80 ms", 1_500_000, 0.080, 700, 1300),
    Profile("600 kbit/s 120 ms", 600_000, 0.120, None, 2500),
)


def measure(*, seconds: float = 60.0, rounds: int = 3) -> Iterator[Figure]:
    with running(Path("var/bench"), port=0, clip_folder=Path("var/clips")) as (_, demo):
        for profile in PROFILES:
            yield from on(profile, demo, seconds=seconds, rounds=rounds)


def on(profile: Profile, demo: Running, *, seconds: float, rounds: int) -> Iterator[Figure]:
    cold, over_idr, warm, shown = [], [], [], []
    with reach(profile, demo.at.port) as port, chromium(link_port=port) as browser:
        tablet = Tablet(browser.new_page(), demo.at.base_url)
        account = demo.accounts()["officer"]
        tablet.log_in(account["username"], account["password"])
        for turn in range(rounds):
            tablet.wait_for_view("waiting")
            tablet.forget_marks()
            called_at = time.time()
            incident = call_112.raise_call(demo.room(), unit_id=demo.unit_id)
            cameras = [one["camera_id"] for one in incident["cameras"]]
            tablet.first_frame_ms(cameras[0])
            shown.append((tablet.marked_at_s("first-frame", cameras[0]) - called_at) * 1000)
            far = cameras[-1 - turn % 4]
            tablet.tap(far)
            cold.append(tablet.first_frame_ms(far))
            tapped_at = tablet.marked_at_s("tap", far)
            over_idr.append(cold[-1] - (-tapped_at % GOP_S) * 1000)
            for near in cameras[1:3] * 2:
                tablet.tap(near)
                warm.append(tablet.first_frame_ms(near))
            if turn == rounds - 1:
                stalls_before = tablet.state()["stalls"]
                tablet.watch_clock()
                watched_from = time.monotonic()
                tablet.wait_for_pictures(int(seconds * 13), within_s=seconds * 3 + 30)
                clock, watched_s = tablet.clock(), time.monotonic() - watched_from
                state = tablet.state()
            call_112.close_call(demo.room(), incident["id"])
            tablet.wait_until_blank()
    of = profile.name
    glass = sorted(clock["ages"])
    yield Figure(
        f"{of}: dispatch accepted to shown, median of {len(shown)}", round(statistics.median(shown)), "ms", 2000
    )
    yield Figure(f"{of}: cold tap to first frame, median of {len(cold)}", round(statistics.median(cold)), "ms")
    beyond = Figure(f"{of}: … beyond the camera's wait for an IDR, worst", round(max(over_idr)), "ms", 700)
    yield beyond if profile.down_bps is None else replace(beyond, target=None)
    yield Figure(
        f"{of}: warm tap to first frame, median of {len(warm)}", round(statistics.median(warm)), "ms", profile.warm_ms
    )
    yield Figure(
        f"{of}: glass to glass, median of {len(glass)}", round(statistics.median(glass)), "ms", profile.glass_ms
    )
    yield Figure(f"{of}: glass to glass, p95", round(glass[int(len(glass) * 0.95)]), "ms")
    yield Figure(f"{of}: stalls in {watched_s:.0f} s", state["stalls"] - stalls_before, "", 0)
    yield Figure(f"{of}: longest time without a new picture", round(clock["longest_gap_ms"]), "ms")
    yield Figure(f"{of}: height of the picture in the end", state["height"] or 0, "px")


@contextlib.contextmanager
def reach(profile: Profile, port: int) -> Iterator[int | None]:
    """Where the browser connects to instead of that port, over the network. The page keeps its address: proofs name it."""
    if profile.down_bps is None:
        yield None
        return
    with link(port, down_bps=profile.down_bps, up_bps=profile.down_bps / 2, rtt_s=profile.rtt_s) as far:
        yield far
