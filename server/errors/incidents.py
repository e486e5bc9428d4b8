"""Why an incident or a dispatch does not change like that."""

from server.refusal import Refusal


class ServiceNotAllowed(Refusal, status=403):
    """The caller may not report incidents of that service."""


class IncidentUnknown(Refusal, status=404):
    """There is no such incident for this caller."""


class IncidentConflict(Refusal, status=409):
    """The report contradicts an earlier one with the same external_id."""


class IncidentClosed(Refusal, status=409):
    """The incident is closed and does not change any more."""


class DispatchUnknown(Refusal, status=404):
    """There is no such dispatch for this caller."""


class DispatchEnded(Refusal, status=409):
    """The dispatch has ended and does not change any more."""
