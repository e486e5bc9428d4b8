"""``./run`` installs beside itself and nowhere else."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose Python packages are there, with an npm that writes down that it was called."""
    here = tmp_path / "checkout"
    (here / ".venv" / "bin").mkdir(parents=True)
    for name in ("run", "requirements.txt", "package-lock.json"):
        shutil.copy2(ROOT / name, here)
    digest = hashlib.sha256((here / "requirements.txt").read_bytes()).hexdigest()
    (here / ".venv" / "installed").write_text(f"requirements.txt {digest}  -\n")
    for name, line in {"npm": f"touch {here}/npm_ran", "python": "exit 0"}.items():
        (here / ".venv" / "bin" / name).write_text(f"#!/bin/sh\n{line}\n")
        (here / ".venv" / "bin" / name).chmod(0o755)
    return here


def serve(checkout):
    environment = {"PATH": f"{checkout}/.venv/bin:/usr/sbin:/usr/bin:/bin"}
    return subprocess.run([checkout / "run", "serve"], capture_output=True, text=True, env=environment, check=False)


def test_a_linked_node_modules_is_refused_before_npm_can_empty_its_target(checkout, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "kept").touch()
    (checkout / "node_modules").symlink_to(tmp_path / "shared")
    done = serve(checkout)
    assert done.returncode == 1
    assert f"node_modules is a link to {tmp_path / 'shared'}" in done.stderr
    assert "rm node_modules" in done.stderr
    assert not (checkout / "npm_ran").exists()
    assert (tmp_path / "shared" / "kept").exists()


def test_one_of_its_own_is_installed_into(checkout):
    (checkout / "node_modules").mkdir()
    assert serve(checkout).returncode == 0
    assert (checkout / "npm_ran").exists()
