"""Access is taken back in five ways while its viewers go on asking, through a real nginx and a real gate."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from tests.bench.gate import running
from tests.bench.revocations import take_back
from tests.bench.seats import WAYS

pytestmark = [pytest.mark.nginx, pytest.mark.process]
COUNT = 40  # all at once


def test_who_loses_access_in_any_way_is_refused_soon_and_stays_refused():
    with tempfile.TemporaryDirectory(prefix="gt-") as name, running(Path(name), COUNT) as scene:
        with scene.room as room:
            took = asyncio.run(take_back(room, scene.seats, port=scene.port, gate=scene.gate))
        assert "Traceback" not in (scene.folder / "gate.log").read_text()
    assert {outcome.way for outcome in took} == set(WAYS)
    assert len(took) == COUNT
    assert max(outcome.refused_s for outcome in took) < 10, "not by the feed; how soon is measured by ./run bench gate"
