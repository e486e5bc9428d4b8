"""Access is taken back in five ways while its viewers go on asking, through a real nginx and a real gate."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from tests.bench.gate import running
from tests.bench.revocations import take_back
from tests.bench.seats import WAYS

pytestmark = [pytest.mark.nginx, pytest.mark.process]
COUNT = 40


def test_the_last_byte_comes_within_two_seconds_of_a_revocation():
    with tempfile.TemporaryDirectory(prefix="gt-") as name, running(Path(name), COUNT) as scene:
        with scene.room as room:
            took = asyncio.run(take_back(room, scene.seats, port=scene.port, gate=scene.gate, per_s=20))
        assert "Traceback" not in (scene.folder / "gate.log").read_text()
    assert {outcome.way for outcome in took} == set(WAYS)
    assert len(took) == COUNT
    assert max(outcome.refused_s for outcome in took) <= 2.0
