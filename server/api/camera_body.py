"""What a camera looks like on the way in and on the way out. The password only goes in.

The shape is checked here; what it means, in ``server.cameras``, whose bounds the document shows (``says``).
"""

from typing import Annotated, Any, Self

from pydantic import Field, Secret, ValidationError

from server.api.fields import LINE, Body, Degrees, Id, Lat, Lon, Port, Shown, Whole, mend
from server.api.paging import Page
from server.cameras import mask, profile
from server.cameras.inventory import Registration
from server.cameras.profile import Profile
from server.models import Camera, CameraPurpose

Text = Annotated[str, Field(max_length=255)]
Point = Annotated[tuple[float, float], Field(strict=False)]  # JSON knows only lists
Username = Annotated[str, Field(min_length=1, max_length=64, pattern=r'^[^\x00-\x1f\x7f":\\]+$')]  # RFC 7617, RFC 7616
Password = Secret[Annotated[str, Field(min_length=1, max_length=64, pattern=LINE)]]


def says(bounds: tuple[int, int] | None = None, **schema: Any) -> Any:
    """A field whose bounds are in the document, and are held to by ``server.cameras``."""
    if bounds:
        schema |= {"minimum": bounds[0], "maximum": bounds[1]}
    return Field(json_schema_extra=schema)


Mask = Annotated[list[Point], says(minItems=mask.FEWEST_POINTS, maxItems=mask.MOST_POINTS)]


class RegisteredProfile(Body):
    """One stream of the camera. What is unknown is left out, and looked at when the stream is started."""

    name: Annotated[Text, says(pattern=f"^{profile.NAME}$")]
    path: Annotated[Text, says(pattern=f"^{profile.PATH}$")]
    codec: Annotated[Text, says(enum=list(profile.CODECS))] | None = None
    width_px: Annotated[Whole, says((profile.LEAST_PX, profile.LONG_SIDE_PX))] | None = None
    height_px: Annotated[Whole, says((profile.LEAST_PX, profile.LONG_SIDE_PX))] | None = None
    fps: Annotated[float, says(profile.FPS)] | None = None
    bitrate_bps: Annotated[Whole, says(profile.BITRATE_BPS)] | None = None
    gop_frames: Annotated[Whole, says(profile.GOP_FRAMES)] | None = None
    b_frames: bool | None = None
    codecs: Annotated[Text, says(pattern=f"^(?:{'|'.join(profile.CODECS.values())})$")] | None = None


class Rtsp(Body):
    """How the camera is reached."""

    host: Annotated[Text, Field(description="an address of the centre's networks")]
    port: Port = 554
    username: Username | None = Field(description="null takes the password away as well")
    password: Annotated[Password | None, Field(json_schema_extra={"writeOnly": True})] = None


class RegisteredPreset(Body):
    """A place the camera can be sent to, as the camera calls it."""

    token: Annotated[str, Field(min_length=1, max_length=64, pattern=LINE)]
    name: Annotated[str, Field(min_length=1, max_length=64, pattern=LINE)]


class RegisteredCamera(Body):
    """A camera, all of it: what is left out is put back to its default, but for the password, which is kept."""

    centre_id: Id
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=LINE)]
    lat: Lat
    lon: Lon
    bearing_deg: Annotated[Degrees | None, Field(description="null: it turns, or sees all round")] = None
    fov_deg: Annotated[float, Field(ge=1, le=360)] | None = None
    range_m: Annotated[float, Field(ge=1, le=10_000)] = 80.0
    purpose: Annotated[CameraPurpose | None, Field(strict=False, description="left out: what is known stays")] = None
    night_vision: Annotated[
        bool | None, Field(description="infrared or low-light optics; left out: what is known stays")
    ] = None
    enabled: bool = True
    warm: bool = False
    masks: Annotated[list[Mask], says(maxItems=mask.MOST_POLYGONS)] = Field(default_factory=list)
    rtsp: Rtsp
    onvif_port: Port | None = None
    ptz: bool = False
    ptz_home: Annotated[str | None, Field(max_length=64, description="null: the camera's own home")] = None
    ptz_presets: Annotated[list[RegisteredPreset], Field(max_length=64)] = Field(default_factory=list)
    profiles: Annotated[list[RegisteredProfile], says(minItems=1, maxItems=profile.MOST)]

    def registration(self) -> Registration:
        """The camera as the core takes it."""
        return Registration(
            **self.model_dump(exclude={"rtsp", "masks", "profiles"}),
            masks=self.masks,
            host=self.rtsp.host,
            port=self.rtsp.port,
            username=self.rtsp.username,
            password=self.rtsp.password.get_secret_value() if self.rtsp.password else None,
            profiles=[Profile(**one.model_dump()) for one in self.profiles],
        )


def registration(body: dict[str, Any]) -> Registration:
    """The registration of one of many bodies. Raises InvalidRequest."""
    try:
        return RegisteredCamera.model_validate(body).registration()
    except ValidationError as error:
        raise mend(error) from None


class ListedCamera(Shown):
    """A camera: where it stands and what it sees. Nothing here says how it is reached."""

    id: str
    centre_id: str
    name: str
    lat: float
    lon: float
    bearing_deg: float | None
    fov_deg: float | None
    range_m: float
    purpose: CameraPurpose | None
    night_vision: bool | None
    enabled: bool
    health: str


class ListedCameras(Page):
    """Cameras in the order of their ids."""

    items: list[ListedCamera]


class ShownProfile(Shown):
    """One stream of the camera; null is unknown."""

    name: str
    path: str
    codec: str | None
    width_px: int | None
    height_px: int | None
    fps: float | None
    bitrate_bps: int | None
    gop_frames: int | None
    b_frames: bool | None
    codecs: str | None


class ShownRtsp(Shown):
    """How the camera is reached, without the password."""

    host: str
    port: int
    username: str | None
    has_password: bool


class ShownCamera(ListedCamera):
    """A camera, all of it, for those who look after it."""

    warm: bool
    masks: list[list[tuple[float, float]]]
    rtsp: ShownRtsp
    onvif_port: int | None
    ptz: bool
    ptz_home: str | None
    ptz_presets: list[dict[str, str]]
    profiles: list[ShownProfile]

    @classmethod
    def of(cls, row: Camera) -> Self:
        """The row as it is shown."""
        listed = ListedCamera.model_validate(row).model_dump()
        rtsp = ShownRtsp(
            host=row.rtsp_host,
            port=row.rtsp_port,
            username=row.rtsp_username,
            has_password=row.rtsp_password_sealed is not None,
        )
        more = {
            name: getattr(row, name)
            for name in ("warm", "masks", "onvif_port", "profiles", "ptz", "ptz_home", "ptz_presets")
        }
        return cls(**listed, **more, rtsp=rtsp)
