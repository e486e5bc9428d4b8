"""Every way the server says no, as one tree. A class is a frozen ``code`` (its name in snake_case) and a status.

Refusal                                   title: the class's first line; detail: what happened and how to mend it
├── 400  MalformedJson BadRequest InvalidGrant UnsupportedGrantType
├── 401  TokenMissing TokenInvalid InvalidClient
├── 403  RoleMissing ServiceNotAllowed UnitNotYours CentreNotYours GrantNeedsAnother
│   └── PlaybackRefused  IncidentOver DispatchOver NotDispatched CameraNotListed CameraDisabled ViewerDisabled Expired
│                        NotGranted GrantNotBegun GrantNotAccepted GrantNotApproved
│                        GrantOver CameraNotYours CameraBlackedOut
├── 404  NotFound IncidentUnknown DispatchUnknown SessionUnknown CameraUnknown GrantUnknown
│        AccessRequestUnknown OfficerUnknown
├── 405  MethodNotAllowed
├── 409  IncidentConflict IncidentClosed DispatchEnded GrantEnded AccessRequestOver IdempotencyConflict
├── 413  BodyTooLarge
├── 422  InvalidRequest UnitUnknown CursorInvalid CentreUnknown AgencyUnknown
│   ├── GrantInvalid   GrantTimesInvalid GrantRecipientUnknown GrantToSelf GrantCameraUnknown GrantAreaInvalid
│   └── CameraInvalid  CameraHostInvalid CameraOutsideNetworks CameraPasswordNeeded CameraProfileInvalid
│                      CameraCodecUnknown CameraProfileTooLarge CameraMaskInvalid CameraMaskOutside
├── 429  TooManyRequests (nginx says it)
├── 500  Internal
└── 503  ServerUnavailable

Rendered as RFC 9457 ``application/problem+json``. Public text never tells an unknown id from somebody else's.
"""

from server.refusal import Refusal as Refusal  # noqa: PLC0414 — the root and the list belong to the tree
from server.refusal import codes as codes  # noqa: PLC0414


class MalformedJson(Refusal, status=400):
    """The body is not JSON."""


class BadRequest(Refusal, status=400):
    """The request cannot be read."""


class InvalidGrant(Refusal, status=400):
    """The credentials or the refresh token are not valid."""


class UnsupportedGrantType(Refusal, status=400):
    """The grant type is not one of password, refresh_token and client_credentials."""


class TokenMissing(Refusal, status=401):
    """A bearer token is needed."""


class TokenInvalid(Refusal, status=401):
    """The access token is not valid."""


class InvalidClient(Refusal, status=401):
    """The client is unknown or its secret is wrong."""


class RoleMissing(Refusal, status=403):
    """The caller may not do that."""


class ServiceNotAllowed(Refusal, status=403):
    """The caller may not report incidents of that service."""


class UnitNotYours(Refusal, status=403):
    """That is not this caller's unit."""


class CentreNotYours(Refusal, status=403):
    """The camera's centre is not run by this caller's agency."""


class GrantNeedsAnother(Refusal, status=403):
    """Nobody approves what they gave or get."""


class PlaybackRefused(Refusal, status=403):
    """The viewer may not watch that camera now."""


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


class NotFound(Refusal, status=404):
    """There is nothing at this address."""


class IncidentUnknown(Refusal, status=404):
    """There is no such incident for this caller."""


class DispatchUnknown(Refusal, status=404):
    """There is no such dispatch for this caller."""


class SessionUnknown(Refusal, status=404):
    """There is no such playback session for this caller."""


class CameraUnknown(Refusal, status=404):
    """There is no such camera."""


class GrantUnknown(Refusal, status=404):
    """There is no such grant for this caller."""


class AccessRequestUnknown(Refusal, status=404):
    """There is no such access request for this caller."""


class OfficerUnknown(Refusal, status=404):
    """There is no such officer."""


class MethodNotAllowed(Refusal, status=405):
    """The address does not take this method."""


class IncidentConflict(Refusal, status=409):
    """The report contradicts an earlier one with the same external_id."""


class IncidentClosed(Refusal, status=409):
    """The incident is closed and does not change any more."""


class DispatchEnded(Refusal, status=409):
    """The dispatch has ended and does not change any more."""


class GrantEnded(Refusal, status=409):
    """The grant has ended and cannot be accepted any more."""


class AccessRequestOver(Refusal, status=409):
    """The access request is answered, or nobody answered in time."""


class IdempotencyConflict(Refusal, status=409):
    """The idempotency key was used for another request."""


class BodyTooLarge(Refusal, status=413):
    """The body is larger than 64 KiB."""


class InvalidRequest(Refusal, status=422):
    """A field is missing, unknown or out of bounds."""


class UnitUnknown(Refusal, status=422):
    """There is no such unit."""


class CursorInvalid(Refusal, status=422):
    """The cursor did not come from this list."""


class CentreUnknown(Refusal, status=422):
    """There is no such centre."""


class AgencyUnknown(Refusal, status=422):
    """There is no such agency."""


class GrantInvalid(Refusal, status=422):
    """The grant cannot be given like that."""


class GrantTimesInvalid(GrantInvalid):
    """A grant lasts at most twelve hours, ends in the future and begins within a week."""


class GrantRecipientUnknown(GrantInvalid):
    """There is no such recipient."""


class GrantToSelf(GrantInvalid):
    """Nobody grants anything to themselves."""


class GrantCameraUnknown(GrantInvalid):
    """There is no such camera in service among those the caller may grant."""


class GrantAreaInvalid(GrantInvalid):
    """The area is too large, or no camera stands in it."""


class CameraInvalid(Refusal, status=422):
    """The camera cannot be registered like that."""


class CameraHostInvalid(CameraInvalid):
    """The host is no network address."""


class CameraOutsideNetworks(CameraInvalid):
    """The address is in none of the networks of the camera's centre."""


class CameraPasswordNeeded(CameraInvalid):
    """The password has to be given."""


class CameraProfileInvalid(CameraInvalid):
    """A profile contradicts itself or is out of bounds."""


class CameraCodecUnknown(CameraInvalid):
    """The codec cannot be shown."""


class CameraProfileTooLarge(CameraInvalid):
    """The picture is larger than 4096 x 2304."""


class CameraMaskInvalid(CameraInvalid):
    """A mask is no area of the picture."""


class CameraMaskOutside(CameraInvalid):
    """A mask reaches out of the picture."""


class TooManyRequests(Refusal, status=429):
    """Too many requests in a short time."""


class Internal(Refusal, status=500):
    """The server made a mistake."""


class ServerUnavailable(Refusal, status=503):
    """The server cannot answer now."""
