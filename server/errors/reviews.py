"""Why something odd is not explained, decided or signed like that."""

from server.refusal import Refusal


class AnomalyUnknown(Refusal, status=404):
    """There is no such anomaly for this caller."""


class AnomalyDecided(Refusal, status=409):
    """The anomaly was explained or decided already."""


class ReviewUnknown(Refusal, status=404):
    """There is no such monthly review for this caller."""


class ReviewTooEarly(Refusal, status=409):
    """The month is not over."""


class ReviewChanged(Refusal, status=409):
    """The report is another than the one that was read."""
