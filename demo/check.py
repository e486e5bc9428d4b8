"""``./run demo --check``: the scenario from end to end in a real browser, as one result."""

import statistics
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from demo.caller import Caller, CallRefused
from demo.footprint import Footprint
from demo.running import Running
from demo.scenarios.call_112 import close_call, raise_call
from demo.tablet import Tablet, chromium

PICTURES = 120  # read for glass to glass: 8 s at 15 fps
WITHIN_S = 20.0
REFUSED = 403
OK = 200


@dataclass
class Result:
    """What ``--check`` prints. Times in ms, memory in MiB; ``problems`` says in words why ``ok`` is false."""

    ok: bool = False
    dispatch_to_playable_ms: float = 0.0
    dispatch_to_shown_ms: float = 0.0
    tap_to_first_frame_ms: dict[str, float] = field(default_factory=dict)
    glass_to_glass_ms: float = 0.0
    close_to_denied_ms: float = 0.0
    close_to_blank_ms: float = 0.0
    peak_rss_mb: float = 0.0
    problems: list[str] = field(default_factory=list)


def run(demo: Running, processes: Collection[int]) -> Result:
    """Play the scenario once and measure it. What goes wrong in it is a problem in the result, never raised.

    Args:
        demo: started, with no call raised.
        processes: the product's process ids; their memory and their descendants' is counted, the browser's is not.
    """
    result = Result()
    try:
        with Footprint(processes) as footprint, chromium() as browser:
            _play(demo, Tablet(browser.new_page(), demo.at.base_url), result)
        result.peak_rss_mb = round(footprint.peak_mb)
    except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets one JSON object
        result.problems.append(f"{type(error).__name__}: {error}".splitlines()[0])
    result.ok = not result.problems
    return result


def _play(demo: Running, tablet: Tablet, result: Result) -> None:
    account = demo.accounts()["officer"]
    tablet.log_in(account["username"], account["password"])
    tablet.wait_for_view("waiting")
    room, officer, stranger = demo.room(), demo.officer("officer"), demo.officer("other_officer")

    called_at = time.time()
    incident = raise_call(room, unit_id=demo.unit_id)
    cameras = [listed["camera_id"] for listed in incident["cameras"]]
    session = officer.call("POST", "/v1/playback", {"camera_id": cameras[0], "incident_id": incident["id"]})
    playlist = media_playlist(officer, session["url"])
    _until(lambda: officer.status(playlist) == OK, "the stream never became playable")
    result.dispatch_to_playable_ms = _ms(time.time() - called_at)
    tablet.first_frame_ms(cameras[0])
    result.dispatch_to_shown_ms = _ms(tablet.marked_at_s("first-frame", cameras[0]) - called_at)

    _refused(stranger, incident["id"], cameras[0], result)
    tablet.tap(cameras[-1])
    cold = tablet.first_frame_ms(cameras[-1])
    tablet.tap(cameras[0])
    result.tap_to_first_frame_ms = {"cold": round(cold), "warm": round(tablet.first_frame_ms(cameras[0]))}
    tablet.watch_clock()
    seen = tablet.wait_for_pictures(PICTURES)
    result.glass_to_glass_ms = round(statistics.median(seen["ages"]))
    if len(set(seen["indices"])) < PICTURES // 2:
        result.problems.append("the picture does not move")

    closed_at = time.time()
    close_call(room, incident["id"])
    _until(lambda: officer.status(playlist) == REFUSED, "the stream was served after the call was closed")
    result.close_to_denied_ms = _ms(time.time() - closed_at)
    tablet.wait_until_blank()
    result.close_to_blank_ms = _ms(tablet.marked_at_s("blank", cameras[0]) - closed_at)


def media_playlist(caller: Caller, url: str) -> str:
    """The path of the lowest rung's playlist, as the multivariant playlist at ``url`` names it."""
    lines = caller.text(url).splitlines()
    return url.rsplit("/", 1)[0] + "/" + next(line for line in lines if line and not line.startswith("#"))


def _refused(stranger: Caller, incident_id: str, camera_id: str, result: Result) -> None:
    try:
        answer: Any = stranger.call("POST", "/v1/playback", {"camera_id": camera_id, "incident_id": incident_id})
    except CallRefused as refusal:
        if refusal.status != REFUSED:
            result.problems.append(f"another unit got {refusal} instead of 403")
    else:
        result.problems.append(f"another unit was let in: session {answer['expires_at']}")


def _until(met: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not met():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.01)


def _ms(seconds: float) -> float:
    return round(seconds * 1000)
