import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from deploy import nginx
from tests.client_sdk.backend import CAMERAS, dispatch
from tests.client_sdk.conftest import holds, log_in, serving, state, take
from tests.client_sdk.test_js_readme import PICTURE
from tests.nginx.conftest import until

pytestmark = pytest.mark.nginx


def playing(page, **within):
    holds(page, "document.querySelector('video')?.currentTime > 0 && goldentime.state().verdict === 'live'", **within)


def moved(page):
    """How far the picture moves in half a second of the page's clock."""
    return page.evaluate(
        """async () => {
          const video = document.querySelector('video');
          const before = video.currentTime;
          await new Promise((resolve) => setTimeout(resolve, 500));
          return video.currentTime - before;
        }"""
    )


def marks(page):
    return page.evaluate("performance.getEntriesByType('mark').map(({ name }) => name)")


@pytest.fixture
def on_duty(tablet, backend):
    """Logged in, waiting, and the push line is up."""
    log_in(tablet)
    tablet.wait_for_selector("[data-view=waiting][data-line=online]")
    return tablet


@pytest.fixture
def watching(on_duty, backend):
    backend.send(dispatch())
    playing(on_duty)
    take(on_duty)
    return on_duty


def test_a_wrong_password_is_said_in_words_and_the_field_is_emptied(tablet):
    log_in(tablet, "wrong")
    expect(tablet.get_by_text("아이디나 비밀번호가 맞지 않습니다")).to_be_visible()
    expect(tablet.get_by_label("비밀번호")).to_have_value("")
    expect(tablet.get_by_label("비밀번호")).to_be_focused()


def test_a_second_factor_is_asked_for_when_it_is_needed(tablet, backend):
    backend.otp = "123456"
    expect(tablet.get_by_label("인증번호")).to_be_hidden()
    log_in(tablet)
    for code, said in (("000000", "다음 인증번호를 기다려"), ("123456", None)):
        expect(tablet.get_by_label("인증번호")).to_be_focused()
        tablet.get_by_label("인증번호").fill(code)
        tablet.get_by_role("button", name="로그인").click()
        if said:
            expect(tablet.get_by_text(said)).to_be_visible()
    tablet.wait_for_selector("[data-view=waiting]")


def test_after_the_login_it_waits(on_duty):
    expect(on_duty.get_by_role("heading", name="지령 대기 중")).to_be_visible()
    expect(on_duty.get_by_text("목포 순11")).to_be_visible()
    assert on_duty.evaluate("getComputedStyle(document.body).wordBreak") == "keep-all"


def test_a_pushed_dispatch_opens_by_itself_and_its_best_camera_plays(on_duty, backend):
    backend.send(dispatch())
    playing(on_duty)
    take(on_duty)
    expect(on_duty.get_by_role("heading", name="목포역 광장")).to_be_visible()
    expect(on_duty.locator("#incident").get_by_text("코드 0", exact=True)).to_be_visible()
    assert state(on_duty)["camera_id"] == "cam-1"
    assert moved(on_duty) > 0.3
    assert marks(on_duty)[:3] == ["dispatch", "tap", "first-frame"]
    assert on_duty.problems == []


def test_a_dispatch_that_was_there_before_opens_after_the_login(tablet, backend):
    backend.dispatches = [dispatch()]
    log_in(tablet)
    playing(tablet)


def test_a_broken_camera_is_not_opened_by_itself(on_duty, backend):
    cameras = [{**CAMERAS[0], "health": "down"}, *CAMERAS[1:]]
    backend.send(dispatch(cameras=cameras))
    playing(on_duty)
    assert state(on_duty)["camera_id"] == "cam-2"


def test_the_picture_is_silent_and_stays_in_the_page(watching):
    video = watching.locator("video")
    assert video.evaluate("v => [v.muted, v.playsInline, v.controls]") == [True, True, False]


def test_the_age_of_the_picture_is_shown_and_right(watching):
    holds(watching, "goldentime.state().age_s < 1.5")
    expect(watching.locator(".badge")).to_have_text(re.compile(r"^ ?실시간 LIVE \d\.\d초$"))


def test_another_camera_is_one_tap_away_and_the_first_is_left(watching, backend):
    watching.get_by_role("button", name="영산로 중앙시장 입구").click()
    holds(watching, "goldentime.state().camera_id === 'cam-2'")
    playing(watching)
    until(lambda: [call for call in backend.calls if call[0] == "stop"])
    assert [call for call in backend.calls if call[0] == "play"] == [("play", "cam-1"), ("play", "cam-2")]
    expect(watching.get_by_role("button", name="영산로 중앙시장 입구")).to_have_attribute("aria-pressed", "true")
    assert watching.locator("video").count() == 1
    assert len(backend.sessions) == 1


def test_quick_taps_leave_one_picture_and_one_session(watching, backend):
    for name in ("영산로 중앙시장", "죽동 우체국", "뒤편 주차장"):
        watching.get_by_role("button", name=name).click()
    holds(watching, "goldentime.state().camera_id === 'cam-4'")
    playing(watching)
    until(lambda: len(backend.sessions) == 1)
    assert watching.locator("video").count() == 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("incident_closed", "사건이 종결되어"),
        ("dispatch_withdrawn", "배차를 해제"),
        ("dispatch_cleared", "출동이 끝나"),
        ("session_cut", "열람을 중단"),
        ("of_tomorrow", "권한이 끝났습니다"),
    ],
)
def test_when_access_ends_the_picture_is_gone_and_the_reason_is_said(watching, backend, reason, words):
    backend.close(reason=reason)
    watching.wait_for_selector("video", state="detached", timeout=2_000)
    expect(watching.locator("#waiting .reason")).to_contain_text(words)
    expect(watching.locator("#said")).to_contain_text(words)
    assert marks(watching)[-1] == "blank"


def test_in_the_grace_the_picture_goes_on_and_it_is_said_until_when_but_the_person_is_gone(watching, backend):
    backend.dispatches[0]["incident"]["alert_id"] = "alert-1"
    backend.news("cameras", incident_id="incident-1")
    watching.get_by_role("button", name="사람 · 현장").click()
    expect(watching.locator("#facts")).to_contain_text("노란 우산")
    expect(watching.locator("#facts canvas")).to_be_visible()
    backend.dispatches[0]["incident"]["summary"] = "노란 우산을 쓴 아이를 찾는 중"
    backend.news("incident", incident_id="incident-1", status="open")
    expect(watching.locator("#incident .summary")).to_contain_text("아이를 찾는 중")
    assert [call for call in backend.calls if call[0] == "person"] == [("person", "alert-1")], (
        "each reading is recorded"
    )
    backend.close_with_grace(1, seconds=600)
    expect(watching.locator("#facts")).to_be_empty()
    expect(watching.locator("#band")).to_contain_text("까지 볼 수 있습니다")
    assert moved(watching) > 0
    expect(watching.get_by_role("heading", name="목포역 광장")).to_be_visible()
    backend.cut("incident_closed")
    watching.wait_for_selector("video", state="detached", timeout=2_000)
    expect(watching.locator("#band")).to_be_hidden()
    expect(watching.locator("#waiting .reason")).to_contain_text("사건이 종결되어")


def test_a_grace_ends_by_the_pages_own_clock_too(watching, backend):
    backend.close_with_grace(1, seconds=1)
    watching.wait_for_selector("video", state="detached", timeout=10_000)
    expect(watching.locator("#waiting .reason")).to_contain_text("사건이 종결되어")


def test_a_revocation_blanks_before_anything_else_is_known(watching, backend):
    backend.hang()
    backend.close()
    watching.wait_for_selector("video", state="detached", timeout=2_000)
    expect(watching.locator(".cover")).to_contain_text("사건이 종결되어")


def test_a_session_that_is_cut_leaves_the_dispatch_and_the_other_cameras(watching, backend):
    backend.cut()
    watching.wait_for_selector("video", state="detached", timeout=2_000)
    expect(watching.locator(".cover")).to_contain_text("감독자가 이 영상의 열람을 중단했습니다")
    expect(watching.get_by_role("heading", name="목포역 광장")).to_be_visible()
    watching.get_by_role("button", name="영산로 중앙시장 입구").click()
    playing(watching)


def test_a_time_that_is_over_can_be_asked_for_again(watching, backend):
    backend.cut("expired")
    watching.get_by_role("button", name="다시 열기").click()
    playing(watching)


def test_a_closed_player_leaves_no_picture_in_its_element(watching):
    left = watching.evaluate(
        """async () => {
          const [{ Player }, library] = await Promise.all([import('/sdk/player.js'), import('/vendor/hls/hls.min.mjs')]);
          const video = document.createElement('video');
          document.body.append(video);
          const player = new Player(video, library);
          const shown = new Promise((resolve) => player.addEventListener('first-frame', resolve));
          const { name } = performance.getEntriesByType('resource').findLast((entry) => entry.name.includes('/live/'));
          player.open(name.split('/').slice(0, 6).join('/') + '/index.m3u8');
          await shown;
          const before = video.videoWidth;
          player.close();
          return [before > 0, video.readyState, video.videoWidth, video.hasAttribute('src')];
        }"""
    )
    assert left == [True, 0, 0, False]


def test_the_picture_of_the_sdks_page_plays_on_any_page(tablet, backend):
    backend.sessions["S" * 22] = ("session", "cam-1", "incident-1")
    code = re.sub(r"import (?:\* as )?(.+?) from ('.+?');", r"const \1 = await import(\2);", PICTURE)
    said = tablet.evaluate(
        f"""async () => {{
          document.body.replaceChildren(Object.assign(document.createElement('video'), {{ width: 320 }}));
          const session = {{ url: '/live/{"S" * 22}/cam-1/index.m3u8' }};
          let say;
          const live = new Promise((resolve, reject) => {{
            setTimeout(reject, 20_000, new Error('no picture'));
            say = (verdict, age_s) => verdict === 'live' && resolve([verdict, age_s]);
          }});
          {code}
          const said = await live;
          player.close();
          return said;
        }}"""
    )
    assert said[0] == "live"
    assert 0 < said[1] < 3


def test_after_the_end_not_one_byte_is_asked_for(watching, backend):
    backend.close()
    watching.wait_for_selector("video", state="detached")
    asked = len(backend.origin.asked)
    requests = []
    watching.on("request", lambda request: requests.append(request.url))
    watching.evaluate("new Promise((resolve) => setTimeout(resolve, 1500))")
    assert [url for url in requests if "/live/" in url] == []
    assert len(backend.origin.asked) == asked


def test_a_refusal_at_the_gate_blanks_without_any_push(watching, backend):
    backend.revoke_silently()
    watching.wait_for_selector("video", state="detached", timeout=3_000)
    expect(watching.get_by_text("이 영상을 볼 수 있는 권한이 끝났습니다")).to_be_visible()
    refused = []
    watching.on("request", lambda request: refused.append(request.url) if "/live/" in request.url else None)
    watching.evaluate("new Promise((resolve) => setTimeout(resolve, 1500))")
    assert refused == [], "a 403 is never asked again"


def test_the_reason_that_comes_after_the_gates_no_is_said_too(watching, backend):
    backend.revoke_silently()
    expect(watching.get_by_text("이 영상을 볼 수 있는 권한이 끝났습니다")).to_be_visible()
    backend.cut("session_cut")
    expect(watching.locator("#picture .advice").get_by_text("감독자가")).to_be_visible()


@pytest.mark.parametrize("status", [404, 500])
def test_a_stream_that_breaks_or_does_not_run_is_opened_again_by_itself(status, watching, backend):
    backend.origin.status = status
    holds(watching, "goldentime.state().verdict !== 'live'", within_s=15)
    backend.origin.status = None
    playing(watching, within_s=30)  # retries, then back-off with jitter


def test_a_picture_that_is_stuck_while_the_stream_goes_on_is_opened_again_by_itself(watching):
    watching.evaluate(
        """() => {
        const video = document.querySelector('video');
        Object.defineProperty(video, 'seeking', { get: () => true });
        video.play = async () => {};
        video.pause();
    }"""
    )
    holds(watching, "goldentime.state().reopened > 0", within_s=20)


@pytest.mark.parametrize(
    ("code", "words"),
    [("camera_disabled", "고장 난 카메라"), ("not_dispatched", "배차되지 않음"), ("of_tomorrow", "영상을 열 수 없음")],
)
def test_a_camera_that_may_not_be_opened_says_why(on_duty, backend, code, words):
    backend.refuse_playback = code
    backend.send(dispatch())
    expect(on_duty.get_by_text(words)).to_be_visible()
    backend.refuse_playback = None
    on_duty.get_by_role("button", name="다시 열기").click()
    playing(on_duty)


def test_a_camera_that_falls_silent_is_not_called_live(watching, backend):
    backend.origin.frozen_at = datetime.now(UTC).timestamp()
    watching.wait_for_selector("[data-verdict=stale]", timeout=9_000)
    expect(watching.locator(".badge")).to_have_text(re.compile(r"지금 화면 아님 STALE \d\d:\d\d:\d\d · \d+초 전"))
    expect(watching.get_by_text("영상이 끊김")).to_be_visible(timeout=15_000)


def test_a_push_line_that_breaks_is_said_and_dispatches_still_come(on_duty, backend):
    backend.events_down = True
    backend.cut_events()
    expect(on_duty.get_by_text("서버와 연결이 끊겼습니다")).to_be_visible(timeout=8_000)
    backend.dispatches = [dispatch()]
    playing(on_duty)
    backend.events_down = False
    expect(on_duty.get_by_text("서버와 연결이 끊겼습니다")).to_be_hidden(timeout=20_000)


def test_a_second_dispatch_does_not_take_the_picture_away_and_comes_next(watching, backend):
    backend.send(dispatch(2, type="fire", service="fire_119", priority=2, location={"address": "둘째 현장"}))
    expect(watching.locator("#order")).to_contain_text("둘째 현장")
    assert moved(watching) > 0.3
    take(watching)
    expect(watching.get_by_role("heading", name="목포역 광장")).to_be_visible()
    expect(watching.get_by_role("button", name="긴급도 2 · 둘째 현장")).to_be_visible()
    backend.close(1)
    expect(watching.get_by_role("heading", name="둘째 현장")).to_be_visible()
    expect(watching.get_by_text("119 신고 · 화재")).to_be_visible()
    playing(watching)


def test_the_unit_says_where_it_stands(watching, backend):
    assert ("report", "dispatch-1", "acknowledged") in backend.calls
    expect(watching.get_by_role("button", name="접수")).to_be_disabled()
    for name, status in (("출발", "en_route"), ("도착", "on_scene")):
        watching.get_by_role("button", name=name).click()
        until(lambda status=status: ("report", "dispatch-1", status) in backend.calls)
        expect(watching.get_by_role("button", name=name)).to_be_disabled()
    expect(watching.get_by_role("button", name="도착")).to_have_attribute("aria-current", "step")


def test_what_a_caller_reports_is_text_and_never_markup(on_duty, backend):
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    cameras = [{**CAMERAS[0], "name": evil, "reasons": [evil]}]
    backend.send(dispatch(summary=evil, type=evil, location={"address": evil}, cameras=cameras))
    playing(on_duty)
    assert on_duty.get_by_text(evil).count() >= 4
    assert on_duty.locator("img, body script").count() == 0
    assert on_duty.problems == []


def test_a_dispatch_without_cameras_says_so(on_duty, backend):
    backend.send(dispatch(cameras=[]))
    expect(on_duty.get_by_text("주변에 카메라 없음")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (800, 1280), (1024, 600)])
def test_everything_can_be_hit_with_a_gloved_finger_and_nothing_hides(watching, backend, width, height):
    watching.set_viewport_size({"width": width, "height": height})
    backend.dispatches[0]["incident"]["summary"] = "매우 긴 신고 내용 " * 60
    watching.reload()
    log_in(watching)
    playing(watching)
    for button in watching.locator("button:visible").all():
        assert button.bounding_box()["height"] >= 76
    page = watching.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert page == [width, height], "the page itself does not scroll"
    for name in ("접수", "출발", "도착"):
        box = watching.get_by_role("button", name=name).bounding_box()
        assert 0 <= box["y"] <= height - 76
    assert watching.locator(".picture").bounding_box()["height"] >= 200


def test_a_camera_can_be_chosen_from_the_keyboard(watching):
    watching.get_by_role("button", name="영산로 중앙시장 입구").focus()
    watching.keyboard.press("Enter")
    holds(watching, "goldentime.state().camera_id === 'cam-2'")


def test_changing_rungs_there_and_back_keeps_the_time(watching):
    """The playlist of the rung left behind is then so old that it has no segment in common with the new one."""
    holds(watching, "goldentime.state().height === 360")
    watching.evaluate("new Promise((resolve) => setTimeout(resolve, 12000))")
    network = watching.context.new_cdp_session(watching)
    slow = {"offline": False, "latency": 40, "downloadThroughput": 40_000, "uploadThroughput": 40_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    holds(watching, "goldentime.state().height === 180", within_s=20)
    network.send("Network.emulateNetworkConditions", {**slow, "downloadThroughput": -1, "uploadThroughput": -1})
    holds(watching, "goldentime.state().verdict === 'live' && goldentime.state().age_s < 2.5", within_s=25)
    assert moved(watching) > 0.3
    assert state(watching)["reopened"] == 0


def test_a_camera_that_is_slow_to_start_says_that_it_is_waited_for(on_duty, backend):
    backend.origin.frozen_at = backend.origin.began_at
    backend.send(dispatch())
    expect(on_duty.get_by_text("영상 여는 중")).to_be_visible()
    expect(on_duty.get_by_text("카메라 응답이 늦습니다")).to_be_visible(timeout=9_000)


def test_each_part_is_asked_for_once_and_before_the_playlist_names_it(watching, backend):
    holds(watching, "goldentime.state().ahead.used > 20")
    asked = backend.origin.asked
    assert len(asked) == len(set(asked))
    figures = state(watching)
    assert figures["ahead"]["wasted"] <= 3
    assert figures["stalls"] == 0


def test_each_request_for_the_stream_tells_what_the_player_has_in_hand(watching):
    asked = []
    watching.on("request", lambda request: asked.append(request) if "/live/" in request.url else None)
    for end in (".m4s", ".m3u8"):
        watching.wait_for_event("request", lambda request, end=end: end in request.url)
    for request in asked:
        told = request.headers
        assert re.search(r"sf=h,sid=\"\w+\",st=l", told["cmcd-session"]), request.url
        assert re.search(r"(^|,)ot=" + ("m" if ".m3u8" in request.url else "[iv]"), told["cmcd-object"]), request.url
        assert re.search(r"bl=\d+00,mtp=\d+00|bl=0,", told["cmcd-request"]), request.url
    assert len({request.headers["cmcd-session"] for request in asked}) == 1


def test_over_tls_everything_comes_on_one_connection_and_the_picture_plays(browser, film, certificate):
    pem, key = certificate
    with (
        serving(film, nginx.Options(certificate=pem, key=key)) as backend,
        browser.new_context(ignore_https_errors=True) as context,
    ):
        page = context.new_page()
        page.goto(f"https://127.0.0.1:{backend.port}/")
        backend.dispatches = [dispatch()]
        log_in(page)
        playing(page)
        assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
        holds(page, "goldentime.state().height === 360")
        assert moved(page) > 0.3
