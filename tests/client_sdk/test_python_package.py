"""The Python SDK as pip packs it: it runs where nothing else of this repository is, with what it says that it depends on."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

SDK = Path(__file__).parents[2] / "client_sdk" / "python"
PROJECT = tomllib.loads((SDK / "pyproject.toml").read_text())["project"]
SETUP = "import setuptools; setuptools.setup()"
LOOK = """
import contextlib, importlib, json, sys
packages, module, function = sys.argv[1:]
sys.path.insert(0, packages)
import goldentime
from goldentime.errors import refusals
sys.argv = ["goldentime", "--help"]
with contextlib.suppress(SystemExit):
    getattr(importlib.import_module(module), function)()
imported = {name.partition(".")[0] for name in sys.modules}
print(json.dumps([str(goldentime.__path__[0]), len(refusals()), sorted(imported)]))
"""


def test_what_pip_packs_runs_alone_and_its_command_is_there(tmp_path):
    packages, source = tmp_path / "packages", tmp_path / "source"
    shutil.copytree(SDK, source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
    argv = [sys.executable, "-c", SETUP, "-q", "build_py", "--build-lib", packages]
    subprocess.run(argv, cwd=source, capture_output=True, check=True)
    argv = [sys.executable, "-I", "-c", LOOK, packages, *PROJECT["scripts"]["goldentime"].split(":")]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=tmp_path)
    said, _, found = done.stdout.strip().rpartition("\n")
    home, known, imported = json.loads(found)
    assert re.search(r"play \(watch\)", said)
    assert Path(home) == packages / "goldentime", "it is the packed one"
    assert known > 100, "it has the catalogue of refusals"
    packed = {path.name for path in Path(home).iterdir() if not path.is_dir()}
    assert packed == {path.name for path in (SDK / "goldentime").iterdir() if not path.is_dir()}
    assert not {"server", "tests", "sqlalchemy", "flask"} & set(imported)
