"""Why a camera is not steered."""

from server.refusal import Refusal


class PtzNotWatching(Refusal, status=403):
    """The caller has no open picture of that camera for that incident."""


class PtzNotAllowed(Refusal, status=403):
    """Steering is a right of its own, and the caller's agency has not got it for this role."""


class PtzUnable(Refusal, status=409):
    """The camera cannot be steered."""


class PtzHeld(Refusal, status=409):
    """Somebody else steers the camera.

    ``until`` says until when; ``by`` which unit or room, to those who work on the same incident.
    """


class PtzNotHeld(Refusal, status=409):
    """The caller does not steer that camera now."""


class PtzPresetUnknown(Refusal, status=422):
    """The camera has no such preset."""
