"""Why a position of a wearer is not taken, or an incident of this service is not for the caller."""

from server.refusal import Refusal


class PositionFromFuture(Refusal, status=422):
    """The position is of a time to come."""


class PositionTooOld(Refusal, status=422):
    """The position is too old to say where somebody is."""


class PositionOutOfOrder(Refusal, status=422):
    """A newer position is known."""


class PositionTooSoon(Refusal, status=422):
    """The position comes within a second of the one before."""


class IncidentReserved(Refusal, status=403):
    """Only the location centre, and the probation and police units it sends, work on the incident."""
