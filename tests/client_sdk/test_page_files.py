"""What can be known of the page without a browser."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from server.access import playback
from server.cameras.rank import WEIGHTS
from server.models import AlertKind, SensorKind, Service, UnitKind
from server.stream_state import NO_HOST, NO_REPORT, Word
from transcoder import policy
from transcoder.brownout import Step

ROOT = Path(__file__).parents[2]
TABLET = ROOT / "client_sdk" / "tablet"
SDK = ROOT / "client_sdk" / "js" / "src"
WORDS = {path.stem: json.loads(path.read_text()) for path in (ROOT / "client_sdk" / "words").glob("*.json")}


def imported(path):
    return set(
        re.findall(r"from '([^']+)'|import\('([^']+)'\)", re.sub(r"/\*\*.*?\*/", "", path.read_text(), flags=re.DOTALL))
    )


def test_the_pages_modules_are_all_fetched_at_once():
    preloaded = set(re.findall(r'rel="modulepreload" href="([^"]+)"', (TABLET / "index.html").read_text()))
    needed = {f"/{path.name}" for path in TABLET.glob("*.js") if path.name != "worker.js"} | {
        f"/sdk/{path.name}" for path in SDK.glob("*.js")
    }
    needed = {path for path in needed if not path.startswith("/sdk/map")}  # for who opens the map
    needed -= {f"/sdk/{name}.js" for name in ("index", "room", "nouns", "calls")}  # for programs
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


def shape(part):
    """The keys of a catalogue and what is filled into its texts, but not what they say."""
    if isinstance(part, dict):
        return {name: shape(one) for name, one in part.items()}
    if isinstance(part, list):
        return [shape(one) for one in part]
    return sorted(set(re.findall(r"\{\w+\}", part)))


def flat(part, name=""):
    if not isinstance(part, dict):
        return {name: part}
    return {key: text for one in part for key, text in flat(part[one], f"{name}.{one}".strip(".")).items()}


def test_both_languages_say_the_same_things():
    assert set(WORDS) == {"ko", "en"}
    assert shape(WORDS["ko"]) == shape(WORDS["en"])


def test_nothing_is_left_untranslated():
    for key, text in flat(WORDS["en"]).items():
        assert key == "common.language" or not re.search("[가-힣]", str(text)), key


PAGES = [path for page in ("tablet", "console") for path in (ROOT / "client_sdk" / page).glob("*") if path.is_file()]
CODE = [path for path in [*PAGES, *SDK.glob("*.js")] if path.suffix in {".js", ".css", ".html"}]


class Texts(HTMLParser):
    """What a page says before its script runs."""

    def __init__(self, page):
        super().__init__()
        self.said, self.tag = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tag = tag
        self.said += [value for name, value in attrs if name in {"aria-label", "alt"} and value]

    def handle_data(self, data):
        if re.search(r"\w", data) and self.tag != "title":
            self.said.append(data)


@pytest.mark.parametrize("path", CODE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_a_page_says_is_in_the_catalogues_and_not_in_its_code(path):
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*|<title>.*?</title>", "", path.read_text(), flags=re.DOTALL)
    if path.name != "refusals.js":  # itself a catalogue
        assert not re.search("[가-힣]", code)
    assert path.suffix != ".html" or Texts(code).said == []


KEYS = {
    path: re.findall(r"""\btexts?\('([a-z_.0-9]+)'|data-(?:text|label)="([^"]+)\"""", path.read_text()) for path in CODE
}


@pytest.mark.parametrize("path", CODE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_text_a_page_asks_for_is_there(path):
    assert {key or other for key, other in KEYS[path]} <= set(flat(WORDS["ko"]))


@pytest.mark.parametrize(
    "reason",
    sorted(WEIGHTS.keys() | {"ahead", "facing_traffic", "next", "on_the_way", "way_out", "faces_scene", "in_area"}),
)
def test_every_reason_of_the_ranking_has_words(reason):
    assert reason in WORDS["ko"]["common"]["ranked"]


@pytest.mark.parametrize("kind", list(UnitKind))
def test_every_kind_of_unit_has_words_and_a_shape_on_the_map(kind):
    assert kind in WORDS["ko"]["map"]["kind"]
    assert f"'{kind}'" in (SDK / "map.js").read_text()
    shape = kind is UnitKind.PATROL_CAR or f"[data-unit='{kind}'] .sign::before" in (SDK / "map.css").read_text()
    assert shape, "that of a patrol car is the one which all others have not"


@pytest.mark.parametrize("kind", [*AlertKind, *SensorKind])
def test_what_machines_tell_of_has_words_as_an_incident_has(kind):
    assert kind.value in WORDS["ko"]["common"]["type"]


@pytest.mark.parametrize("service", list(Service))
def test_every_service_has_words(service):
    assert service.value in WORDS["ko"]["common"]["service"]


ENDINGS = [
    "incident_closed",
    "incident_moved",
    "camera_passed",
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
    assert reason in WORDS["ko"]["common"]["ended"]


@pytest.mark.parametrize("state", list(Word))
def test_every_state_of_a_stream_has_words_in_two_languages_a_colour_and_a_shape(state):
    assert re.fullmatch("[가-힣 ]+", WORDS["ko"]["common"]["standing"][state.value])
    assert re.fullmatch("[A-Z ]+", WORDS["en"]["common"]["standing"][state.value])
    style = (TABLET / "style.css").read_text()
    assert f"[data-verdict='{state.value}'] .badge {{" in style
    if state != Word.LIVE:  # whose shape is that of all which has no other
        assert f"[data-verdict='{state.value}'] .shape {{" in style


REASONS = {code for _, code in policy.SAID} | {step.code for step in Step if step is not Step.FULL}
OTHERS = {"starting", "first_picture_late", "picture_late", "picture_frozen", "picture_stalled", NO_HOST, NO_REPORT}


@pytest.mark.parametrize("reason", sorted(REASONS | OTHERS))
def test_every_reason_of_a_stream_has_words(reason):
    assert reason in WORDS["ko"]["common"]["why"]


def test_the_lock_file_names_no_host_and_pins_the_player_and_the_map():
    lock = (ROOT / "package-lock.json").read_text()
    assert "://" not in lock
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert wanted == {"@fontsource-variable/noto-sans-kr": "5.3.1", "hls.js": "1.7.4", "maplibre-gl": "6.17.0"}
    for name, version in wanted.items():
        package = json.loads(lock)["packages"][f"node_modules/{name}"]
        assert package["version"] == version
        assert package["integrity"].startswith("sha512-")


def test_what_is_kept_for_a_year_is_asked_for_by_the_version_that_is_installed():
    version = json.loads((ROOT / "package.json").read_text())["dependencies"]["@fontsource-variable/noto-sans-kr"]
    assert f"/vendor/noto-sans-kr/{version}/index.css" in (SDK / "fonts.js").read_text()
