"""Why a plate, a wanted vehicle or a read is not taken like that."""

from server.refusal import Refusal


class PlateInvalid(Refusal, status=422):
    """The plate is of no Korean family."""


class PlateCropInvalid(Refusal, status=422):
    """The picture of the plate is no small JPEG."""


class PlateReadFromFuture(Refusal, status=422):
    """The plate was read later than now."""


class PlateReadTooOld(Refusal, status=422):
    """The plate was read more than a day ago."""


class PlateHitUnknown(Refusal, status=404):
    """There is no such hit for this caller."""


class WantedVehicleUnknown(Refusal, status=404):
    """There is no such wanted vehicle for this caller."""


class WantedVehicleAlready(Refusal, status=409):
    """The room looks for that plate already."""


class WantedVehicleOver(Refusal, status=409):
    """The vehicle is not wanted any more."""


class WantedTimeInvalid(Refusal, status=422):
    """A vehicle is wanted until some time in the next thirty days."""


class LookupTooBroad(Refusal, status=422):
    """The part of a plate says too little to look it up."""
