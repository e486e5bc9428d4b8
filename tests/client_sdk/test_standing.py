"""What the officer is told of the picture: in a real browser, with a server that says how the stream fares."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.client_sdk import clip
from tests.client_sdk.backend import dispatch
from tests.client_sdk.conftest import holds, log_in, state, take
from tests.client_sdk.test_tablet import moved, playing
from tests.nginx.conftest import until

pytestmark = pytest.mark.nginx
PIXEL = """(() => {
  const canvas = document.querySelector('canvas');
  return canvas?.width ? [...canvas.getContext('2d').getImageData(9, 9, 1, 1).data.slice(0, 3)].join() : null;
})()"""


@pytest.fixture(scope="session")
def still():
    return clip.still()


@pytest.fixture
def on_duty(tablet, backend):
    log_in(tablet)
    tablet.wait_for_selector("[data-view=waiting][data-line=online]")
    return tablet


@pytest.fixture
def watching(on_duty, backend):
    backend.send(dispatch())
    playing(on_duty)
    take(on_duty)
    backend.tell("live")
    return on_duty


def shown(page, verdict, *words, within_s=5):
    """The state is this one, and these words are on the picture."""
    holds(page, f"goldentime.state().verdict === '{verdict}'", within_s)
    for word in words:
        expect(page.locator(".picture")).to_contain_text(word, timeout=within_s * 1000)


def silence(backend):
    backend.origin.frozen_at = datetime.now(UTC).timestamp()


NO_FEEDING = "for (const name of ['MediaSource', 'ManagedMediaSource', 'WebKitMediaSource']) delete window[name];"
NO_PLAYING = "HTMLMediaElement.prototype.canPlayType = () => '';"
REFUSED = """async (url) => {
  const { Player } = await import('/sdk/player.js');
  const player = new Player(document.createElement('video'), null);
  const said = await new Promise((resolve) => {
    player.addEventListener('refused', ({ detail }) => resolve(['refused', detail.status, player.video.hasAttribute('src')]));
    player.addEventListener('first-frame', () => resolve(['first-frame']));
    player.open(url);
  });
  player.close();
  return said;
}"""


def on_duty_without(tablet, *missing):
    for script in missing:
        tablet.add_init_script(script)
    tablet.reload()
    log_in(tablet)
    tablet.wait_for_selector("[data-view=waiting][data-line=online]")
    return tablet


def test_a_browser_that_lets_no_script_feed_a_video_plays_the_same_address_by_itself(tablet, backend):
    page = on_duty_without(tablet, NO_FEEDING)
    assert page.evaluate("import('/sdk/way.js').then(({ wayToPlay }) => wayToPlay())") == "native"
    backend.send(dispatch())
    holds(page, "document.querySelector('video')?.currentTime > 0 && document.querySelector('video').videoWidth > 0")
    (sid,) = backend.sessions
    assert page.evaluate("document.querySelector('video').src").endswith(f"/live/{sid}/cam-1/index.m3u8")
    holds(page, "['undated', 'live', 'delayed'].includes(goldentime.state().verdict)")
    take(page)
    assert page.evaluate(REFUSED, f"/live/{'x' * 22}/cam-1/index.m3u8") == ["refused", 403, False]
    backend.cut()
    page.wait_for_selector("video", state="detached", timeout=2_000)


def test_a_browser_that_plays_no_stream_at_all_says_so_and_shows_stills(tablet, backend, still):
    page = on_duty_without(tablet, NO_FEEDING, NO_PLAYING)
    backend.origin.still = still
    backend.send(dispatch())
    shown(page, "stills", "이 브라우저는 영상을 재생하지 못해 사진만 보임", within_s=20)
    assert page.locator("video").count() == 0
    assert page.problems == []


@pytest.mark.parametrize(
    ("said", "reason", "words"),
    [
        ("delayed", None, ["지연", "DELAYED"]),
        ("stale", "picture_frozen", ["지금 화면 아님", "STALE", "멈춘 화면"]),
        ("stale", "of_tomorrow", ["지금 화면 아님", "STALE", "카메라 고장"]),
    ],
)
def test_a_worse_word_of_the_server_counts_at_once_though_the_video_plays(watching, backend, said, reason, words):
    backend.tell(said, reason=reason, frozen=reason == "picture_frozen")
    shown(watching, said, *words, within_s=1)
    assert moved(watching) > 0.3
    expect(watching.locator(".badge")).not_to_contain_text("LIVE")
    backend.tell("live")
    shown(watching, "live", "실시간", "LIVE", within_s=1)


def test_each_state_has_a_shape_and_a_colour_of_its_own(watching, backend):
    look = """(() => {
      const badge = document.querySelector('.badge');
      const { color, backgroundColor } = getComputedStyle(badge);
      return [color + backgroundColor, getComputedStyle(badge.querySelector('.shape')).clipPath];
    })()"""
    seen = {}
    for said in ("live", "delayed", "stale"):
        backend.tell(said)
        shown(watching, said, within_s=1)
        seen[said] = watching.evaluate(look)
    backend.origin.still = None
    silence(backend)
    backend.tell("last_good", reason="camera_closed")
    shown(watching, "last_good", within_s=5)
    seen["last_good"] = watching.evaluate(look)
    assert len({colour for colour, _ in seen.values()}) == 4
    assert len({shape for _, shape in seen.values()}) == 4


def test_what_is_told_of_another_camera_is_not_said_of_this_one(watching, backend):
    backend.tell("down", camera_id="cam-2", reason="camera_unreachable")
    backend.tell("stale", camera_id="cam-1")
    shown(watching, "stale", within_s=1)


def test_a_step_of_the_host_is_said_and_the_picture_stays_live(watching, backend):
    backend.tell("live", step="no_top")
    expect(watching.get_by_text("서버가 바빠 화질을 낮춤")).to_be_visible(timeout=1_000)
    assert state(watching)["verdict"] == "live"


def test_a_still_is_on_the_screen_before_the_first_segment_and_then_the_video(on_duty, backend, still):
    backend.origin.still = still
    backend.origin.frozen_at = backend.origin.began_at
    backend.send(dispatch())
    shown(on_duty, "stills", "사진", "STILLS", "영상 여는 중", within_s=3)
    holds(on_duty, f"{PIXEL} === '0,0,254'")
    expect(on_duty.locator(".badge .age")).to_have_text(re.compile(r"\d\d:\d\d:\d\d · \d초 전"))
    assert on_duty.locator("canvas").is_visible()
    assert state(on_duty)["source"] == "still"
    backend.origin.frozen_at = None
    playing(on_duty, within_s=20)
    assert state(on_duty)["source"] == "video"
    assert not on_duty.locator("canvas").is_visible()
    names = on_duty.evaluate("performance.getEntriesByType('mark').map(({ name }) => name)")
    assert names.index("still") < names.index("first-frame")
    assert on_duty.problems == []


def test_while_the_video_plays_no_still_is_asked_for(watching, backend, still):
    backend.origin.still = still
    before = sum(path.endswith("still.jpg") for path in backend.origin.asked)
    watching.evaluate("new Promise((resolve) => setTimeout(resolve, 2500))")
    assert sum(path.endswith("still.jpg") for path in backend.origin.asked) == before


def test_where_no_segment_can_be_had_stills_come_again_and_again(watching, backend, still):
    backend.origin.still = still
    silence(backend)
    shown(watching, "stills", "사진", "통신이 느려", within_s=8)
    holds(watching, f"{PIXEL} === '0,0,254'")
    until(lambda: sum(path.endswith("still.jpg") for path in backend.origin.asked) >= 3, 10)
    backend.tell("stills", step="key_frames")
    shown(watching, "stills", "서버가 바빠 사진만 제공", within_s=2)


def test_the_last_picture_stays_greyed_with_its_time_and_the_reason_while_the_server_answers(watching, backend):
    silence(backend)
    backend.tell("last_good", reason="camera_closed")
    shown(watching, "last_good", "마지막 화면", "LAST PICTURE", "카메라가 연결을 끊음")
    expect(watching.locator(".badge .age")).to_have_text(re.compile(r"\d\d:\d\d:\d\d · \d+초 전"))
    assert watching.locator("video").evaluate("v => getComputedStyle(v).filter").startswith("grayscale(1)")
    holds(watching, "/· 1[2-9]초 전/.test(document.querySelector('.badge .age').textContent)", 15)
    assert state(watching)["verdict"] == "last_good", "an old picture is still there after ten seconds"


def test_a_stream_that_breaks_leaves_its_last_picture_on_the_screen(watching, backend):
    backend.tell("last_good", reason="camera_closed")
    backend.origin.status = 500
    holds(watching, "goldentime.state().reopened > 0", 20)  # rungs are tried in vain for six seconds
    shown(watching, "last_good", "마지막 화면")
    holds(watching, "goldentime.state().source === 'still'")
    assert watching.evaluate(PIXEL) not in {None, "0,0,0"}
    backend.origin.status = None
    backend.tell("live")
    playing(watching, within_s=5)


def test_when_nobody_can_say_whether_it_may_be_seen_the_picture_is_covered(watching, backend):
    silence(backend)
    backend.tell("last_good", reason="camera_closed")
    shown(watching, "last_good")
    backend.events_down = True
    backend.cut_events()
    until(lambda: ("stream", "cam-1", "incident-1") in backend.calls, 10)
    backend.hang()
    backend.told.clear()
    shown(watching, "lost", "영상이 끊김", within_s=20)


def test_without_a_picture_it_says_why_and_what_to_do(on_duty, backend):
    backend.origin.frozen_at = backend.origin.began_at
    backend.send(dispatch())
    until(lambda: ("play", "cam-1") in backend.calls)
    holds(on_duty, "document.querySelector('video') !== null")
    backend.tell("down", reason="starting")
    shown(on_duty, "starting", "영상 여는 중")
    backend.tell("down", reason="camera_unauthorized")
    shown(on_duty, "down", "영상 없음", "NO PICTURE", "카메라가 접속을 거부함", "다른 카메라를 고르고")
    backend.tell("down", reason="no_host")
    shown(on_duty, "down", "변환 서버 응답 없음", "무전으로 확인")
    backend.origin.frozen_at = None
    backend.tell("live")
    playing(on_duty, within_s=20)


def test_while_nothing_can_be_pushed_the_page_asks(watching, backend):
    backend.events_down = True
    backend.cut_events()
    backend.tell("stale", reason="picture_frozen", frozen=True)
    shown(watching, "stale", "멈춘 화면", within_s=12)
    assert ("stream", "cam-1", "incident-1") in backend.calls


@pytest.mark.parametrize("how", ["pushed", "at the gate"])
def test_a_still_is_gone_with_the_access_and_none_comes_after(how, on_duty, backend, still):
    backend.origin.still = still
    backend.origin.frozen_at = backend.origin.began_at
    backend.send(dispatch())
    shown(on_duty, "stills", within_s=3)
    on_duty.evaluate("window.kept = document.querySelector('canvas')")
    if how == "pushed":
        backend.cut()
    else:
        backend.revoke_silently()
    on_duty.wait_for_selector("canvas", state="detached", timeout=6_000)
    assert on_duty.evaluate("[window.kept.width, window.kept.height]") == [0, 0], "the element forgets it too"
    asked = sum(path.endswith("still.jpg") for path in backend.origin.asked)
    requests = []
    on_duty.on("request", lambda request: requests.append(request.url) if "still.jpg" in request.url else None)
    on_duty.evaluate("new Promise((resolve) => setTimeout(resolve, 2500))")
    assert requests == []
    assert sum(path.endswith("still.jpg") for path in backend.origin.asked) == asked


def test_a_still_is_asked_for_with_the_session_only_and_kept_nowhere(on_duty, backend, still):
    backend.origin.still = still
    backend.origin.frozen_at = backend.origin.began_at
    urls, answers = [], []
    on_duty.on("request", lambda request: urls.append(request.url) if "still.jpg" in request.url else None)
    on_duty.on("response", lambda answer: answers.append(answer) if "still.jpg" in answer.url else None)
    backend.send(dispatch())
    shown(on_duty, "stills", within_s=3)
    (sid,) = backend.sessions
    assert set(urls) == {f"http://127.0.0.1:{backend.port}/live/{sid}/cam-1/still.jpg"}
    assert "no-store" in answers[0].headers["cache-control"]
    assert answers[0].headers["x-captured-at"].endswith("Z")
    assert on_duty.evaluate("document.querySelectorAll('img').length") == 0
