"""The server's settings, read from ``GOLDENTIME_*``. No secret is a setting: keys are files of the data folder."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, HttpUrl, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from server import basemap
from server.thresholds import Thresholds

PREFIX = "GOLDENTIME_"


class SettingsInvalid(Exception):
    """One line per variable that is missing or wrong, by its name in the environment."""


def _origin(url: HttpUrl) -> HttpUrl:
    if url.path not in {None, "/"} or url.query or url.fragment or url.username:
        raise ValueError("must be scheme, host and port only, such as https://goldentime.example")
    return url


def _network(cidr: str) -> str:
    return str(ip_network(cidr))


class Settings(BaseSettings):
    """What one host's server processes share."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data_dir: Path  # folder for keys and the SQLite file
    database_url: str = ""  # default: SQLite in the data folder
    public_url: Annotated[HttpUrl, AfterValidator(_origin)]  # what browsers see; also the token issuer
    pool: Literal["api", "gate", "events"] = "api"  # which pool this gunicorn is
    bind: str = Field(
        "", pattern=r"^(unix:/.+|[0-9.]+:[0-9]+)?$"
    )  # where the pool listens; default: its socket in data_dir

    audit_store: str = Field("", pattern=r"^(/.+|s3://[a-z0-9.-]{3,63}(/[A-Za-z0-9._/-]+)?)?$")  # copies of the record
    views_kept_days: int = Field(730, ge=365, le=36_500)  # the record of who watched what
    grants_kept_days: int = Field(1095, ge=1095, le=36_500)  # and of everything else
    police_texts_kept_days: int = Field(1095, ge=1, le=1095)  # what was said of a closed 112 call
    texts_kept_days: int = Field(365, ge=1, le=365)  # and of any other closed incident
    duties_kept_days: int = Field(1095, ge=365, le=36_500)  # that are done
    cap_messages_kept_days: int = Field(365, ge=30, le=36_500)
    preservations_kept_days: int = Field(365, ge=30, le=36_500)  # requests to centres
    alerts_kept_s: int = Field(3600, ge=0, le=2_592_000)  # what is personal of alerts that are over
    plate_reads_kept_s: int = Field(600, ge=0, le=86_400)  # reads of no wanted vehicle
    sensor_events_kept_s: int = Field(3600, ge=60, le=86_400)  # what centres' analytics report
    thresholds: Thresholds = Thresholds()  # what is odd in the record, as JSON
    webhook_networks: list[Annotated[str, AfterValidator(_network)]] = []  # where webhooks may be, as JSON
    map_tiles: str = ""  # the base map under the schematic one; none: nothing of it is fetched
    map_attribution: str = Field("", max_length=200, validate_default=True)  # who made it, as its licence wants it said
    map_max_zoom: int = Field(19, ge=1, le=22)  # the finest level it has
    audit_store_endpoint: HttpUrl | None = None  # of an S3 that is not Amazon's

    api_workers: int = Field(2, ge=1, le=64)  # processes of the API; each counts its share of the limits
    limit_sign_in: int = Field(600, ge=1, le=1_000_000)  # attempts a minute of one address
    limit_playback: int = Field(60, ge=1, le=1_000_000)  # and of one account: cameras opened
    limit_intake: int = Field(6000, ge=600, le=1_000_000)  # what a room's machine sends
    limit_change: int = Field(300, ge=1, le=1_000_000)  # other changes
    limit_look_up: int = Field(600, ge=1, le=1_000_000)  # reading
    limit_export: int = Field(30, ge=1, le=1_000_000)  # ledgers
    limit_sensor: int = Field(600, ge=1, le=1_000_000)  # batches of one centre's analytics

    @field_validator("map_tiles")
    @classmethod
    def _tiles(cls, address: str) -> str:
        return basemap.template(address) if address else ""

    @field_validator("map_attribution")
    @classmethod
    def _said(cls, said: str, info: ValidationInfo) -> str:
        if info.data.get("map_tiles") and not said.strip():
            raise ValueError("tiles_without_attribution: say who made the base map, such as © OpenStreetMap")
        return said.strip()

    @property
    def base_map(self) -> basemap.BaseMap | None:
        """The base map; None where there is none."""
        return basemap.BaseMap(self.map_tiles, self.map_attribution, self.map_max_zoom) if self.map_tiles else None

    @property
    def kept_days(self) -> dict[str, int]:
        """For how long is kept what ``server.audit.retention`` removes, by its names there."""
        suffix = "_kept_days"
        return {name.removesuffix(suffix): value for name, value in self if name.endswith(suffix)}

    @property
    def copies(self) -> str:
        """Where copies of the record go: a folder, or ``s3://bucket/prefix``."""
        return self.audit_store or str(self.data_dir.absolute() / "audit")

    @property
    def s3_address(self) -> str | None:
        """The S3 to use; None: Amazon's."""
        return str(self.audit_store_endpoint) if self.audit_store_endpoint else None

    @property
    def issuer(self) -> str:
        """The ``iss`` of our tokens: the public URL without a slash at the end."""
        return str(self.public_url).rstrip("/")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'goldentime.db'}"


def load() -> Settings:
    """The settings of this process. Raises SettingsInvalid naming every variable at fault."""
    try:
        return Settings()
    except SettingsError as error:  # its text names the field and holds no value
        raise SettingsInvalid(f"{PREFIX}: {error}; it takes JSON") from None
    except ValidationError as error:
        lines = [f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsInvalid("\n".join(lines)) from None
