"""The transcoder's settings, read from ``TRANSCODER_*``. No secret is a setting."""

import shutil
from pathlib import Path
from typing import Annotated

import imageio_ffmpeg
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "TRANSCODER_"
TOOLS = ("prlimit", "setpriv")  # of util-linux: they bind ffmpeg to its limits and to our life


DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


class SettingsInvalid(Exception):
    """One line per variable or tool that is missing or wrong."""


def _runnable(path: str) -> str:
    if path and shutil.which(path) is None:
        raise ValueError(f"{path} is not a program; name the path of an ffmpeg >= 5.1 or leave it out")
    return path


def _readable(path: str) -> str:
    if not Path(path).is_file():
        raise ValueError(f"{path} is not a file; install fonts-dejavu-core or name another TrueType font")
    return path


class Settings(BaseSettings):
    """What one transcoder host is told."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", validate_default=True)

    data_dir: Path  # folder of the camera key and the SQLite file: the server's
    database_url: str = ""  # default: SQLite in the data folder
    host_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")  # also the name of the nginx upstream
    listen: str = Field(pattern=r"^[0-9a-zA-Z.-]+:[0-9]{1,5}$")  # address:port of the origin
    ffmpeg: Annotated[str, AfterValidator(_runnable)] = ""  # default: the one that imageio-ffmpeg brings

    font: Annotated[str, AfterValidator(_readable)] = DEJAVU  # for the time in stills

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'goldentime.db'}"

    @property
    def address(self) -> tuple[str, int]:
        """Where the origin listens."""
        host, _, port = self.listen.rpartition(":")
        return host, int(port)

    @property
    def ffmpeg_path(self) -> str:
        """The ffmpeg to run."""
        return self.ffmpeg or str(imageio_ffmpeg.get_ffmpeg_exe())


def load() -> Settings:
    """The settings of this process. Raises SettingsInvalid naming everything at fault."""
    missing = [f"{tool}: not found; install util-linux" for tool in TOOLS if shutil.which(tool) is None]
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsInvalid("\n".join([*missing, *lines])) from None
    if missing:
        raise SettingsInvalid("\n".join(missing))
    return settings
