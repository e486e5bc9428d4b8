"""Why a camera is not asked what it is."""

from server.refusal import Refusal


class DiscoveryUnable(Refusal, status=409):
    """The camera cannot be asked what it is now."""
