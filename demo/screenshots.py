"""``./run demo --screenshots FOLDER``: pictures of the pages' main views, in Korean and English, during a call."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo.caller import Caller
from demo.province import SCENE
from demo.running import Running
from demo.scenarios.call_112 import close_call, raise_call
from demo.tablet import WITHIN_S, Tablet, chromium

LANGUAGES = ("ko", "en")
QUALITY = 72
READY_WITHIN_MS = 60_000  # several cameras open at once
NEAR = {"officer": 0.001, "other_officer": 0.004}  # degrees from the scene: those whose place a room sees


@dataclass(frozen=True)
class Shot:
    """One view: whose, at which address of the console, and what is on it when it is ready."""

    name: str
    account: str
    view: str
    ready: str
    managing: bool = False


SHOTS = (
    Shot("board", "dispatcher", "board/{incident}", ".beside table"),
    Shot("wall", "dispatcher", "wall/incident/{incident}", ".tile:nth-child(4) .screen[data-source='still']"),
    Shot("watching", "supervisor", "watching", "td .badge"),
    Shot("grants", "supervisor", "grants", ".cards li"),
    Shot("audit", "auditor", "audit", "td pre", managing=True),
)


@dataclass(frozen=True)
class Sitting:
    """Where the pages are, who signs in, and the incident that is on them."""

    base_url: str
    management_url: str
    accounts: Mapping[str, Mapping[str, str]]
    incident_id: str


def take(demo: Running, folder: Path) -> list[Path]:
    """Raise the sample call, take every picture in every language, close the call; the files, JPEG."""
    with chromium() as browser, _call(demo) as incident:
        sitting = Sitting(demo.at.base_url, demo.at.management_url, demo.accounts(), incident["id"])
        taken = []
        for language in LANGUAGES:
            taken.append(_of_tablet(browser, sitting, folder, language))
            taken += of_console(browser, sitting, folder, language)
    return taken


def of_console(
    browser: Any, sitting: Sitting, folder: Path, language: str, shots: Sequence[Shot] = SHOTS
) -> list[Path]:
    """Pictures of the console's views in one language, 1280 by 800 pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for shot in shots:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
        page.set_default_timeout(WITHIN_S * 1000)
        page.goto(f"{sitting.management_url if shot.managing else sitting.base_url}/console/")
        _speak(page, language)
        page.fill("[name=username]", sitting.accounts[shot.account]["username"])
        page.fill("[name=password]", sitting.accounts[shot.account]["password"])
        page.click("button[type=submit]")
        page.locator("#logout").wait_for()
        page.evaluate("view => { location.hash = '#/' + view; }", shot.view.format(incident=sitting.incident_id))
        page.locator(shot.ready).first.wait_for(timeout=READY_WITHIN_MS)
        taken.append(_shoot(page, folder / f"console-{shot.name}.{language}.jpg"))
        page.close()
    return taken


def _of_tablet(browser: Any, sitting: Sitting, folder: Path, language: str) -> Path:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    tablet = Tablet(page, sitting.base_url)
    _speak(page, language)
    tablet.log_in(sitting.accounts["officer"]["username"], sitting.accounts["officer"]["password"])
    tablet.wait("() => document.querySelector('video')?.currentTime > 0")
    taken = _shoot(page, folder / f"tablet.{language}.jpg")
    page.close()
    return taken


def _speak(page: Any, language: str) -> None:
    if page.evaluate("() => document.documentElement.lang") != language:
        page.click("#language")
        page.locator(f"html[lang={language}]").wait_for()


def _shoot(page: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    return path


@contextlib.contextmanager
def _call(demo: Running) -> Iterator[dict[str, Any]]:
    """An incident with two cars near it, one of them on its way and watching, and one asking for access."""
    room = demo.room()
    for key, degrees in NEAR.items():
        _place(demo.officer(key), demo.accounts()[key]["unit_id"], degrees)
    incident = raise_call(room, unit_id=demo.unit_id)
    try:
        officer = demo.officer("officer")
        watched = {"camera_id": incident["cameras"][0]["camera_id"], "incident_id": incident["id"]}
        officer.call("POST", "/v1/playback", watched)
        asked = {"agency": "police_112", "incident_id": incident["id"], "camera_ids": [], "reason": "옆 골목 수색 지원"}
        demo.officer("other_officer").call("POST", "/v1/access-requests", asked)
        _give(demo.officer("supervisor"), demo.accounts()["other_officer"]["unit_id"], incident["id"])
        yield incident
    finally:
        close_call(room, incident["id"])


def _place(officer: Caller, unit_id: str, degrees: float) -> None:
    at = {"lat": SCENE.lat + degrees, "lon": SCENE.lon, "at": datetime.now(UTC).isoformat()}
    officer.call("PUT", f"/v1/units/{unit_id}/position", at)


def _give(supervisor: Caller, unit_id: str, incident_id: str) -> None:
    body = {
        "to": {"unit": unit_id},
        "incident_id": incident_id,
        "until": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
        "reason": "옆 골목 수색 지원",
        "legal_basis": "POLICE112_9_1",
    }
    supervisor.call("POST", "/v1/grants", body)
