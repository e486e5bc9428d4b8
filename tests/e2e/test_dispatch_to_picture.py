import json
import os
import signal
import time
from urllib.parse import urlsplit

import pytest

from demo.caller import Caller, CallRefused
from demo.scenarios.call_112 import close_call, raise_call
from tests.e2e.processes import running

pytestmark = pytest.mark.e2e
STALE_S = 4.0  # 3 s, and what a machine with other work to do may add


@pytest.fixture
def requested(tablet):
    """The media URLs the page asks for, in order."""
    urls = []
    tablet.page.on("request", lambda request: "/live/" in request.url and urls.append(urlsplit(request.url).path))
    return urls


@pytest.fixture
def dispatched(product, tablet, requested):
    """A call that arrived by push while the page was open; its best camera plays."""
    incident = raise_call(product.room(), unit_id=product.unit_id)
    best = incident["cameras"][0]["camera_id"]
    tablet.first_frame_ms(best)
    yield incident
    if product.room().call("GET", f"/v1/incidents/{incident['id']}")["status"] == "open":
        close_call(product.room(), incident["id"])


def test_the_frames_decode_and_move(tablet, dispatched):
    tablet.watch_clock()
    tablet.wait("() => new Set(window.glassToGlass.indices).size >= 60")
    indices = tablet.clock()["indices"]
    ordered = [later - earlier for earlier, later in zip(indices, indices[1:], strict=False)]
    assert sum(step >= 0 or step < -800 for step in ordered) == len(ordered), "the picture went backwards"


def test_three_rungs_are_offered_and_no_sound(product, tablet, dispatched, requested):
    multivariant = next(url for url in requested if url.endswith("/index.m3u8"))
    text = Caller(product.base_url).text(multivariant)
    assert [line for line in text.splitlines() if line.startswith("RESOLUTION") or "RESOLUTION=" in line] != []
    assert text.count("#EXT-X-STREAM-INF") == 3
    assert "TYPE=AUDIO" not in text
    assert "mp4a" not in text
    assert tablet.page.evaluate("() => document.querySelector('video').webkitAudioDecodedByteCount") == 0
    assert tablet.page.evaluate("() => document.querySelector('video').webkitVideoDecodedByteCount") > 0


def test_another_camera_is_one_tap_away(tablet, dispatched):
    other = dispatched["cameras"][1]["camera_id"]
    tablet.tap(other)
    assert tablet.first_frame_ms(other) > 0


def test_a_unit_that_is_not_sent_gets_403_for_every_media_url(product, tablet, dispatched, requested):
    tablet.watch_clock()
    tablet.wait_for_pictures(30)
    stranger = product.officer("other_officer")
    with pytest.raises(CallRefused) as refusal:
        stranger.call(
            "POST",
            "/v1/playback",
            {"camera_id": dispatched["cameras"][0]["camera_id"], "incident_id": dispatched["id"]},
        )
    assert refusal.value.status == 403

    elsewhere = raise_call(product.room(), unit_id=product.told["accounts"]["other_officer"]["unit_id"])
    own = product.watch(elsewhere, elsewhere["cameras"][2]["camera_id"], "other_officer")
    kinds = {url.rsplit(".", 1)[-1] for url in requested}
    assert kinds >= {"m3u8", "mp4", "m4s"}
    for url in list(requested):
        _, live, _, camera, *rest = url.split("/")
        if camera != elsewhere["cameras"][2]["camera_id"]:
            assert stranger.status("/".join(["", live, own["session_id"], camera, *rest])) == 403, url
        assert stranger.status("/".join(["", live, "A" * 22, camera, *rest])) == 403, url
    close_call(product.room(), elsewhere["id"])


def test_closing_stops_the_bytes_and_blanks_the_page(product, tablet, dispatched, requested):
    camera = dispatched["cameras"][0]["camera_id"]
    tablet.watch_clock()
    tablet.wait_for_pictures(30)
    playing = list(requested)
    closed_at = time.time()
    close_call(product.room(), dispatched["id"])
    tablet.wait_until_blank()
    assert tablet.marked_at_s("blank", camera) - closed_at < 2.0
    while time.time() - closed_at < 1.2:  # the gate's answer may be remembered for half a second
        tablet.page.wait_for_timeout(50)
    stranger = Caller(product.base_url)
    assert {stranger.status(url) for url in playing} == {403}
    assert time.time() - closed_at < 2.0
    tablet.wait("() => document.querySelector('#ended').textContent.startsWith('사건 종결')")


def test_closing_ends_a_download_that_is_waiting_for_the_next_part(product, tablet, dispatched, requested):
    tablet.watch_clock()
    tablet.wait_for_pictures(30)
    playlist = next(url for url in reversed(requested) if url.endswith("p/index.m3u8"))
    caller = Caller(product.base_url)
    msn = int(next(line for line in caller.text(playlist).splitlines() if "MEDIA-SEQUENCE" in line).split(":")[1])
    close_call(product.room(), dispatched["id"])
    asked_at = time.monotonic()
    assert caller.status(f"{playlist}?_HLS_msn={msn + 99}") in {400, 403, 404, 410}
    assert time.monotonic() - asked_at < 2.0
    tablet.wait_until_blank()


LOOK = """() => {
  const shown = () => window.glassToGlass.indices.length + window.glassToGlass.unread;
  let [pictures, moved_ms] = [shown(), performance.now()];
  window.looks = []; // what the badge says, and for how long the picture has stood still
  setInterval(() => {
    if (shown() !== pictures) [pictures, moved_ms] = [shown(), performance.now()];
    window.looks.push([document.querySelector('.badge .english').textContent, performance.now() - moved_ms]);
  }, 50);
}"""


def test_a_camera_that_hangs_is_never_called_live_and_comes_back_by_itself(product, tablet, dispatched):
    tablet.watch_clock()
    tablet.wait_for_pictures(30)
    tablet.page.evaluate(LOOK)
    badge = "(words) => words.includes(document.querySelector('.badge .english').textContent)"
    tablet.wait(badge, ["LIVE"])
    for pid in ingests(product, dispatched["cameras"][0]["camera_id"]):
        os.kill(pid, signal.SIGSTOP)
    hung_at = time.monotonic()
    tablet.wait(badge, ["STALE", "DELAYED"])
    tablet.wait(badge, ["STALE"])
    assert time.monotonic() - hung_at <= STALE_S
    tablet.wait(badge, ["LIVE"], within_s=25)
    stood = [word for word, still_ms in tablet.page.evaluate("() => window.looks") if still_ms > STALE_S * 1000]
    assert stood, "the picture stood still for longer than that"
    assert "LIVE" not in stood


def ingests(product, camera_id):
    """Process ids of what pulls a camera now."""
    lines = [json.loads(line) for line in (product.var / "log" / "transcoder.log").read_text().splitlines()]
    started = {one["pid"] for one in lines if one["event"] == "ingest_started" and one["camera"] == camera_id}
    return started & set(running())


def test_a_cleared_dispatch_ends_the_access_and_says_so(product, tablet, dispatched):
    dispatch = dispatched["dispatches"][0]["id"]
    product.officer("officer").call("PATCH", f"/v1/dispatches/{dispatch}", {"status": "cleared"})
    tablet.wait_until_blank()
    tablet.wait_for_view("waiting")
    tablet.wait("() => document.querySelector('#ended').textContent.startsWith('출동 종료')")


def test_no_password_token_or_session_is_in_a_log_or_on_a_command_line(product, tablet, dispatched):
    session = product.watch(dispatched, dispatched["cameras"][0]["camera_id"])
    Caller(product.base_url).text(session["url"])
    made = json.loads((product.var / "secrets.json").read_text())
    token = product.officer("officer").token
    hidden = [
        made["camera_password"],
        *made["passwords"].values(),
        *made["client_secrets"].values(),
        session["url"].split("/")[2],
        token,
    ]
    lines = b"\n".join(running().values())
    logs = b"\n".join(path.read_bytes() for path in product.var.rglob("*") if path.is_file() and "log" in str(path))
    assert b"46110-0001" in logs, "the logs are not where this test looks"
    for secret in hidden:
        assert secret.encode() not in lines
        assert secret.encode() not in logs
