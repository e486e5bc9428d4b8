"""What can be known of the page without a browser."""

import json
import re
from pathlib import Path

import pytest

from server.access import playback
from server.cameras.rank import WEIGHTS
from server.models import Service
from server.stream_state import NO_HOST, NO_REPORT, Word
from transcoder import policy
from transcoder.brownout import Step

ROOT = Path(__file__).parents[2]
TABLET = ROOT / "client_sdk" / "tablet"
SDK = ROOT / "client_sdk" / "js" / "src"
WORDS = (TABLET / "words.js").read_text()


def imported(path):
    return set(
        re.findall(r"from '([^']+)'|import\('([^']+)'\)", re.sub(r"/\*\*.*?\*/", "", path.read_text(), flags=re.DOTALL))
    )


def test_the_pages_modules_are_all_fetched_at_once():
    preloaded = set(re.findall(r'rel="modulepreload" href="([^"]+)"', (TABLET / "index.html").read_text()))
    needed = {f"/{path.name}" for path in TABLET.glob("*.js")} | {f"/sdk/{path.name}" for path in SDK.glob("*.js")}
    assert preloaded == needed | {"/vendor/hls/hls.min.mjs"}


def test_a_module_is_imported_by_an_address_nginx_serves():
    for path in [*TABLET.glob("*.js"), *SDK.glob("*.js")]:
        for pair in imported(path):
            target = next(filter(None, pair))
            home = {"/sdk/": SDK, "./": SDK, "/": TABLET}
            if target.startswith("/vendor/"):
                continue
            prefix = next(prefix for prefix in home if target.startswith(prefix))
            assert (home[prefix] / target.removeprefix(prefix)).exists(), f"{path.name} imports {target}"


def test_nothing_is_written_into_the_page_as_markup():
    for path in TABLET.glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", path.read_text()), (
            path.name
        )


@pytest.mark.parametrize("reason", sorted(WEIGHTS))
def test_every_reason_of_the_ranking_has_words(reason):
    assert f"\n  {reason}: '" in WORDS


@pytest.mark.parametrize("service", list(Service))
def test_every_service_has_words(service):
    assert f"\n  {service.value}: '" in WORDS


ENDINGS = [
    "incident_closed",
    "incident_moved",
    "incident_transferred",
    "sharing_ended",
    "dispatch_cleared",
    "dispatch_withdrawn",
    "session_cut",
    "grant_revoked",
    "grant_expired",
    "grant_unconfirmed",
    "account_disabled",
    "device_lost",
    "login_locked",
    "camera_blacked_out",
    "expired",
    "logged_out",
]


@pytest.mark.parametrize("reason", ENDINGS)
def test_every_reason_for_an_end_has_words(reason):
    assert getattr(playback, reason.upper()) == reason
    assert f"\n  {reason}: ['" in WORDS


@pytest.mark.parametrize("state", list(Word))
def test_every_state_of_a_stream_has_words_in_two_languages_a_colour_and_a_shape(state):
    assert re.search(rf"\n  {state.value}: \['[가-힣 ]+', '[A-Z ]+'\]", WORDS)
    style = (TABLET / "style.css").read_text()
    assert f"[data-verdict='{state.value}'] .badge {{" in style
    if state != Word.LIVE:  # whose shape is that of all which has no other
        assert f"[data-verdict='{state.value}'] .shape {{" in style


REASONS = {code for _, code in policy.SAID} | {step.code for step in Step if step is not Step.FULL}
OTHERS = {"starting", "first_picture_late", "picture_late", "picture_frozen", "picture_stalled", NO_HOST, NO_REPORT}


@pytest.mark.parametrize("reason", sorted(REASONS | OTHERS))
def test_every_reason_of_a_stream_has_words(reason):
    assert f"\n  {reason}: ['" in WORDS


def test_the_lock_file_names_no_host_and_pins_the_player():
    lock = (ROOT / "package-lock.json").read_text()
    assert "://" not in lock
    package = json.loads(lock)["packages"]["node_modules/hls.js"]
    assert package["version"] == "1.7.4"
    assert package["integrity"].startswith("sha512-")
    assert json.loads((ROOT / "package.json").read_text())["dependencies"] == {"hls.js": "1.7.4"}
