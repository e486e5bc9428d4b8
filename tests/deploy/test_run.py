"""``./run`` installs what a verb needs, beside itself and nowhere else."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose Python packages are there, with an npm that writes down that it was called."""
    here = tmp_path / "checkout"
    (here / ".venv" / "bin").mkdir(parents=True)
    for name in ("run", "requirements.txt", "requirements-dev.txt", "package-lock.json"):
        shutil.copy2(ROOT / name, here)
    digests = {one: hashlib.sha256((here / one).read_bytes()).hexdigest() for one in REQUIREMENTS}
    (here / ".venv" / "installed").write_text("".join(f"{one} {digest}  -\n" for one, digest in digests.items()))
    stand_ins = {
        "npm": f"touch {here}/npm_ran",
        "python": "exit 0",
        "dpkg-query": f'for asked; do :; done; echo "$asked" >>{here}/asked_for; echo install ok installed',
    }
    for name, line in stand_ins.items():
        (here / ".venv" / "bin" / name).write_text(f"#!/bin/sh\n{line}\n")
        (here / ".venv" / "bin" / name).chmod(0o755)
    return here


def run(checkout, *arguments):
    environment = {"PATH": f"{checkout}/.venv/bin:/usr/sbin:/usr/bin:/bin"}
    return subprocess.run([checkout / "run", *arguments], capture_output=True, text=True, env=environment, check=False)


def test_a_linked_node_modules_is_refused_before_npm_can_empty_its_target(checkout, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "kept").touch()
    (checkout / "node_modules").symlink_to(tmp_path / "shared")
    done = run(checkout, "serve")
    assert done.returncode == 1
    assert f"node_modules is a link to {tmp_path / 'shared'}" in done.stderr
    assert "rm node_modules" in done.stderr
    assert not (checkout / "npm_ran").exists()
    assert (tmp_path / "shared" / "kept").exists()


def test_one_of_its_own_is_installed_into(checkout):
    (checkout / "node_modules").mkdir()
    assert run(checkout, "serve").returncode == 0
    assert (checkout / "npm_ran").exists()


@pytest.mark.parametrize(
    ("arguments", "needs_browser"),
    [
        ((), False),
        (("--scenario", "119"), False),
        (("--check",), True),
        (("--screenshots", "pictures"), True),
        (("--screenshots=pictures",), True),
        (("--port", "0", "--screenshots", "pictures"), True),
    ],
)
def test_a_demo_that_drives_a_browser_has_one_installed(arguments, needs_browser, checkout):
    (checkout / "node_modules").mkdir()
    done = run(checkout, "demo", *arguments)
    assert done.returncode == 0, done.stderr
    asked = (checkout / "asked_for").read_text().split()
    assert any(package.startswith("chromium") for package in asked) is needs_browser


def test_the_usage_names_what_the_demo_takes():
    [told] = [line for line in run(ROOT).stdout.splitlines() if line.startswith("./run demo")]
    for option in ("--check", "--scenario NAME", "--no-scenario", "--screenshots FOLDER"):
        assert option in told
