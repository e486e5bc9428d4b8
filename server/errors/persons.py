"""Why an alert about a vulnerable person is not taken or does not change like that."""

from server.refusal import Refusal


class AlertUnknown(Refusal, status=404):
    """There is no such alert for this caller."""


class AlertConflict(Refusal, status=409):
    """The alert contradicts an earlier one with the same external_id."""


class AlertOver(Refusal, status=409):
    """The alert is over and does not change any more."""


class AlertEscalated(Refusal, status=409):
    """The alert is a room's already."""


class AlertTimeInvalid(Refusal, status=422):
    """An alert or a position is of the last day and not of the future."""


class AlertPhotoInvalid(Refusal, status=422):
    """The photo is no small JPEG or PNG."""
