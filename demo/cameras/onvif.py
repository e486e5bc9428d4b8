"""The ONVIF face of the simulated cameras, as a recorder has it: one address, a media profile for each camera.

It tells its clock, where its media service is, its profiles and their streams, and sends a key frame when it is asked
for one (SetSynchronizationPoint). A password is proven by a WS-UsernameToken that is not older than a few seconds.
Each camera has its own, and a user sees the profiles of the cameras whose password he knows.

Source: ONVIF Core §5.9, §8.1; Media Service §5.2, §5.16.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web
from defusedxml.ElementTree import fromstring

from demo.cameras import onvif_answers as answers
from demo.cameras.behaviour import Fault
from demo.cameras.camera import Camera
from demo.cameras.configuration import CameraSetting, Configuration

SOAP = "http://www.w3.org/2003/05/soap-envelope"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
ERRORS = "http://www.onvif.org/ver10/error"
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
SECEXT, UTILITY = f"{WSS}-wssecurity-secext-1.0.xsd", f"{WSS}-wssecurity-utility-1.0.xsd"
MEDIA_PATH, PTZ_PATH, MEDIA2_PATH = "/onvif/media_service", "/onvif/ptz_service", "/onvif/Media2"
HOME = "home"
REQUEST_MAX_BYTES = 64 * 1024
FRESH = timedelta(seconds=10)


class Refused(Exception):
    """A fault; ``codes`` are its subcodes from outer to inner."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = codes


@dataclass(frozen=True)
class Profile:
    """A camera's stream, as ONVIF names it."""

    setting: CameraSetting
    camera: Camera

    @property
    def token(self) -> str:
        return self.setting.onvif_profile

    @property
    def fault(self) -> Fault | None:
        return self.camera.fault(time.time())

    def is_open_to(self, envelope: Element, *, now: datetime) -> bool:
        """Whether the envelope proves the camera's password; ``now`` is by the camera's clock."""
        if self.fault is Fault.UNAUTHORIZED:
            return False
        password = self.setting.password.get_secret_value()
        return not self.setting.username or proves(envelope, self.setting.username, password, now=now)


@contextlib.asynccontextmanager
async def answering(settings: Configuration, profiles: Iterable[Profile], *, rtsp_port: int) -> AsyncIterator[int]:
    """Answer while the block runs; yields the port. Raises OSError when the address is taken."""
    named = [profile for profile in profiles if profile.token]
    responder = _Responder(named, rtsp_port, clock_ahead_s=settings.onvif_clock_ahead_s)
    app = web.Application(client_max_size=REQUEST_MAX_BYTES)
    app.add_routes([web.post("/onvif/device_service", responder.answer), web.post(MEDIA_PATH, responder.answer)])
    app.add_routes([web.post(MEDIA2_PATH, responder.answer)])
    app.add_routes([web.post(PTZ_PATH, responder.steer), web.get("/pointed", responder.pointed)])
    runner = web.AppRunner(app, access_log=None, handle_signals=False, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.listen, settings.onvif_port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


class _Responder:
    def __init__(self, profiles: list[Profile], rtsp_port: int, *, clock_ahead_s: float) -> None:
        self._profiles = profiles
        self._rtsp_port = rtsp_port
        self._ahead = timedelta(seconds=clock_ahead_s)
        self._pointed: dict[str, list[str]] = {}  # by profile, what it was told, the last one last

    async def pointed(self, _request: web.Request) -> web.Response:
        """What each camera was told to look at, for tests; no camera has this."""
        return web.json_response(self._pointed)

    async def steer(self, request: web.Request) -> web.Response:
        """The PTZ service."""
        return await self.answer(request)

    async def answer(self, request: web.Request) -> web.Response:
        try:
            envelope = fromstring(await request.read(), forbid_dtd=True)
            body, status = await self._body(envelope, request), HTTPStatus.OK
        except (ParseError, ValueError):
            body, status = _fault("WellFormed"), HTTPStatus.BAD_REQUEST
        except Refused as refused:
            body, status = _fault(*refused.codes), HTTPStatus.BAD_REQUEST
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
        )
        return web.Response(text=text, status=status, content_type="application/soap+xml")

    async def _body(self, envelope: Element, request: web.Request) -> str:
        now = datetime.now(UTC) + self._ahead
        asked = envelope.find(f"{{{SOAP}}}Body/*")
        match request.path, "" if asked is None else asked.tag.rpartition("}")[2]:
            case "/onvif/device_service", "GetSystemDateAndTime":
                return _clock(now)
            case "/onvif/device_service", "GetCapabilities":
                return _capabilities(request.host)  # all of them, whatever category was asked for
            case "/onvif/media_service", "SetSynchronizationPoint":
                (await self._asked_for(envelope, now)).camera.send_key_frame()
                return f'<SetSynchronizationPointResponse xmlns="{MEDIA}"/>'
            case "/onvif/ptz_service", (
                "GetPresets" | "ContinuousMove" | "Stop" | "GotoPreset" | "GotoHomePosition"
            ) as act:
                return await self._steered(act, envelope, now)
            case path, name:
                return await self._told(path, name, envelope, request, now)

    async def _told(self, path: str, name: str, envelope: Element, request: web.Request, now: datetime) -> str:
        """What the cameras say of themselves."""
        match path, name:
            case "/onvif/device_service", "GetServices":
                has_media2 = any(one.setting.onvif.media2 for one in self._open_to(envelope, now))
                return _services(request.host) if has_media2 else f'<GetServicesResponse xmlns="{DEVICE}"/>'
            case "/onvif/device_service", "GetGeoLocation":
                return answers.places(one.setting for one in self._open_to(envelope, now))
            case "/onvif/media_service" | "/onvif/Media2", "GetProfiles":
                told = [one.setting for one in self._open_to(envelope, now)]
                return answers.profiles(told, media2=path == MEDIA2_PATH)
            case "/onvif/media_service" | "/onvif/Media2", "GetStreamUri":
                setting, host = (await self._asked_for(envelope, now)).setting, request.url.host or ""
                return answers.stream_uri(setting, host, self._rtsp_port, media2=path == MEDIA2_PATH)
            case _:
                raise Refused("ActionNotSupported")

    async def _steered(self, act: str, envelope: Element, now: datetime) -> str:
        profile = await self._asked_for(envelope, now)
        if not profile.setting.onvif.steers:
            raise Refused("ActionNotSupported")
        presets = {HOME, *profile.setting.presets}
        if act == "GetPresets":
            rows = "".join(
                f'<Preset token={quoteattr(token)}><Name xmlns="{SCHEMA}">{escape(token)}</Name></Preset>'
                for token in sorted(presets)
            )
            return f'<GetPresetsResponse xmlns="{PTZ}">{rows}</GetPresetsResponse>'
        told = act
        if act == "GotoPreset":
            told = envelope.findtext(f".//{{{PTZ}}}PresetToken", "")
            if told not in presets:
                raise Refused("InvalidArgVal", "NoToken")
        elif act == "ContinuousMove":
            speed = envelope.find(f".//{{{SCHEMA}}}PanTilt")
            told = "move" if speed is None else f"move {speed.get('x')} {speed.get('y')}"
        self._pointed.setdefault(profile.token, []).append(HOME if act == "GotoHomePosition" else told)
        return f'<{act}Response xmlns="{PTZ}"/>'

    def _open_to(self, envelope: Element, now: datetime) -> list[Profile]:
        found = [profile for profile in self._profiles if profile.is_open_to(envelope, now=now)]
        if self._profiles and not found:
            raise Refused("NotAuthorized")
        return found

    async def _asked_for(self, envelope: Element, now: datetime) -> Profile:
        """The profile of the token in the request, if its user may use it."""
        token = next((one.text or "" for one in envelope.iter() if one.tag.endswith("}ProfileToken")), "")
        profile = next((profile for profile in self._profiles if profile.token == token), None)
        if profile and profile.fault is Fault.SILENT:
            await asyncio.Event().wait()
        if not any(known.is_open_to(envelope, now=now) for known in ([profile] if profile else self._profiles)):
            raise Refused("NotAuthorized")
        if profile is None:
            raise Refused("InvalidArgVal", "NoProfile")
        return profile


def proves(envelope: Element, username: str, password: str, *, now: datetime) -> bool:
    """Whether the envelope has a fresh token of this user and password."""
    given = {
        name: envelope.findtext(f".//{{{space}}}{name}", "").strip()
        for space, name in ((SECEXT, "Username"), (SECEXT, "Password"), (SECEXT, "Nonce"), (UTILITY, "Created"))
    }
    try:
        nonce = base64.b64decode(given["Nonce"], validate=True)
        is_fresh = abs(datetime.fromisoformat(given["Created"]) - now) < FRESH
    except (ValueError, TypeError):  # TypeError: a time without a zone
        return False
    proof = hashlib.sha1(nonce + f"{given['Created']}{password}".encode(), usedforsecurity=False).digest()
    is_right = hmac.compare_digest(base64.b64encode(proof), given["Password"].encode())
    return is_fresh and is_right and given["Username"] == username


def _clock(now: datetime) -> str:
    return (
        f'<GetSystemDateAndTimeResponse xmlns="{DEVICE}"><SystemDateAndTime><UTCDateTime xmlns="{SCHEMA}">'
        f"<Time><Hour>{now.hour}</Hour><Minute>{now.minute}</Minute><Second>{now.second}</Second></Time>"
        f"<Date><Year>{now.year}</Year><Month>{now.month}</Month><Day>{now.day}</Day></Date>"
        "</UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>"
    )


def _services(host: str) -> str:
    return (
        f'<GetServicesResponse xmlns="{DEVICE}"><Service><Namespace>{answers.MEDIA2}</Namespace>'
        f"<XAddr>http://{escape(host)}{MEDIA2_PATH}</XAddr></Service></GetServicesResponse>"
    )


def _capabilities(host: str) -> str:
    return (
        f'<GetCapabilitiesResponse xmlns="{DEVICE}"><Capabilities><Media xmlns="{SCHEMA}">'
        f'<XAddr>http://{escape(host)}{MEDIA_PATH}</XAddr></Media><PTZ xmlns="{SCHEMA}">'
        f"<XAddr>http://{escape(host)}{PTZ_PATH}</XAddr></PTZ></Capabilities></GetCapabilitiesResponse>"
    )


def _fault(*codes: str) -> str:
    subcode = ""
    for code in reversed(codes):
        subcode = f"<s:Subcode><s:Value>ter:{code}</s:Value>{subcode}</s:Subcode>"
    return (
        f'<s:Fault xmlns:ter="{ERRORS}"><s:Code><s:Value>s:Sender</s:Value>{subcode}</s:Code>'
        f'<s:Reason><s:Text xml:lang="en">{escape(codes[-1])}</s:Text></s:Reason></s:Fault>'
    )
