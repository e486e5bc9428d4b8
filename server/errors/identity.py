"""Who is not who they say, or may not do what they ask."""

from server.refusal import Refusal


class InvalidGrant(Refusal, status=400):
    """The credentials or the refresh token are not valid."""


class UnsupportedGrantType(Refusal, status=400):
    """The grant type is not one of password, refresh_token and client_credentials."""


class TokenMissing(Refusal, status=401):
    """An access token is needed."""


class TokenInvalid(Refusal, status=401):
    """The access token is not valid."""


class DpopProofInvalid(Refusal, status=401):
    """The proof that the caller holds their key is missing or not valid."""


class InvalidClient(Refusal, status=401):
    """The client is unknown or its secret is wrong."""


class DeviceLost(Refusal, status=403):
    """The device was reported lost."""


class DeviceNotEnrolled(Refusal, status=403):
    """The agency wants one of its own enrolled devices."""


class LoginLocked(Refusal, status=403):
    """The login is locked until the PIN."""


class PinWrong(Refusal, status=403):
    """The PIN is wrong."""


class PasswordNeeded(Refusal, status=403):
    """The password was given too long ago."""


class EnrolmentCodeInvalid(Refusal, status=403):
    """The enrolment code is not valid."""


class DeviceUnknown(Refusal, status=404):
    """There is no such device."""


class DeviceEnrolled(Refusal, status=409):
    """The key is enrolled already."""


class OtpNeeded(Refusal, status=400):
    """The second factor is needed."""


class OtpInvalid(Refusal, status=400):
    """The code of the second factor is not valid."""


class OtpEnrolmentNeeded(Refusal, status=400):
    """The agency wants a second factor, and this account has none."""


class OtpEnrolled(Refusal, status=409):
    """The account has its second factor already."""


class IdentityUnknown(Refusal, status=403):
    """No account belongs to the identity that the agency's service vouches for."""


class IdentityTaken(Refusal, status=409):
    """Another officer of the agency has that identity."""


class ProviderUnknown(Refusal, status=404):
    """The agency has no sign-in service."""


class ProviderUnavailable(Refusal, status=503):
    """The agency's sign-in service does not answer."""


class TooManyAttempts(Refusal, status=429):
    """Too many wrong passwords for this name from here."""


class RoleMissing(Refusal, status=403):
    """The caller may not do that."""


class OfficerUnknown(Refusal, status=404):
    """There is no such officer."""


class AgencyUnknown(Refusal, status=422):
    """There is no such agency."""


class UnitUnknown(Refusal, status=422):
    """There is no such unit."""


class UnitNotYours(Refusal, status=403):
    """That is not this caller's unit."""
