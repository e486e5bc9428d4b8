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


class IncidentNotUrgent(Refusal, status=409):
    """The incident is not urgent, so nobody is sent."""


class IncidentNotOwned(Refusal, status=403):
    """The caller's room helps with the incident and does not own it."""


class RoomUnknown(Refusal, status=422):
    """There is no such room to share an incident with."""


class AreaInvalid(Refusal, status=422):
    """The polygon is no area whose cameras could be chosen."""


class SharingUnknown(Refusal, status=404):
    """There is no such sharing for this caller."""


class SharingConflict(Refusal, status=409):
    """The other room works on the incident already, or is asked to."""


class SharingOver(Refusal, status=409):
    """The sharing is answered or over and does not change like that."""


class AttachmentUnknown(Refusal, status=404):
    """There is no such attachment for this caller."""


class AttachmentsFull(Refusal, status=409):
    """The incident has as many attachments as it takes."""


class PreservationsTooMany(Refusal, status=409):
    """The officer asked as often as one may for the incident."""


class NotOnScene(Refusal, status=403):
    """The crew is not on the scene yet."""


class ReportAlready(Refusal, status=409):
    """That report was made already."""


class DispatchUnknown(Refusal, status=404):
    """There is no such dispatch for this caller."""


class DispatchEnded(Refusal, status=409):
    """The dispatch has ended and does not change any more."""
