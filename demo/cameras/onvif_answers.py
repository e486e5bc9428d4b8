"""What a simulated camera says of itself by ONVIF: its profiles, their streams, and where it stands.

Source: ONVIF Media §5.2, Media2 §5.2.2, Core §8.3.5.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from demo.cameras.configuration import CameraSetting

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"


def profiles(settings: Iterable[CameraSetting], *, media2: bool) -> str:
    """The answer to GetProfiles, of Media2 or Media."""
    space = MEDIA2 if media2 else MEDIA
    rows = "".join(
        f'<Profiles token={quoteattr(one.onvif_profile)} fixed="true">{_name(one, space)}'
        f"{_media2(one) if media2 else _media1(one)}</Profiles>"
        for one in settings
    )
    return f'<GetProfilesResponse xmlns="{space}" xmlns:tt="{SCHEMA}">{rows}</GetProfilesResponse>'


def stream_uri(one: CameraSetting, host: str, port: int, *, media2: bool) -> str:
    """The answer to GetStreamUri; a camera may name another host."""
    uri = f"rtsp://{one.onvif.stream_host or host}:{port}{one.path}"
    if media2:
        return f'<GetStreamUriResponse xmlns="{MEDIA2}"><Uri>{escape(uri)}</Uri></GetStreamUriResponse>'
    inner = f'<MediaUri><Uri xmlns="{SCHEMA}">{escape(uri)}</Uri></MediaUri>'
    return f'<GetStreamUriResponse xmlns="{MEDIA}">{inner}</GetStreamUriResponse>'


def places(settings: Iterable[CameraSetting]) -> str:
    """The answer to GetGeoLocation: of each camera that knows where it stands."""
    rows = "".join(
        f'<Location Entity="VideoSource" Token={quoteattr(one.onvif_profile)}>'
        f'<GeoLocation xmlns="{SCHEMA}" lat="{one.onvif.lat}" lon="{one.onvif.lon}" elevation="0"/>'
        f'<GeoOrientation xmlns="{SCHEMA}" roll="0" pitch="0" yaw="{one.onvif.heading_deg}"/></Location>'
        for one in settings
        if one.onvif.lat is not None
    )
    return f'<GetGeoLocationResponse xmlns="{DEVICE}">{rows}</GetGeoLocationResponse>'


def _name(one: CameraSetting, space: str) -> str:
    return f"<Name>{escape(one.path)}</Name>" if space == MEDIA2 else f"<tt:Name>{escape(one.path)}</tt:Name>"


def _media1(one: CameraSetting) -> str:
    gop = f"<tt:GovLength>{one.onvif.gop_frames}</tt:GovLength>"
    return (
        f"<tt:VideoSourceConfiguration><tt:SourceToken>{one.onvif_profile}</tt:SourceToken></tt:VideoSourceConfiguration>"
        f"<tt:VideoEncoderConfiguration>{_encoder(one)}<tt:H264>{gop}</tt:H264></tt:VideoEncoderConfiguration>"
    )


def _media2(one: CameraSetting) -> str:
    return (
        f"<Configurations><VideoSource><tt:SourceToken>{one.onvif_profile}</tt:SourceToken></VideoSource>"
        f'<VideoEncoder GovLength="{one.onvif.gop_frames}">{_encoder(one)}</VideoEncoder></Configurations>'
    )


def _encoder(one: CameraSetting) -> str:
    told, codec = one.onvif, "H265" if one.clip.suffix == ".h265" else "H264"
    return (
        f"<tt:Encoding>{codec}</tt:Encoding><tt:Resolution><tt:Width>{told.width_px}</tt:Width>"
        f"<tt:Height>{told.height_px}</tt:Height></tt:Resolution>"
        f"<tt:RateControl><tt:FrameRateLimit>{one.fps}</tt:FrameRateLimit>"
        f"<tt:BitrateLimit>{told.bitrate_kbps}</tt:BitrateLimit></tt:RateControl>"
    )
