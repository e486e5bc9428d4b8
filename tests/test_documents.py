import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from server.api.openapi import EVENTS
from server.settings import Settings as ServerSettings
from transcoder.settings import Settings as TranscoderSettings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()


def test_the_readme_knows_every_verb():
    usage = subprocess.run([ROOT / "run"], capture_output=True, text=True, check=True).stdout
    verbs = re.findall(r"^\./run (\w+)", usage, re.MULTILINE)
    assert len(verbs) == 7
    for verb in verbs:
        assert f"./run {verb}" in README


def test_an_unknown_verb_is_refused_with_the_list():
    done = subprocess.run([ROOT / "run", "fly"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "there is no verb 'fly'" in done.stderr
    assert "./run demo" in done.stderr


@pytest.mark.parametrize(("prefix", "settings"), [("GOLDENTIME_", ServerSettings), ("TRANSCODER_", TranscoderSettings)])
def test_every_setting_is_in_the_table_and_every_row_is_a_setting(prefix, settings):
    wanted = {f"{prefix}{name.upper()}" for name in settings.model_fields}
    told = set(re.findall(rf"`({prefix}[A-Z_]+)`", ARCHITECTURE))
    assert told == wanted


def test_the_changelog_begins_with_what_is_unreleased_or_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    first = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1]
    assert first in {"Unreleased", version}


def test_every_row_of_the_readmes_feature_tables_links_its_tests():
    tables = re.findall(r"^\|.*\| test \|\n\|-.*\n((?:\|.*\n)+)", README, re.MULTILINE)
    rows = [row for table in tables for row in table.splitlines()]
    assert len(rows) >= 15
    for row in rows:
        cell = row.rstrip("| ").rsplit(" | ", 1)[1]
        assert re.fullmatch(r"\[[\w -]+\]\(tests/[\w/]+\.py\)(, \[[\w -]+\]\(tests/[\w/]+\.py\))*", cell)


EVENT = re.compile(r'outbox\.append\(session, [^,]+, "(\w+)"|\(room, "(\w+)", _told')
LISTS = {
    "ARCHITECTURE.md": lambda: ARCHITECTURE.split("SSE events carry", 1)[1].split("`POST /v1/playback`", 1)[0],
    "openapi.py": lambda: str(EVENTS["description"]),
    "events.py": lambda: (ROOT / "client_sdk/python/goldentime/events.py").read_text().split('"""')[1],
    "events.js": lambda: (ROOT / "client_sdk/js/src/events.js").read_text().split("*/", 1)[0],
}


@pytest.mark.parametrize("place", LISTS)
def test_every_kind_of_event_that_is_pushed_is_in_each_list_of_them(place):
    sources = [path.read_text() for path in (ROOT / "server").rglob("*.py")]
    kinds = {kind for text in sources for found in EVENT.findall(text) for kind in found if kind} | {"stream", "ping"}
    assert {"dispatch", "duty", "preservation", "report"} < kinds
    assert kinds <= set(re.findall(r"\w+", LISTS[place]()))


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "SECURITY.md"])
def test_every_file_a_document_names_exists(document):
    text = (ROOT / document).read_text()
    named = re.findall(r"`((?:server|transcoder|client_sdk|nginx|demo|deploy|tests)/[\w./-]*)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
    linked = re.findall(r"\]\(([\w./-]+)\)", text)
    assert [name for name in linked if not (ROOT / name).exists()] == []
