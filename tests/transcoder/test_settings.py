import pytest

from transcoder import settings
from transcoder.settings import SettingsInvalid

WHOLE = {"DATA_DIR": "/srv/goldentime", "HOST_ID": "host-a", "LISTEN": "127.0.0.1:8090"}


@pytest.fixture
def told(monkeypatch):
    def tell(**values):
        for name, value in (WHOLE | values).items():
            monkeypatch.delenv(f"TRANSCODER_{name}", raising=False)
            if value is not None:
                monkeypatch.setenv(f"TRANSCODER_{name}", value)
        return settings.load()

    return tell


def test_three_variables_are_enough(told):
    read = told()
    assert read.database == "sqlite:////srv/goldentime/goldentime.db"
    assert read.address == ("127.0.0.1", 8090)
    assert "ffmpeg" in read.ffmpeg_path


def test_a_database_an_ffmpeg_and_a_font_may_be_named(told):
    read = told(DATABASE_URL="postgresql://u@/g", FFMPEG="/bin/true", FONT=__file__)
    assert (read.database, read.ffmpeg_path, read.font) == ("postgresql://u@/g", "/bin/true", __file__)


def test_a_font_that_is_not_installed_is_named_with_its_package(told):
    with pytest.raises(SettingsInvalid, match=r"TRANSCODER_FONT: .*install fonts-dejavu-core"):
        told(FONT="/nowhere/font.ttf")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA_DIR", None),
        ("HOST_ID", None),
        ("HOST_ID", "Host_A"),
        ("HOST_ID", "h" * 33),
        ("LISTEN", "8090"),
        ("LISTEN", "127.0.0.1:port"),
        ("FFMPEG", "/nowhere/ffmpeg"),
        ("FONT", "/nowhere/font.ttf"),
    ],
)
def test_what_is_missing_or_wrong_is_named(told, name, value):
    with pytest.raises(SettingsInvalid, match=f"TRANSCODER_{name}: "):
        told(**{name: value})


def test_everything_that_is_wrong_is_named_at_once(told):
    with pytest.raises(SettingsInvalid) as refused:
        told(DATA_DIR=None, HOST_ID="!", LISTEN="?")
    assert len(str(refused.value).splitlines()) == 3


def test_a_missing_tool_is_named(told, monkeypatch):
    monkeypatch.setattr(settings, "TOOLS", ("setpriv-that-is-not-there",))
    with pytest.raises(SettingsInvalid, match="install util-linux"):
        told()
