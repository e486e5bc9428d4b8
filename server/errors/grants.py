"""Why temporary access is not given like that."""

from server.refusal import Refusal


class GrantUnknown(Refusal, status=404):
    """There is no such grant for this caller."""


class GrantEnded(Refusal, status=409):
    """The grant has ended and cannot be accepted any more."""


class BreakGlassAgain(Refusal, status=409):
    """The glass cannot be broken again yet."""


class GrantNeedsAnother(Refusal, status=403):
    """Nobody approves what they gave or get."""


class GrantInvalid(Refusal, status=422):
    """The grant cannot be given like that."""


class GrantTimesInvalid(GrantInvalid):
    """A grant lasts at most twelve hours, ends in the future and begins within a week."""


class GrantRecipientUnknown(GrantInvalid):
    """There is no such recipient."""


class GrantToSelf(GrantInvalid):
    """Nobody grants anything to themselves."""


class GrantCameraUnknown(GrantInvalid):
    """There is no such camera in service among those the caller may grant."""


class GrantAreaInvalid(GrantInvalid):
    """The area is too large, or no camera stands in it."""


class AccessRequestUnknown(Refusal, status=404):
    """There is no such access request for this caller."""


class AccessRequestOver(Refusal, status=409):
    """The access request is answered, or nobody answered in time."""
