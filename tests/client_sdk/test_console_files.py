"""What can be known of the console without a browser."""

import json
import re
from pathlib import Path

import pytest

from server.incidents.services import of_room
from server.models import (
    RESERVED_FOR,
    AgencyKind,
    AlertOutcome,
    AnomalyKind,
    AnomalyStatus,
    ClosingCode,
    DispatchStatus,
    LegalBasis,
    ReportKind,
    RequestStatus,
    Role,
    Service,
    SharingStatus,
    Verb,
)
from tests.client_sdk.test_page_files import flat, imported, shape
from transcoder.soap import Outcome

CLIENT = Path(__file__).parents[2] / "client_sdk"
CONSOLE = CLIENT / "console"
SCRIPTS = sorted(CONSOLE.glob("*.js"))
KO, EN = (json.loads((CONSOLE / f"{name}.json").read_text()) for name in ("ko", "en"))
CODE = "\n".join(path.read_text() for path in SCRIPTS)
VIEWS = re.findall(r"^  (\w+): \{ roles", (CONSOLE / "views.js").read_text(), re.MULTILINE)


def test_a_room_is_offered_to_report_what_it_may_report_by_hand():
    told = re.search(r"SERVICES = \{ (.*?) \}", (CONSOLE / "create.js").read_text())[1]
    offered = {kind: {Service(said)} for kind, said in re.findall(r"(\w+): '(\w+)'", told)}
    by_hand = {kind: of_room(kind) - set(RESERVED_FOR) for kind in AgencyKind}
    assert set(offered) == {kind for kind, services in by_hand.items() if services}
    assert all(services <= by_hand[AgencyKind(kind)] for kind, services in offered.items())


def test_both_languages_say_the_same_things():
    assert shape(KO) == shape(EN)


def test_nothing_is_left_untranslated():
    for key, text in flat(EN).items():
        assert not re.search("[가-힣]", text), key
    for key, text in flat(KO).items():
        assert re.search("[가-힣]", text) or not re.search("[a-z]", re.sub(r"\{\w+\}", "", text)), key


def test_every_text_that_is_asked_for_exists():
    asked = {key for key in re.findall(r"\bt\('([\w.]+)'", CODE) if not key.startswith("common.")}
    asked |= {f"view.{name}" for name in VIEWS}
    assert asked <= set(flat(KO)), asked - set(flat(KO))


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ("basis", LegalBasis),
        ("closing", ClosingCode),
        ("dispatch", DispatchStatus),
        ("request", RequestStatus),
        ("anomaly", AnomalyKind),
        ("review_of", AnomalyStatus),
        ("report_kind", ReportKind),
        ("role", Role),
        ("sharing_status", SharingStatus),
        ("verb", Verb),
        ("alert_outcome", AlertOutcome),
        ("discovered", set(Outcome) - {Outcome.ASKED}),
    ],
)
def test_every_code_of_the_server_has_words(part, codes):
    assert {one.value.lower() for one in codes} <= set(KO[part])


def test_a_module_is_imported_by_an_address_nginx_serves():
    homes = {"/sdk/": CLIENT / "js" / "src", "/console/": CONSOLE}
    for path in SCRIPTS:
        for pair in imported(path):
            target = next(filter(None, pair))
            if target.startswith("/vendor/"):
                continue
            prefix = next(prefix for prefix in homes if target.startswith(prefix))
            assert (homes[prefix] / target.removeprefix(prefix)).exists(), f"{path.name} imports {target}"


def test_nothing_is_written_into_the_page_as_markup_or_style():
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\.style\b|style:", CODE)


def test_the_scripts_of_the_page_are_short():
    for path in [*SCRIPTS, *CONSOLE.glob("*.css"), CONSOLE / "index.html"]:
        assert len(path.read_text().splitlines()) <= 300, path.name
