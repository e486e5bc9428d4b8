"""Why a duty is not closed like that."""

from server.refusal import Refusal


class DutyUnknown(Refusal, status=404):
    """There is no such duty for this caller."""


class DutyClosed(Refusal, status=409):
    """The duty was done already."""


class DutyMeansInvalid(Refusal, status=422):
    """A duty of that kind is not done by those means."""
