"""Why an alert, or its sender, is not taken like that."""

from server.refusal import Refusal


class CapMalformed(Refusal, status=400):
    """The body is not XML that can be taken."""


class CapInvalid(Refusal, status=422):
    """An element of the alert is missing, unknown or out of bounds."""


class CapAreaInvalid(Refusal, status=422):
    """An area of the alert tells no place."""


class CapNotInForce(Refusal, status=422):
    """The alert is from the future, or over."""


class CapSenderNotRegistered(Refusal, status=403):
    """The caller's agency has no such sender."""


class CapConflict(Refusal, status=409):
    """The message contradicts an earlier one with the same identifier."""


class CapReferenceUnknown(Refusal, status=422):
    """The message is about another that was never taken."""


class CapSuperseded(Refusal, status=409):
    """A later message about it was taken already."""


class CapSenderUnknown(Refusal, status=404):
    """There is no such sender."""


class CapSenderExists(Refusal, status=409):
    """The agency has that sender already."""


class MediaTypeNotTaken(Refusal, status=415):
    """The body is of another media type."""
