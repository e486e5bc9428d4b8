import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.process


def doctor(path, cwd=ROOT):
    argv = [sys.executable, "-m", "deploy.doctor"]
    return subprocess.run(
        argv, cwd=cwd, env={"PATH": path, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )


def test_nothing_is_missing_where_the_tests_run():
    done = doctor("/usr/local/bin:/usr/bin:/bin")
    missing = [line for line in done.stdout.splitlines() if line.startswith("✗") and "npm" not in line]
    assert missing == []


def test_what_is_missing_is_named_with_its_mend(tmp_path):
    done = doctor(str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert "✗ Chromium is missing (needed by demo --check, test, bench). Mend: apt-get install" in done.stdout
    assert "✗ Python packages (.venv) is missing" in done.stdout
