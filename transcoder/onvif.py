"""Asking a camera for a key frame: ONVIF's SetSynchronizationPoint, so that a first viewer waits for no GOP to end.

Invariants: one call is over in TIMEOUT_S whatever the camera does; no answer is read beyond ANSWER_MAX_BYTES; only the
address that was passed in is spoken to, so redirects are not followed and of a service's address only the path is
taken; nothing is raised but cancellation; the password is in no log, error or result, and on the wire only as a digest.

The messages are written here with aiohttp and defusedxml instead of onvif-zeep-async 4.3, because that one costs 44 MB
and 0.8 s at the first camera (its WSDL files, lxml, httpx), follows the addresses a camera names, and reads answers of
any length.

Source: ONVIF Core §5.9.4 and §8.1 (WS-UsernameToken, errors), Media Service §5.16 (SetSynchronizationPoint),
OASIS WS-Security UsernameToken Profile 1.0 §3.1, SOAP 1.2.
"""

import asyncio
import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

import aiohttp
from defusedxml.ElementTree import fromstring

TIMEOUT_S = 2.0
ANSWER_MAX_BYTES = 64 * 1024
PROFILES_MAX = 16
DEVICE_PATH = "/onvif/device_service"  # the same on every device: Core §5.3
CLOCK_APART = timedelta(seconds=3)  # further apart, and a refusal may be for the time in the token

SOAP = "http://www.w3.org/2003/05/soap-envelope"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,255}")
UNAUTHORIZED = frozenset({"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken"})
ELSEWHERE = frozenset({"ActionNotSupported", "UnknownAction", "NotFound"})


class Outcome(StrEnum):
    """What came of it; frozen, for logs and metrics."""

    ASKED = "asked"  # the camera accepted: its next picture is a key frame
    UNAUTHORIZED = "unauthorized"
    NO_PROFILE = "no_profile"  # the camera has none, or not this one
    REFUSED = "refused"  # any other fault, such as a camera that cannot do it
    REDIRECTED = "redirected"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"  # no SOAP
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"


@dataclass(frozen=True)
class Door:
    """A camera's ONVIF service. The address has been checked by the caller."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    profile: str = ""  # media profile token, up to 64 characters; empty: the one whose stream has ``stream_path``
    stream_path: str = ""  # of the RTSP URL; empty: the camera's first profile will do
    media_path: str = "/onvif/media_service"  # where most have it; another is asked for


class _Ended(Exception):
    """The conversation is over, but for the key frame."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class _Elsewhere(Exception):
    """The service is not at this path."""


async def ask_for_key_frame(door: Door, *, now: datetime) -> Outcome:
    """Ask, and return within TIMEOUT_S what came of it.

    ``now`` is aware; a camera whose clock is wrong is asked again by its own clock. After UNAUTHORIZED the caller must
    leave the camera alone for a while: some lock an account after five wrong passwords, and this may have sent four.
    """
    digest = (aiohttp.DigestAuthMiddleware(door.username, door.password),) if door.username else ()
    try:
        async with (
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=ANSWER_MAX_BYTES,
                middlewares=digest,
            ) as client,
            asyncio.timeout(TIMEOUT_S),
        ):
            await _Conversation(client, door, now).ask()
    except _Ended as ended:
        return ended.outcome
    except _Elsewhere:
        return Outcome.REFUSED
    except TimeoutError:
        return Outcome.TIMEOUT
    except (aiohttp.ClientConnectionError, OSError):
        return Outcome.UNREACHABLE
    except (aiohttp.ClientError, ValueError):  # no HTTP; no host
        return Outcome.MALFORMED
    return Outcome.ASKED


class _Conversation:
    """Mostly one message and its answer; a handful with a camera that is asked for its clock, paths and profiles."""

    def __init__(self, client: aiohttp.ClientSession, door: Door, now: datetime) -> None:
        self._client = client
        self._door = door
        self._now = now
        self._media_path = door.media_path
        self._ahead: timedelta | None = None  # the camera's clock of ours, once it was asked for

    async def ask(self) -> None:
        token = self._door.profile or await self._profile()
        profile = f"<ProfileToken>{escape(token)}</ProfileToken>"
        request = f'<SetSynchronizationPoint xmlns="{MEDIA}">{profile}</SetSynchronizationPoint>'
        _found(await self._media(request), MEDIA, "SetSynchronizationPointResponse")

    async def _profile(self) -> str:
        tokens = _profiles(await self._media(f'<GetProfiles xmlns="{MEDIA}"/>'))
        if not self._door.stream_path or len(tokens) == 1:
            return tokens[0]
        setup = f'<Stream xmlns="{SCHEMA}">RTP-Unicast</Stream><Transport xmlns="{SCHEMA}"><Protocol>RTSP</Protocol>'
        for token in tokens[:PROFILES_MAX]:
            asked = f"<StreamSetup>{setup}</Transport></StreamSetup><ProfileToken>{escape(token)}</ProfileToken>"
            answer = await self._media(f'<GetStreamUri xmlns="{MEDIA}">{asked}</GetStreamUri>')
            if is_at(_found(answer, SCHEMA, "Uri").text or "", self._door.stream_path):
                return token
        raise _Ended(Outcome.NO_PROFILE)

    async def _media(self, request: str) -> Element:
        try:
            return await self._signed(self._media_path, request)
        except _Elsewhere:
            category = f'<GetCapabilities xmlns="{DEVICE}"><Category>Media</Category></GetCapabilities>'
            self._media_path = _media_path(await self._signed(DEVICE_PATH, category))
            return await self._signed(self._media_path, request)

    async def _signed(self, path: str, request: str) -> Element:
        """The answer to a request in the user's name, made out again if the camera's clock is another."""
        try:
            return await self._post(path, request, self._token())
        except _Ended as ended:
            if ended.outcome is not Outcome.UNAUTHORIZED or self._ahead is not None:
                raise
            self._ahead = await self._clock_ahead()
            if abs(self._ahead) < CLOCK_APART:
                raise
        return await self._post(path, request, self._token())

    async def _clock_ahead(self) -> timedelta:
        """Of ours; none when the camera does not tell."""
        try:
            return _utc(await self._post(DEVICE_PATH, f'<GetSystemDateAndTime xmlns="{DEVICE}"/>', "")) - self._now
        except (_Ended, _Elsewhere, ValueError, OverflowError):
            return timedelta()

    def _token(self) -> str:
        if not self._door.username:
            return ""
        created = self._now + (self._ahead or timedelta())
        return username_token(self._door.username, self._door.password, created=created, nonce=secrets.token_bytes(16))

    async def _post(self, path: str, request: str, security: str) -> Element:
        host = f"[{self._door.host}]" if ":" in self._door.host else self._door.host
        async with self._client.post(
            f"http://{host}:{self._door.port}{path}",
            data=f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{security}</s:Header><s:Body>{request}</s:Body></s:Envelope>',
            headers={"Content-Type": "application/soap+xml; charset=utf-8", "Accept-Encoding": "identity"},
            allow_redirects=False,
        ) as response:
            _heed(response.status)
            answer = bytearray()
            async for chunk in response.content.iter_any():
                answer += chunk
                if len(answer) > ANSWER_MAX_BYTES:
                    raise _Ended(Outcome.TOO_LARGE)
        return understood(bytes(answer))


def username_token(username: str, password: str, *, created: datetime, nonce: bytes) -> str:
    """The security header that proves the password once; ``created`` is aware."""
    at = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + f"{at}{password}".encode(), usedforsecurity=False).digest()
    kind, encoding = f"{WSS}-username-token-profile-1.0#PasswordDigest", f"{WSS}-soap-message-security-1.0#Base64Binary"
    return (
        f'<Security s:mustUnderstand="1" xmlns="{WSS}-wssecurity-secext-1.0.xsd"><UsernameToken>'
        f"<Username>{escape(username)}</Username>"
        f'<Password Type="{kind}">{base64.b64encode(digest).decode()}</Password>'
        f'<Nonce EncodingType="{encoding}">{base64.b64encode(nonce).decode()}</Nonce>'
        f'<Created xmlns="{WSS}-wssecurity-utility-1.0.xsd">{at}</Created>'
        "</UsernameToken></Security>"
    )


def understood(answer: bytes) -> Element:
    """The SOAP envelope in an answer.

    Raises:
        _Ended: it is a fault, or no envelope.
        _Elsewhere: a fault for what is not at this path.
    """
    try:
        envelope: Element = fromstring(answer, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # no XML, a document type, an unknown encoding
        raise _Ended(Outcome.MALFORMED) from None
    if envelope.tag != f"{{{SOAP}}}Envelope":
        raise _Ended(Outcome.MALFORMED)
    fault = envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is None:
        return envelope
    codes = {(value.text or "").strip().rpartition(":")[2] for value in fault.iter(f"{{{SOAP}}}Value")}
    if codes & ELSEWHERE:
        raise _Elsewhere
    if codes & UNAUTHORIZED:
        raise _Ended(Outcome.UNAUTHORIZED)
    raise _Ended(Outcome.NO_PROFILE if "NoProfile" in codes else Outcome.REFUSED)


def _heed(status: int) -> None:
    """What the status says whatever stands in the body; faults come with 400 or 500."""
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise _Ended(Outcome.UNAUTHORIZED)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        raise _Elsewhere
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise _Ended(Outcome.REDIRECTED)


def _found(envelope: Element, namespace: str, name: str) -> Element:
    found = next(envelope.iter(f"{{{namespace}}}{name}"), None)
    if found is None:
        raise _Ended(Outcome.MALFORMED)
    return found


def is_at(uri: str, stream_path: str) -> bool:
    """Whether an RTSP URL is of that path. Cameras add to the query, so that of the path has to be in it only."""
    given, wanted = urlsplit(uri.strip()), urlsplit(stream_path)
    return given.path == wanted.path and set(parse_qsl(wanted.query)) <= set(parse_qsl(given.query))


def _profiles(envelope: Element) -> list[str]:
    """Tokens, at least one."""
    found = _found(envelope, MEDIA, "GetProfilesResponse").iter(f"{{{MEDIA}}}Profiles")
    tokens = [profile.get("token", "") for profile in found]
    if not tokens:
        raise _Ended(Outcome.NO_PROFILE)
    return tokens


def _media_path(envelope: Element) -> str:
    media = _found(envelope, SCHEMA, "Media")
    path = urlsplit(media.findtext(f"{{{SCHEMA}}}XAddr", "")).path
    if not PATH.fullmatch(path):
        raise _Ended(Outcome.MALFORMED)
    return path


def _utc(envelope: Element) -> datetime:
    said = _found(envelope, SCHEMA, "UTCDateTime")
    parts = (
        said.findtext(f".//{{{SCHEMA}}}{name}", "") for name in ("Year", "Month", "Day", "Hour", "Minute", "Second")
    )
    year, month, day, hour, minute, second = map(int, parts)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
