"""The pages' letters come from us, in the pieces that a page needs, after the page, and are kept."""

import pytest

from tests.client_sdk.conftest import holds
from tests.nginx.conftest import until

pytestmark = pytest.mark.nginx
THERE = "[...document.fonts].filter((one) => one.family.includes('Noto Sans KR Variable') && one.status === 'loaded').length"
LOST = "[...document.fonts].some((one) => one.status === 'error')"
WIDTHS = """() => [...'0123456789'].map((figure) => {
  const line = Object.assign(document.createElement('span'), { textContent: figure.repeat(50) });
  document.body.append(line);
  const width = line.getBoundingClientRect().width;
  line.remove();
  return Math.round(width);
})"""
SAVING = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


@pytest.mark.parametrize("address", ["/", "/console/"])
def test_both_pages_are_written_in_letters_of_ours_that_are_kept_for_a_year(browser, backend, address):
    page = browser.new_page(locale="ko-KR")
    got = []
    page.on("response", lambda response: got.append((response.url, response.status, response.headers)))
    page.goto(f"http://127.0.0.1:{backend.port}{address}")
    until(lambda: page.evaluate(THERE) >= 3, 15)
    letters = [(status, headers["cache-control"]) for url, status, headers in got if "/noto-sans-kr/" in url]
    assert {url.split("/")[2] for url, _, _ in got} == {f"127.0.0.1:{backend.port}"}
    assert 3 < len(letters) < 60, "a sheet and pieces, of which there are 124"
    assert set(letters) == {(200, "public, max-age=31536000, immutable")}
    assert not page.evaluate(LOST)
    assert len(set(page.evaluate(WIDTHS))) == 1, "figures are all as wide, so that numbers do not jump"
    page.close()


def test_where_data_is_saved_the_devices_own_letters_do(browser, backend):
    page = browser.new_page()
    page.add_init_script(SAVING)
    page.goto(f"http://127.0.0.1:{backend.port}/")
    page.get_by_role("button", name="English").wait_for()
    page.evaluate("new Promise((resolve) => requestIdleCallback(resolve))")
    assert page.evaluate("document.querySelectorAll('link[href*=noto]').length") == 0
    page.close()


def test_letters_that_are_not_there_are_not_found_and_not_kept(tablet):
    holds(tablet, "document.readyState === 'complete'")
    for name in ("files/other.woff2", "package.json", "files/noto-sans-kr-0-wght-normal.woff"):
        answer = tablet.request.get(f"{tablet.url}vendor/noto-sans-kr/5.3.1/{name}")
        assert answer.status == 404
        assert "immutable" not in answer.headers.get("cache-control", "")
