"""The page without a line: it opens by itself, says since when, keeps nothing of anybody, and goes on when the line is back."""

from playwright.sync_api import expect

from tests.client_sdk.backend import dispatch
from tests.client_sdk.conftest import holds
from tests.client_sdk.test_tablet import on_duty, playing, pytestmark
from tests.client_sdk.test_tablet_login import choose_pin, unlock

__all__ = ["on_duty", "pytestmark"]
READY = "navigator.serviceWorker.ready.then((one) => one.active !== null)"
KEPT = """async () => {
  const names = await caches.keys();
  const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
  return all.flat();
}"""


def test_it_opens_without_a_line_says_so_and_goes_on_by_itself(on_duty, backend):
    choose_pin(on_duty, backend)
    assert on_duty.evaluate(READY)
    on_duty.reload()  # the worker serves the page from now on
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()  # its token is renewed and kept
    on_duty.context.set_offline(True)
    on_duty.reload()
    expect(on_duty.get_by_text("서버와 연결이 끊겼습니다")).to_be_visible()
    on_duty.context.set_offline(False)
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible(timeout=15_000)
    unlock(on_duty)
    expect(on_duty.get_by_role("heading", name="지령 대기 중")).to_be_visible()


def test_it_keeps_its_own_files_and_no_answer_and_no_picture(on_duty, backend):
    assert on_duty.evaluate(READY)
    on_duty.reload()
    on_duty.get_by_label("아이디").fill("officer")
    on_duty.get_by_label("비밀번호").fill("correct horse battery")
    on_duty.get_by_role("button", name="로그인").click()
    on_duty.wait_for_selector("[data-view=waiting][data-line=online]")
    backend.send(dispatch())
    playing(on_duty)
    kept = on_duty.evaluate(KEPT)
    assert {"/", "/app.js", "/words/ko.json"} <= set(kept)
    assert not [path for path in kept if path.startswith(("/v1/", "/live/"))]
    holds(on_duty, "navigator.serviceWorker.controller !== null")


def test_it_can_be_installed(tablet):
    manifest = tablet.evaluate("fetch('/goldentime.webmanifest').then((answer) => answer.json())")
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
