"""Why a webhook is not registered, or not found."""

from server.refusal import Refusal


class WebhookUnknown(Refusal, status=404):
    """There is no such webhook for this caller."""


class WebhookAddressInvalid(Refusal, status=422):
    """The address is not one that may be called."""


class WebhooksTooMany(Refusal, status=409):
    """The agency has as many webhooks as it may have."""
