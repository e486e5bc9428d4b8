"""What is wrong with a call, whatever it is about."""

from server.refusal import Refusal

NOWHERE = "there is nothing at this address; /v1/docs lists what there is"


class MalformedJson(Refusal, status=400):
    """The body is not JSON."""


class BadRequest(Refusal, status=400):
    """The request cannot be read."""


class InvalidRequest(Refusal, status=422):
    """A field is missing, unknown or out of bounds."""


class PositionOutsideKorea(Refusal, status=422):
    """The position is not in Korea."""


class CursorInvalid(Refusal, status=422):
    """The cursor did not come from this list."""


class NotFound(Refusal, status=404):
    """There is nothing at this address."""


class MethodNotAllowed(Refusal, status=405):
    """The address does not take this method."""


class IdempotencyConflict(Refusal, status=409):
    """The idempotency key was used for another request."""


class BodyTooLarge(Refusal, status=413):
    """The body is larger than 64 KiB."""


class TooManyRequests(Refusal, status=429):
    """Too many requests in a short time."""


class Internal(Refusal, status=500):
    """The server made a mistake."""


class ServerUnavailable(Refusal, status=503):
    """The server cannot answer now."""
