"""The Python SDK as pip packs it: it runs where nothing else of this repository is, with what it says that it depends on."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

SDK = Path(__file__).parents[2] / "client_sdk" / "python"
PROJECT = tomllib.loads((SDK / "pyproject.toml").read_text())["project"]
SETUP = "import setuptools; setuptools.setup()"
LOOK = """
import json, sys
from pathlib import Path
import goldentime, goldentime.__main__
from goldentime.errors import refusals
imported = {name.partition('.')[0] for name in sys.modules}
print(json.dumps([str(Path(goldentime.__file__).parent), len(refusals()), sorted(imported)]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The package in a virtual environment of its own; what it depends on is that of the tests."""
    folder = tmp_path_factory.mktemp("package")
    source = shutil.copytree(SDK, folder / "source", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    venv.create(folder / "venv")
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    subprocess.run([sys.executable, "-c", SETUP, "-q", "build_py", "--build-lib", packages], cwd=source, check=True)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "venv" / "bin" / "python"


def test_what_is_packed_is_all_that_it_needs(built, tmp_path):
    done = subprocess.run([built, "-I", "-c", LOOK], capture_output=True, text=True, check=True, cwd=tmp_path)
    home, known, imported = json.loads(done.stdout)
    assert home.startswith(str(built.parents[1])), "it is the packed one"
    assert known > 100, "it has the catalogue of refusals"
    packed = {path.name for path in Path(home).iterdir() if not path.is_dir()}
    assert packed == {path.name for path in (SDK / "goldentime").iterdir() if not path.is_dir()}
    assert not {"server", "tests", "sqlalchemy", "flask"} & set(imported)


def test_the_command_it_installs_is_there(built, tmp_path):
    module, _, function = PROJECT["scripts"]["goldentime"].partition(":")
    run = f"import sys; from {module} import {function}; sys.argv = ['goldentime', '--help']; {function}()"
    done = subprocess.run([built, "-I", "-c", run], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert re.search(r"play \(watch\)", done.stdout)
