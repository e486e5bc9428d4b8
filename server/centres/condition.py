"""What ails a camera, why, and what mends it: for the centre that looks after it. Pure.

``MENDS`` has every cause that the transcoder names; a new one is told as it is, with a word of where to look.
"""

from dataclasses import dataclass
from enum import StrEnum

from server.models import Camera, CameraHealth, Lease, LeaseState


class Health(StrEnum):
    """One word for the list."""

    OK = "ok"
    STARTING = "starting"
    DEGRADED = "degraded"  # a picture, but not as it should be
    DOWN = "down"
    WAITING = "waiting"  # nothing ails it: its centre can take no more now
    DARK = "dark"  # its centre shows it to nobody
    OFF = "off"  # out of service


@dataclass(frozen=True, slots=True)
class Condition:
    """``cause`` is a stable code, ``mend`` what a person does about it; both none where nothing is to be done."""

    health: Health
    cause: str | None = None
    mend: str | None = None


OURS = "nothing at the camera; tell the operator of the transcoder hosts"
WRONG_PATH = "compare its streams' paths and codecs with the camera's own page, and PUT /v1/cameras/{id}"
POWER = "look at its power, its cable and the recorder it hangs on"
MENDS = {
    "centre_full": "raise max_pulls or uplink_kbps of the centre if recorder and line can take more",
    "camera_outside_networks": "its address is in none of the centre's networks: mend the one or the other",
    "camera_password_unreadable": "give its password anew with PUT /v1/cameras/{id}",
    "camera_unauthorized": "it refuses user or password: PUT /v1/cameras/{id}; it is asked again in half an hour",
    "camera_path_unknown": WRONG_PATH,
    "camera_codec": WRONG_PATH,
    "camera_cadence": "it does not send the frames a second that are registered: mend fps of its profile",
    "camera_busy": "the recorder has no connection left: close others, or set max_pulls of the centre",
    "camera_unreachable": POWER,
    "camera_closed": POWER,
    "camera_gave_nothing": POWER,
    "first_picture_late": "it answers and sends no key frame: shorten its GOP to 2 s, or restart it",
    "picture_stalled": POWER,
    "picture_late": "its line is too thin or lossy: lower the bitrate of the stream",
    "picture_frozen": "it sends the same picture again and again: restart it",
    "picture_undecodable": WRONG_PATH,
    "camera_redirects": "it sends us to another address, where we do not go: register that one",
    "camera_not_rtsp": "something else than a camera answers at that port: mend host and port",
    "camera_answer_too_long": "something else than a camera answers at that port: mend host and port",
    "encoder_behind": OURS,
    "output_broken": OURS,
    "ffmpeg_missing": OURS,
    "process_refused": OURS,
    "no_host": OURS,
    "no_report": OURS,
    "sensor": "its own analytics report tamper or loss of signal: look at its sensor events, and at the camera",
    "no_streams": "it is known where it stands, not how it is reached: import the centre's own list with streams",
    "out_of_service": "PUT /v1/cameras/{id} with enabled: true puts it in",
    "blacked_out": "PUT …/blackout with on: false shows it again",
}
ELSEWHERE = "look the code up in ARCHITECTURE.md, or ask the operator of the transcoder hosts"
WELL = {LeaseState.LIVE: Health.OK, LeaseState.DELAYED: Health.DEGRADED, LeaseState.STALE: Health.DEGRADED}


def of(camera: Camera, lease: Lease | None, *, held: bool, blacked_out: bool) -> Condition:
    """The condition of a camera.

    Args:
        camera: as it is registered; its ``health`` is what a probe, or its own events, found.
        lease: what a host last said of it; none: nobody ever asked for it.
        held: whether that lease is held now; else it tells how the last attempt ended.
        blacked_out: by its centre.
    """
    if blacked_out:
        return _told(Health.DARK, "blacked_out")
    if not camera.enabled:
        return _told(Health.OFF, "out_of_service" if camera.profiles else "no_streams")
    found = _of_lease(lease, held=held) if lease is not None else Condition(Health.OK)
    if found.health in {Health.OK, Health.STARTING} and camera.health != CameraHealth.OK:
        return _told(Health(camera.health.value), "sensor")
    return found


def _of_lease(lease: Lease, *, held: bool) -> Condition:
    if lease.state in {LeaseState.BACKOFF, LeaseState.FAILED}:
        if lease.reason == "centre_full":
            return _told(Health.WAITING, lease.reason) if held else Condition(Health.OK)
        return _told(Health.DOWN, lease.reason or "camera_unreachable")
    if not held:
        return Condition(Health.OK)
    if lease.state == LeaseState.STARTING:
        ails = lease.reason not in {None, "kept_warm"}
        return _told(Health.DOWN, lease.reason) if ails else Condition(Health.STARTING)
    health = WELL.get(lease.state, Health.DEGRADED)
    return _told(health, lease.reason) if lease.reason else Condition(health)


def _told(health: Health, cause: str | None) -> Condition:
    return Condition(health, cause, MENDS.get(cause or "", ELSEWHERE))
