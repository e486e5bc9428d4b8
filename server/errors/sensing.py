"""Why an event of a centre's analytics is not taken, or not found."""

from server.refusal import Refusal


class SensorEventUnknown(Refusal, status=404):
    """There is no such event for this caller."""


class SensorTopicUnknown(Refusal, status=422):
    """The topic tells of no kind of event that is taken here."""


class SensorEventFromFuture(Refusal, status=422):
    """The event happened later than now."""


class SensorEventTooOld(Refusal, status=422):
    """The event is older than events are kept."""
