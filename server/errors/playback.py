"""Why a viewer may not watch."""

from server.refusal import Refusal


class PlaybackRefused(Refusal, status=403):
    """The viewer may not watch that camera now."""


class IncidentOver(PlaybackRefused):
    """The incident is closed."""


class PartOver(PlaybackRefused):
    """The room's part in the incident is over."""


class DispatchOver(PlaybackRefused):
    """The dispatch is cleared or withdrawn."""


class NotDispatched(PlaybackRefused):
    """The viewer's unit is not sent to that incident."""


class CameraNotListed(PlaybackRefused):
    """The camera is not one of that incident's."""


class CameraDisabled(PlaybackRefused):
    """The camera is out of service."""


class CameraNotYours(PlaybackRefused):
    """The camera is not one of the viewer's own centre."""


class CameraBlackedOut(PlaybackRefused):
    """The camera's centre has stopped showing it."""


class ViewerDisabled(PlaybackRefused):
    """The viewer's account is disabled."""


class Expired(PlaybackRefused):
    """The time for watching is over."""


class NotGranted(PlaybackRefused):
    """There is no such grant for this viewer."""


class GrantNotBegun(PlaybackRefused):
    """The time of the grant has not begun."""


class GrantNotAccepted(PlaybackRefused):
    """The viewer has not accepted the grant's conditions."""


class GrantNotApproved(PlaybackRefused):
    """The second person has not approved the grant, or not in time."""


class GrantOver(PlaybackRefused):
    """The grant is revoked, or its time is over."""


class SessionUnknown(Refusal, status=404):
    """There is no such playback session for this caller."""
