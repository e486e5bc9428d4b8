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


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", None),
        ("https://tiles.example:8443/wmts?layer=base&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}", None),
        ("https://api.example/wmts/1.0.0/KEY-1/Base/{TileMatrix}/{TileRow}/{TileCol}.png", "Base/{z}/{y}/{x}.png"),
    ],
)
def test_a_base_map_is_an_xyz_or_wmts_address(address, kept, environment):
    environment.setenv("GOLDENTIME_MAP_TILES", address)
    environment.setenv("GOLDENTIME_MAP_ATTRIBUTION", " © 국토지리정보원 ")
    told = settings.load().base_map
    assert told.url.endswith(kept or address)
    assert (told.attribution, told.max_zoom) == ("© 국토지리정보원", 19)


def test_without_an_address_there_is_no_base_map():
    assert settings.load().base_map is None


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://tiles.example/{z}/{x}/{y}.png", "tiles_not_https"),
        ("//tiles.example/{z}/{x}/{y}.png", "tiles_not_https"),
        ("https://user:secret@tiles.example/{z}/{x}/{y}.png", "tiles_with_credentials"),
        ("https:///{z}/{x}/{y}.png", "tiles_host_invalid"),
        ("https://{z}.example/{x}/{y}.png", "tiles_host_invalid"),
        ("https://*.example/{z}/{x}/{y}.png", "tiles_host_invalid"),
        ("https://tiles.example;script-src/{z}/{x}/{y}.png", "tiles_host_invalid"),
        ("https://Tiles.example/{z}/{x}/{y}.png", "tiles_host_invalid"),
        ("https://tiles.example/{z}/{x}.png", "tiles_place_missing"),
        ("https://tiles.example/{z}/{x}/{y}/{y}.png", "tiles_place_missing"),
        ("https://tiles.example/#{z}/{x}/{y}.png", "tiles_place_missing"),
        ("https://tiles.example/{s}/{z}/{x}/{y}.png", "tiles_place_unknown"),
        ("https://tiles.example/{Style}/{TileMatrix}/{TileRow}/{TileCol}.png", "tiles_place_unknown"),
        ("https://tiles.example/}{z}/{x}/{y}.png", "tiles_place_unknown"),
        ("https://tiles.example/ {z}/{x}/{y}.png", "tiles_not_an_address"),
        ('https://tiles.example/"{z}/{x}/{y}.png', "tiles_not_an_address"),
        (f"https://tiles.example/{'a' * 500}/{{z}}/{{x}}/{{y}}.png", "tiles_not_an_address"),
    ],
)
def test_a_bad_address_of_tiles_is_refused_by_its_code_and_not_repeated(address, code, environment):
    environment.setenv("GOLDENTIME_MAP_TILES", address)
    environment.setenv("GOLDENTIME_MAP_ATTRIBUTION", "x")
    with pytest.raises(settings.SettingsInvalid, match=f"^GOLDENTIME_MAP_TILES: .*{code}: ") as refused:
        settings.load()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"), [("MAP_ATTRIBUTION", ""), ("MAP_ATTRIBUTION", "x" * 201), ("MAP_MAX_ZOOM", "0")]
)
def test_a_base_map_says_who_made_it_and_how_fine_it_is(name, value, environment):
    environment.setenv("GOLDENTIME_MAP_TILES", "https://tiles.example/{z}/{x}/{y}.png")
    environment.setenv("GOLDENTIME_MAP_ATTRIBUTION", "x")
    environment.setenv(f"GOLDENTIME_{name}", value)
    with pytest.raises(settings.SettingsInvalid, match=f"^GOLDENTIME_{name}: "):
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
    assert modes == {"keys": 0o700, "goldentime.db": 0o600, "goldentime.db-writers": 0o600}
    failed = run("migrate", GOLDENTIME_PUBLIC_URL="nonsense")
    assert (failed.returncode, failed.stderr.startswith(b"GOLDENTIME_PUBLIC_URL: ")) == (2, True)
