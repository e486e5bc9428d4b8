"""Asking a camera for a key frame: ONVIF's SetSynchronizationPoint, so that a first viewer waits for no GOP to end.

Source: ONVIF Media Service §5.16.
"""

from datetime import datetime
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from transcoder import soap
from transcoder.soap import SCHEMA, Conversation, Door, Ended, Outcome

TIMEOUT_S = 2.0
PROFILES_MAX = 16
MEDIA = "http://www.onvif.org/ver10/media/wsdl"


async def ask_for_key_frame(door: Door, *, now: datetime) -> Outcome:
    """Ask, and return within TIMEOUT_S what came of it; see ``soap.talk``."""
    return await soap.talk(_ask, door, now=now, timeout_s=TIMEOUT_S)


async def _ask(camera: Conversation) -> None:
    token = camera.door.profile or await profile(camera)
    asked = f"<ProfileToken>{escape(token)}</ProfileToken>"
    request = f'<SetSynchronizationPoint xmlns="{MEDIA}">{asked}</SetSynchronizationPoint>'
    soap.found(await camera.call("Media", request), MEDIA, "SetSynchronizationPointResponse")


async def profile(camera: Conversation) -> str:
    """The token of the media profile whose stream is in use; the first, if any will do."""
    tokens = _profiles(await camera.call("Media", f'<GetProfiles xmlns="{MEDIA}"/>'))
    if not camera.door.stream_path or len(tokens) == 1:
        return tokens[0]
    for token in tokens[:PROFILES_MAX]:
        if is_at(await stream_uri(camera, token), camera.door.stream_path):
            return token
    raise Ended(Outcome.NO_PROFILE)


async def stream_uri(camera: Conversation, token: str) -> str:
    """Where a media profile is streamed from, as the camera says."""
    setup = f'<Stream xmlns="{SCHEMA}">RTP-Unicast</Stream><Transport xmlns="{SCHEMA}"><Protocol>RTSP</Protocol>'
    asked = f"<StreamSetup>{setup}</Transport></StreamSetup><ProfileToken>{escape(token)}</ProfileToken>"
    answer = await camera.call("Media", f'<GetStreamUri xmlns="{MEDIA}">{asked}</GetStreamUri>')
    return soap.found(answer, SCHEMA, "Uri").text or ""


def is_at(uri: str, stream_path: str) -> bool:
    """Whether an RTSP URL is of that path. Cameras add to the query, so that of the path has to be in it only."""
    given, wanted = urlsplit(uri.strip()), urlsplit(stream_path)
    return given.path == wanted.path and set(parse_qsl(wanted.query)) <= set(parse_qsl(given.query))


def _profiles(envelope: Element) -> list[str]:
    """Tokens, at least one."""
    found = soap.found(envelope, MEDIA, "GetProfilesResponse").iter(f"{{{MEDIA}}}Profiles")
    tokens = [one.get("token", "") for one in found]
    if not tokens:
        raise Ended(Outcome.NO_PROFILE)
    return tokens
