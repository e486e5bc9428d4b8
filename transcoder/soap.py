"""A conversation with a camera's ONVIF services, in SOAP messages of our own.

Invariants: one talk is over in its time whatever the camera does; no answer is read beyond ANSWER_MAX_BYTES; only the
address that was passed in is spoken to, so redirects are not followed and of a service's address only the path is
taken; nothing is raised but cancellation; the password is in no log, error or result, and on the wire only as a digest.

The messages are written here with aiohttp and defusedxml instead of onvif-zeep-async 4.3, because that one costs 44 MB
and 0.8 s at the first camera (its WSDL files, lxml, httpx), follows the addresses a camera names, and reads answers of
any length.

Source: ONVIF Core §5.9.4 and §8.1 (WS-UsernameToken, errors), OASIS WS-Security UsernameToken Profile 1.0 §3.1,
SOAP 1.2.
"""

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

import aiohttp
from defusedxml.ElementTree import fromstring

ANSWER_MAX_BYTES = 64 * 1024
DEVICE_PATH = "/onvif/device_service"  # the same on every device: Core §5.3
PATHS = {"Device": DEVICE_PATH, "PTZ": "/onvif/ptz_service", "Media2": "/onvif/media2_service"}
CATEGORIES = {"Media", "PTZ"}
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"  # has no category: GetServices tells where it is
CLOCK_APART = timedelta(seconds=3)  # further apart, and a refusal may be for the time in the token

SOAP = "http://www.w3.org/2003/05/soap-envelope"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
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


class Ended(Exception):
    """The conversation is over, but for the key frame."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Elsewhere(Exception):
    """The service is not at this path."""


async def talk(
    about: Callable[["Conversation"], Awaitable[None]], door: Door, *, now: datetime, timeout_s: float
) -> Outcome:
    """Have a conversation, and return within ``timeout_s`` what came of it.

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
            asyncio.timeout(timeout_s),
        ):
            await about(Conversation(client, door, now))
    except Ended as ended:
        return ended.outcome
    except Elsewhere:
        return Outcome.REFUSED
    except TimeoutError:
        return Outcome.TIMEOUT
    except (aiohttp.ClientConnectionError, OSError):
        return Outcome.UNREACHABLE
    except (aiohttp.ClientError, ValueError):  # no HTTP; no host
        return Outcome.MALFORMED
    return Outcome.ASKED


class Conversation:
    """``call`` a service; where that is, the camera is asked if it is not where most have it."""

    def __init__(self, client: aiohttp.ClientSession, door: Door, now: datetime) -> None:
        self.door = door
        self._client = client
        self._now = now
        self._paths = PATHS | {"Media": door.media_path}
        self._ahead: timedelta | None = None  # the camera's clock of ours, once it was asked for

    async def call(self, service: str, request: str) -> Element:
        """The answer of a service, by its category in GetCapabilities, or ``Device``."""
        try:
            return await self._signed(self._paths[service], request)
        except Elsewhere:
            if service == "Media2":
                self._paths[service] = await self._media2()
                return await self._signed(self._paths[service], request)
            if service not in CATEGORIES:
                raise
            category = f'<GetCapabilities xmlns="{DEVICE}"><Category>{service}</Category></GetCapabilities>'
            self._paths[service] = _path(await self._signed(DEVICE_PATH, category), service)
            return await self._signed(self._paths[service], request)

    async def _media2(self) -> str:
        """Its path. Raises Elsewhere: the camera has none."""
        asked = f'<GetServices xmlns="{DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>'
        for one in (await self._signed(DEVICE_PATH, asked)).iter(f"{{{DEVICE}}}Service"):
            path = urlsplit(one.findtext(f"{{{DEVICE}}}XAddr", "")).path
            if one.findtext(f"{{{DEVICE}}}Namespace") == MEDIA2 and PATH.fullmatch(path):
                return path
        raise Elsewhere

    async def _signed(self, path: str, request: str) -> Element:
        """The answer to a request in the user's name, made out again if the camera's clock is another."""
        try:
            return await self._post(path, request, self._token())
        except Ended as ended:
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
        except (Ended, Elsewhere, ValueError, OverflowError):
            return timedelta()

    def _token(self) -> str:
        if not self.door.username:
            return ""
        created = self._now + (self._ahead or timedelta())
        return username_token(self.door.username, self.door.password, created=created, nonce=secrets.token_bytes(16))

    async def _post(self, path: str, request: str, security: str) -> Element:
        host = f"[{self.door.host}]" if ":" in self.door.host else self.door.host
        async with self._client.post(
            f"http://{host}:{self.door.port}{path}",
            data=f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{security}</s:Header><s:Body>{request}</s:Body></s:Envelope>',
            headers={"Content-Type": "application/soap+xml; charset=utf-8", "Accept-Encoding": "identity"},
            allow_redirects=False,
        ) as response:
            _heed(response.status)
            answer = bytearray()
            async for chunk in response.content.iter_any():
                answer += chunk
                if len(answer) > ANSWER_MAX_BYTES:
                    raise Ended(Outcome.TOO_LARGE)
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
        Ended: it is a fault, or no envelope.
        Elsewhere: a fault for what is not at this path.
    """
    try:
        envelope: Element = fromstring(answer, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # no XML, a document type, an unknown encoding
        raise Ended(Outcome.MALFORMED) from None
    if envelope.tag != f"{{{SOAP}}}Envelope":
        raise Ended(Outcome.MALFORMED)
    fault = envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is None:
        return envelope
    codes = {(value.text or "").strip().rpartition(":")[2] for value in fault.iter(f"{{{SOAP}}}Value")}
    if codes & ELSEWHERE:
        raise Elsewhere
    if codes & UNAUTHORIZED:
        raise Ended(Outcome.UNAUTHORIZED)
    raise Ended(Outcome.NO_PROFILE if "NoProfile" in codes else Outcome.REFUSED)


def _heed(status: int) -> None:
    """What the status says whatever stands in the body; faults come with 400 or 500."""
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise Ended(Outcome.UNAUTHORIZED)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        raise Elsewhere
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise Ended(Outcome.REDIRECTED)


def found(envelope: Element, namespace: str, name: str) -> Element:
    """The first element of that name. Raises Ended."""
    one = next(envelope.iter(f"{{{namespace}}}{name}"), None)
    if one is None:
        raise Ended(Outcome.MALFORMED)
    return one


def _path(envelope: Element, service: str) -> str:
    path = urlsplit(found(envelope, SCHEMA, service).findtext(f"{{{SCHEMA}}}XAddr", "")).path
    if not PATH.fullmatch(path):
        raise Ended(Outcome.MALFORMED)
    return path


def _utc(envelope: Element) -> datetime:
    said = found(envelope, SCHEMA, "UTCDateTime")
    parts = (
        said.findtext(f".//{{{SCHEMA}}}{name}", "") for name in ("Year", "Month", "Day", "Hour", "Minute", "Second")
    )
    year, month, day, hour, minute, second = map(int, parts)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
