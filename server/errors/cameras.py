"""Why a camera is not registered or switched like that."""

from server.refusal import Refusal


class CameraUnknown(Refusal, status=404):
    """There is no such camera."""


class CentreUnknown(Refusal, status=422):
    """There is no such centre."""


class CentreCodeInvalid(Refusal, status=422):
    """The codes of a centre contradict each other."""


class CentreNotYours(Refusal, status=403):
    """The camera's centre is not run by this caller's agency."""


class CameraInvalid(Refusal, status=422):
    """The camera cannot be registered like that."""


class CameraHostInvalid(CameraInvalid):
    """The host is no network address."""


class CameraOutsideNetworks(CameraInvalid):
    """The address is in none of the networks of the camera's centre."""


class CameraPasswordNeeded(CameraInvalid):
    """The password has to be given."""


class CameraProfileInvalid(CameraInvalid):
    """A profile contradicts itself or is out of bounds."""


class CameraCodecUnknown(CameraInvalid):
    """The codec cannot be shown."""


class CameraProfileTooLarge(CameraInvalid):
    """The picture is larger than 4096 x 2304."""


class CameraMaskInvalid(CameraInvalid):
    """A mask is no area of the picture."""


class CameraMaskOutside(CameraInvalid):
    """A mask reaches out of the picture."""


class CameraPlaceInvalid(CameraInvalid):
    """The place is missing or no coordinates."""


class CameraTwice(CameraInvalid):
    """The file names that camera twice."""


class ImportFileInvalid(Refusal, status=422):
    """The file is no list of cameras."""
