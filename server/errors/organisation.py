"""What cannot be registered, and passwords that will not do."""

from server.refusal import Refusal


class AgencyExists(Refusal, status=409):
    """There is an agency of that name."""


class CentreExists(Refusal, status=409):
    """There is a centre with that code."""


class UnitExists(Refusal, status=409):
    """There is a unit with that call sign."""


class UsernameTaken(Refusal, status=409):
    """Another officer has that username."""


class ClientExists(Refusal, status=409):
    """There is a client of that id."""


class ClientUnknown(Refusal, status=404):
    """There is no such client."""


class PasswordWrong(Refusal, status=403):
    """The old password is wrong."""


class PasswordWeak(Refusal, status=422):
    """The new password is too easy to guess."""
