"""Why an EIDO cannot become an incident."""

from server.refusal import Refusal


class EidoLocationMissing(Refusal, status=422):
    """The EIDO says no place by value that can be read."""


class EidoServiceUnclear(Refusal, status=422):
    """The EIDO does not say which linked service the incident is of."""
