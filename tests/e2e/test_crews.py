"""What a crew does at its tablet from the call to its end, by hand, on the whole product."""

import pytest

from demo.places import step
from demo.province import SCENE
from demo.scenarios import call_119
from demo.scenarios.call_112 import close_call, raise_call
from demo.tablet import Tablet

pytestmark = pytest.mark.e2e
WITHIN_S = 60  # a camera that nobody watched yet, on a machine with other work
PLAYS = "() => window.goldentime.state().verdict === 'live' && document.querySelector('video')?.currentTime > 0"
GIVEN_PLAYS = """(id) => window.goldentime.state().grant_id === id && window.goldentime.state().verdict === 'live'
    && document.querySelector('video')?.currentTime > 0"""
SAYS = """([where, text]) => [...document.querySelectorAll(where)].some(
    (one) => one.checkVisibility() && one.textContent.includes(text))"""
FOUR_SHOWN = "() => document.querySelectorAll('.picture.four, .four .picture:is([data-source=video], [data-source=still])').length === 4"


@pytest.fixture
def riding(product, browser):
    """Signs somebody in whose car stands so far from the scene, in the south-west."""
    contexts = []

    def at(metres):
        place = step(SCENE, azimuth_deg=240, distance_m=metres)
        contexts[-1].set_geolocation({"latitude": place.lat, "longitude": place.lon})

    def sign_in(key, metres):
        contexts.append(browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 800}))
        contexts[-1].grant_permissions(["geolocation"])
        at(metres)
        tablet = Tablet(contexts[-1].new_page(), product.base_url)
        account = product.told["accounts"][key]
        tablet.log_in(account["username"], account["password"])
        tablet.wait_for_view("waiting")
        return tablet, at

    yield sign_in
    for context in contexts:
        context.close()


def report_flight(tablet):
    tablet.page.click("#report_open")
    tablet.page.click("#report .phrases button >> nth=2")
    tablet.page.click("#report .send")
    tablet.wait(SAYS, ["#report .answer", "상황실에 보고했습니다"])


def test_an_officer_answers_drives_looks_asks_keeps_and_is_done(product, riding):
    tablet, at = riding("officer", 1500)
    page, room = tablet.page, product.room()
    incident = raise_call(room, unit_id=product.unit_id)
    tablet.wait("() => Number(document.querySelector('#order').dataset.sounded) >= 1")
    page.click("#order button")
    until(tablet, lambda: sent(room, incident)["status"] == "acknowledged")
    until(tablet, lambda: sent(room, incident)["shown_at"])
    tablet.wait(PLAYS, within_s=WITHIN_S)

    page.click("[data-status=en_route]")
    at(600)
    tablet.wait("() => document.querySelector('#cameras [data-reason=next]')")
    page.locator("#cameras button:has([data-reason=next])").click()
    tablet.wait(PLAYS, within_s=WITHIN_S)

    page.click("#four")
    tablet.wait(FOUR_SHOWN, within_s=WITHIN_S)
    page.locator(".picture .enlarge").first.click()
    tablet.wait(PLAYS, within_s=WITHIN_S)
    assert page.locator("video").count() == 1

    page.click("#tabs [data-panel=more]")
    page.click("#more .moment")
    tablet.wait(SAYS, ["#more .answer", "보존을 요청했습니다"])
    kept = product.officer("officer").call("GET", "/v1/preservation-requests")["items"]
    assert [one["camera_id"] for one in kept if one["incident_id"] == incident["id"]] == [tablet.state()["camera_id"]]
    page.click("#more .thin")
    tablet.wait(
        "() => !document.querySelector('video') && document.querySelector('.picture').dataset.source === 'still'"
    )
    page.click("#more .thin")
    tablet.wait(PLAYS, within_s=WITHIN_S)
    page.click("#more .access")
    tablet.wait(SAYS, ["#more .answer", "감독자에게 요청했습니다"])
    supervisor = product.officer("supervisor")
    (asked,) = [
        one for one in supervisor.call("GET", "/v1/access-requests")["items"] if one["incident_id"] == incident["id"]
    ]
    granted = {"granted": True, "legal_basis": "POLICE112_9_1"}
    grant_id = supervisor.call("POST", f"/v1/access-requests/{asked['id']}/answer", granted)["grant_id"]
    tablet.wait(SAYS, ["[data-notice=given]", "열람 허가"])
    page.click(f"#more [data-grant='{grant_id}'] button")
    tablet.wait(GIVEN_PLAYS, grant_id, within_s=WITHIN_S)
    page.click("#others button")
    tablet.wait(PLAYS, within_s=WITHIN_S)

    page.click("[data-status=on_scene]")
    until(tablet, lambda: sent(room, incident)["status"] == "on_scene")
    report_flight(tablet)
    (heard,) = room.call("GET", f"/v1/incidents/{incident['id']}/reports")["items"]
    assert (heard["kind"], heard["text"], heard["unit_id"]) == ("update", "피의자 도주", product.unit_id)
    product.officer("officer").call("PATCH", f"/v1/dispatches/{sent(room, incident)['id']}", {"status": "cleared"})
    tablet.wait(GIVEN_PLAYS, grant_id, within_s=WITHIN_S)
    close_call(room, incident["id"])
    tablet.wait_until_blank()
    tablet.wait(SAYS, ["#ended", "사건 종결"])


def test_a_fire_crew_reads_what_is_dangerous_and_where_water_is(product, riding):
    tablet, _ = riding("firefighter", 400)
    page = tablet.page
    fire = call_119.play(product)
    tablet.wait(SAYS, ["#order .type", "119"])
    page.click("#order button")
    tablet.wait(PLAYS, within_s=WITHIN_S)
    page.click("#facts_tab")
    tablet.wait(SAYS, ["#facts h3", "위험물 · 1층 음식점 뒤 가스 보관"])
    assert page.locator("#facts h3").first.text_content().startswith("위험물")
    for text in ("UN 1075", "옥외계단", "방수량 1000 L/분", "3층 미용실"):
        tablet.wait(SAYS, ["#facts", text])
    page.click("#tabs [data-panel=map]")
    tablet.wait("() => document.querySelector('#map button.mark, #map canvas')")
    tablet.wait("() => document.querySelectorAll('#map .mark[data-kind=water]').length === 2")
    page.click("#tabs [data-panel=cameras]")
    page.locator("#cameras button:not([aria-pressed=true])").first.click()
    tablet.wait(PLAYS, within_s=WITHIN_S)
    fire.end()
    tablet.wait_until_blank()
    tablet.wait(SAYS, ["#ended", "사건 종결"])


def sent(room, incident):
    """How the one dispatch of an incident stands, as its room sees it."""
    (dispatch,) = room.call("GET", f"/v1/incidents/{incident['id']}")["dispatches"]
    return dispatch


def until(tablet, found):
    for _ in range(400):
        if found():
            return
        tablet.page.wait_for_timeout(50)
    pytest.fail("it never came true")
