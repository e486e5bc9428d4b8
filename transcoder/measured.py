"""What the supervisor's cameras look like at this moment, as plain numbers for ``metrics``."""

import time

from transcoder.camera import Camera
from transcoder.gop import Gop
from transcoder.metrics import HostSnapshot, StreamSnapshot
from transcoder.supervisor import Supervisor
from transcoder.usage import Usage

STATES = {"starting": "down", "backoff": "down", "failed": "down"}  # others are called as they are


def host(supervisor: Supervisor) -> HostSnapshot:
    """Everything. CPU and memory are as of a second ago, so that no count goes back when a process ends."""
    now, cameras, budget = time.monotonic(), list(supervisor.cameras.values()), supervisor.budget
    used = sum((camera.used for camera in cameras), Usage(supervisor.spent_s))
    return HostSnapshot(
        streams=tuple(_stream(camera, now) for camera in cameras if camera.stream is not None),
        load=supervisor.load,
        ffmpeg_processes=sum(len(camera.pids) for camera in cameras),
        ffmpeg_cpu_s=used.cpu_s,
        ffmpeg_rss_bytes=used.rss_bytes,
        breakers={centre_id: budget.is_open(centre_id) for centre_id in budget.centres()},
        held_back=budget.held_back,
        leases=len(cameras),
        is_database_reachable=supervisor.is_reachable,
    )


def _stream(camera: Camera, now: float) -> StreamSnapshot:
    stream, using = camera.stream, camera.feeding.using if camera.feeding else None
    assert stream is not None  # only those are asked for
    report, picture = camera.report(now), camera.picture
    state = STATES.get(report.state, report.state)
    gops = [ingest.gop for ingest in camera.pull.ingests.values()]
    return StreamSnapshot(
        camera_id=camera.id,
        state="last_good" if state == "down" and picture else state,
        picture_age_s=picture.age_s if picture else None,
        parts=stream.packager.parts,
        part_bytes=stream.packager.bytes,
        restarts=camera.history.ended,
        viewers=stream.viewers,
        step=camera.host_step,
        encoded_rungs=len(using.plan.encoded) if using else 0,
        source_bps=sum(_rates(gop)[0] for gop in gops) if gops else None,
        source_fps=max(_rates(gop)[1] for gop in gops) if gops else None,
        gop_bytes=sum(gop.bytes for gop in gops),
    )


def _rates(gop: Gop) -> tuple[float, float]:
    """Bits and pictures a second, since the last key frame."""
    packets = gop.packets
    took_s = packets[-1].at - packets[0].at if packets else 0.0
    return (gop.bytes * 8 / took_s, (len(packets) - 1) / took_s) if took_s > 0 else (0.0, 0.0)
