"""What a transcoder holds after many streams have come and gone, and how its ffmpegs end, however they end.

``SOAK_CYCLES=500 .venv/bin/pytest tests/transcoder/test_soak.py -k nothing_grows`` is the whole soak, of some minutes.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from server import db
from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from tests import town
from tests.transcoder import faulty
from tests.transcoder.running import PASSWORD, ROOT, free_port

pytestmark = pytest.mark.process

CYCLES = int(os.environ.get("SOAK_CYCLES", "120"))
TOGETHER = 5
SETTLED_SHARE = 0.25  # of the cycles: by then all has been used once
MOST_MEMORY = 1.05


def register(data_dir, ids, port):
    """The cameras are in the database of this folder."""
    engine = db.engine(f"sqlite:///{data_dir / 'goldentime.db'}")
    with db.transaction(engine)() as session:
        for id_ in ids:
            row = town.camera(id_, 0, 40, vault=None, rtsp_host="127.0.0.1", rtsp_port=port)
            row.rtsp_password_sealed = Vault(data_dir).seal(PASSWORD)
            row.profiles = [Profile(name="main", path="/soak").stored()]
            session.add(row)
    engine.dispose()


@pytest.fixture(scope="module")
def soak(tmp_path_factory, keys_dir, settled_sqlite):
    """Runs ``soaking.py`` with so many cameras; gives what it said."""
    folder = tmp_path_factory.mktemp("soak")
    clip = faulty.clip(folder / "small.h264", size="160x120", gop=5)
    with faulty.cameras(folder, {"soak": {"clip": clip}}) as (port, _):

        def run(count, what, number):
            data_dir = tmp_path_factory.mktemp("data")
            shutil.copytree(keys_dir / "keys", data_dir / "keys")
            shutil.copy(settled_sqlite, data_dir / "goldentime.db")
            register(data_dir, [f"soak-{n}" for n in range(count)], port)
            argv = [sys.executable, "-m", "tests.transcoder.soaking", data_dir, free_port(), count, what, number]
            done = subprocess.run([*map(str, argv)], cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-3000:]
            return [json.loads(line) for line in done.stdout.splitlines()]

        yield run


@pytest.mark.timeout(60 + 2 * CYCLES)
def test_nothing_grows_with_the_streams_that_have_come_and_gone(soak):
    rounds = soak(TOGETHER, "cycles", CYCLES)
    settled = [one for one in rounds if one["cycles"] >= SETTLED_SHARE * CYCLES]
    first, last = settled[0], settled[-1]
    assert last["cycles"] >= CYCLES
    for what in ("fds", "threads", "children", "asyncio_tasks", "files"):
        assert last[what] == first[what], what
    assert last["children"] == 0
    assert last["rss_kb"] <= MOST_MEMORY * first["rss_kb"]
