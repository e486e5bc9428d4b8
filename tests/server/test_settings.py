import os
import subprocess
import sys

import pytest

from server import settings


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("GOLDENTIME_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOLDENTIME_DATA_DIR", "/var/lib/goldentime")
    monkeypatch.setenv("GOLDENTIME_PUBLIC_URL", "https://goldentime.example/")
    return monkeypatch


def test_two_variables_are_enough():
    found = settings.load()
    assert found.database == "sqlite:////var/lib/goldentime/goldentime.db"
    assert found.issuer == "https://goldentime.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GOLDENTIME_DATA_DIR", None),
        ("GOLDENTIME_PUBLIC_URL", None),
        ("GOLDENTIME_PUBLIC_URL", "goldentime.example"),
        ("GOLDENTIME_PUBLIC_URL", "https://goldentime.example/path"),
        ("GOLDENTIME_PUBLIC_URL", "https://user@goldentime.example"),
        ("GOLDENTIME_POOL", "all"),
        ("GOLDENTIME_BIND", "everywhere"),
        ("GOLDENTIME_THRESHOLDS", "[]"),
    ],
)
def test_a_wrong_variable_is_named(name, value, environment):
    environment.delenv(name) if value is None else environment.setenv(name, value)
    with pytest.raises(settings.SettingsInvalid, match=f"^{name}: "):
        settings.load()


@pytest.mark.parametrize(
    ("value", "said"), [('{"still_m": 1}', "THRESHOLDS_STILL_M: "), ('{"x": 1}', "THRESHOLDS_X: "), ("{", "thresholds")]
)
def test_a_wrong_threshold_is_named(value, said, environment):
    environment.setenv("GOLDENTIME_THRESHOLDS", value)
    with pytest.raises(settings.SettingsInvalid, match=said):
        settings.load()


def test_a_threshold_is_set_by_its_name(environment):
    environment.setenv("GOLDENTIME_THRESHOLDS", '{"still_m": 3000}')
    assert (settings.load().thresholds.still_m, settings.load().thresholds.still_min) == (3000, 15)


def test_every_wrong_variable_is_named_at_once(environment):
    environment.delenv("GOLDENTIME_DATA_DIR")
    environment.setenv("GOLDENTIME_POOL", "all")
    with pytest.raises(settings.SettingsInvalid, match=r"DATA_DIR[\s\S]*POOL"):
        settings.load()


@pytest.mark.process
def test_the_commands_make_keys_and_tables_and_may_be_repeated(tmp_path):
    environ = {"GOLDENTIME_DATA_DIR": str(tmp_path / "data"), "GOLDENTIME_PUBLIC_URL": "http://localhost"}

    def run(*words, **more):
        given = os.environ | environ | more
        return subprocess.run([sys.executable, "-m", "server", *words], env=given, capture_output=True, check=False)

    for _ in range(2):
        assert run("migrate").returncode == 0
        assert run("keys", "init").returncode == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert modes == {"keys": 0o700, "goldentime.db": 0o600}
    failed = run("migrate", GOLDENTIME_PUBLIC_URL="nonsense")
    assert (failed.returncode, failed.stderr.startswith(b"GOLDENTIME_PUBLIC_URL: ")) == (2, True)
