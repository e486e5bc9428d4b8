"""Every way the server says no, as one tree. A class is a frozen ``code`` (its name in snake_case) and a status.

Refusal                                   title: the class's first line; detail: what happened and how to mend it
├── 400  MalformedJson BadRequest InvalidGrant UnsupportedGrantType
├── 401  TokenMissing TokenInvalid InvalidClient
├── 403  RoleMissing ServiceNotAllowed UnitNotYours
│   └── PlaybackRefused  IncidentOver DispatchOver NotDispatched CameraNotListed CameraDisabled ViewerDisabled Expired
├── 404  NotFound IncidentUnknown DispatchUnknown SessionUnknown
├── 405  MethodNotAllowed
├── 409  IncidentConflict IncidentClosed DispatchEnded IdempotencyConflict
├── 413  BodyTooLarge
├── 422  InvalidRequest UnitUnknown CursorInvalid
├── 429  TooManyRequests (nginx says it)
├── 500  Internal
└── 503  ServerUnavailable

Rendered as RFC 9457 ``application/problem+json``. Public text never tells an unknown id from somebody else's.
"""

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """The request is refused."""

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.title = (cls.__doc__ or "").split("\n", 1)[0].rstrip(".")

    def __init__(self, detail: str, *, field: str | None = None, **extension: Any) -> None:
        """``field`` is the dotted name of the field to mend; ``extension`` are further members of the problem."""
        super().__init__(detail)
        self.extension = {**({"field": field} if field else {}), **extension}

    def problem(self, request_id: str) -> dict[str, Any]:
        """The body (RFC 9457 §3): type, title, status, detail, code, request_id and the extension members."""
        return {
            "type": f"urn:goldentime:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": str(self),
            "code": self.code,
            "request_id": request_id,
            **self.extension,
        }


def codes() -> dict[str, type[Refusal]]:
    """Every code that may appear in a response."""
    found: dict[str, type[Refusal]] = {}
    rest = Refusal.__subclasses__()
    while rest:
        kind = rest.pop()
        rest.extend(kind.__subclasses__())
        found[kind.code] = kind
    return found


class MalformedJson(Refusal):
    """The body is not JSON."""

    status = 400


class BadRequest(Refusal):
    """The request cannot be read."""

    status = 400


class InvalidGrant(Refusal):
    """The credentials or the refresh token are not valid."""

    status = 400


class UnsupportedGrantType(Refusal):
    """The grant type is not one of password, refresh_token and client_credentials."""

    status = 400


class TokenMissing(Refusal):
    """A bearer token is needed."""

    status = 401


class TokenInvalid(Refusal):
    """The access token is not valid."""

    status = 401


class InvalidClient(Refusal):
    """The client is unknown or its secret is wrong."""

    status = 401


class RoleMissing(Refusal):
    """The caller may not do that."""

    status = 403


class ServiceNotAllowed(Refusal):
    """The caller may not report incidents of that service."""

    status = 403


class UnitNotYours(Refusal):
    """That is not this caller's unit."""

    status = 403


class PlaybackRefused(Refusal):
    """The viewer may not watch that camera now."""

    status = 403


class IncidentOver(PlaybackRefused):
    """The incident is closed."""


class DispatchOver(PlaybackRefused):
    """The dispatch is cleared or withdrawn."""


class NotDispatched(PlaybackRefused):
    """The viewer's unit is not sent to that incident."""


class CameraNotListed(PlaybackRefused):
    """The camera is not one of that incident's."""


class CameraDisabled(PlaybackRefused):
    """The camera is out of service."""


class ViewerDisabled(PlaybackRefused):
    """The viewer's account is disabled."""


class Expired(PlaybackRefused):
    """The time for watching is over."""


class NotFound(Refusal):
    """There is nothing at this address."""

    status = 404


class IncidentUnknown(Refusal):
    """There is no such incident for this caller."""

    status = 404


class DispatchUnknown(Refusal):
    """There is no such dispatch for this caller."""

    status = 404


class SessionUnknown(Refusal):
    """There is no such playback session for this caller."""

    status = 404


class MethodNotAllowed(Refusal):
    """The address does not take this method."""

    status = 405


class IncidentConflict(Refusal):
    """The report contradicts an earlier one with the same external_id."""

    status = 409


class IncidentClosed(Refusal):
    """The incident is closed and does not change any more."""

    status = 409


class DispatchEnded(Refusal):
    """The dispatch has ended and does not change any more."""

    status = 409


class IdempotencyConflict(Refusal):
    """The idempotency key was used for another request."""

    status = 409


class BodyTooLarge(Refusal):
    """The body is larger than 64 KiB."""

    status = 413


class InvalidRequest(Refusal):
    """A field is missing, unknown or out of bounds."""

    status = 422


class UnitUnknown(Refusal):
    """There is no such unit."""

    status = 422


class CursorInvalid(Refusal):
    """The cursor did not come from this list."""

    status = 422


class TooManyRequests(Refusal):
    """Too many requests in a short time."""

    status = 429


class Internal(Refusal):
    """The server made a mistake."""

    status = 500


class ServerUnavailable(Refusal):
    """The server cannot answer now."""

    status = 503
