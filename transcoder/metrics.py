"""What ``/metrics`` of a transcoder host says, from one snapshot taken when it is asked for.

``METRICS`` is all there is, name by name; ARCHITECTURE.md has the same table, and a test compares them. Beside it stand
the ``process_*`` metrics of the transcoder's own process. Invariants:

* Series are bounded: by the streams of this host, their rungs and the stable codes of reasons; a stream that has ended
  is in no snapshot and so in no metric.
* Labels are ids and codes only. What is neither, such as a message with an address in it, is counted as ``other``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from transcoder.brownout import Step

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
STATES = ("live", "delayed", "stale", "stills", "last_good", "down")  # the worse, the further back
CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class StreamSnapshot:
    """One wanted camera. Counts begin with the stream and only grow."""

    camera_id: str
    state: str  # one of STATES
    picture_age_s: float | None  # none: there was no picture yet
    parts: int
    part_bytes: Mapping[str, int]  # by rung
    restarts: Mapping[str, int]  # by reason, a stable code
    viewers: int
    step: Step
    encoded_rungs: int
    source_bps: float | None  # none: nothing is known of the source yet
    source_fps: float | None
    gop_bytes: int


@dataclass(frozen=True, slots=True)
class HostSnapshot:
    """All that runs here. Counts begin with the transcoder's process and only grow."""

    streams: tuple[StreamSnapshot, ...]
    load: float
    ffmpeg_processes: int
    ffmpeg_cpu_s: float  # of those that run and those that have ended
    ffmpeg_rss_bytes: int
    breakers: Mapping[str, bool]  # by centre, whether it is open
    held_back: Mapping[str, int]  # by centre, starts that had to wait
    leases: int
    is_database_reachable: bool


Samples = Iterable[tuple[tuple[str, ...], float]]


class Metric(NamedTuple):
    """One name, and how its samples are read from a snapshot: the values of ``labels``, and the number."""

    name: str
    kind: str  # gauge or counter
    labels: tuple[str, ...]
    meaning: str
    read: Callable[[HostSnapshot], Samples]


def render(snapshot_of: Callable[[], HostSnapshot]) -> bytes:
    """The page, as ``CONTENT_TYPE``; ``snapshot_of`` is called once."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Reading(snapshot_of()))
    return generate_latest(registry)


class _Reading(Collector):
    def __init__(self, snapshot: HostSnapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        for metric in METRICS:
            family = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            values = family(metric.name, metric.meaning, labels=metric.labels)
            for labels, value in metric.read(self._snapshot):
                values.add_metric(labels, value)
            yield values


def _host(value_of: Callable[[HostSnapshot], float]) -> Callable[[HostSnapshot], Samples]:
    return lambda host: [((), value_of(host))]


def _by(counts_of: Callable[[HostSnapshot], Mapping[str, float]]) -> Callable[[HostSnapshot], Samples]:
    return lambda host: [((code,), value) for code, value in _coded(counts_of(host)).items()]


def _each(value_of: Callable[[StreamSnapshot], float | None]) -> Callable[[HostSnapshot], Samples]:
    """One sample a stream; none where the value is not known."""
    return lambda host: [
        ((one.camera_id,), value) for one in host.streams for value in (value_of(one),) if value is not None
    ]


def _each_by(counts_of: Callable[[StreamSnapshot], Mapping[str, float]]) -> Callable[[HostSnapshot], Samples]:
    return lambda host: [
        ((one.camera_id, code), value) for one in host.streams for code, value in _coded(counts_of(one)).items()
    ]


def _coded(counts: Mapping[str, float]) -> Mapping[str, float]:
    """The same, with all that is no code added up as ``other``."""
    coded: dict[str, float] = {}
    for key, value in counts.items():
        code = key if CODE.fullmatch(key) else "other"
        coded[code] = coded.get(code, 0) + value
    return coded


def _states(host: HostSnapshot) -> Mapping[str, float]:
    counted = Counter(one.state for one in host.streams)
    return {state: counted[state] for state in STATES}


METRICS = (
    Metric(
        "transcoder_stream_state",
        "gauge",
        ("camera",),
        "0 live, 1 delayed, 2 stale, 3 stills, 4 last_good, 5 down: it grows as the picture gets worse",
        _each(lambda one: STATES.index(one.state)),
    ),
    Metric(
        "transcoder_stream_picture_age_seconds",
        "gauge",
        ("camera",),
        "since the newest picture; missing before the first one",
        _each(lambda one: one.picture_age_s),
    ),
    Metric(
        "transcoder_stream_parts_total",
        "counter",
        ("camera",),
        "parts completed; each is one moment in every rung",
        _each(lambda one: one.parts),
    ),
    Metric(
        "transcoder_stream_part_bytes_total",
        "counter",
        ("camera", "rung"),
        "size of those parts",
        _each_by(lambda one: one.part_bytes),
    ),
    Metric(
        "transcoder_stream_restarts_total",
        "counter",
        ("camera", "reason"),
        "runs that ended while the camera was wanted, by stable code",
        _each_by(lambda one: one.restarts),
    ),
    Metric(
        "transcoder_stream_viewers",
        "gauge",
        ("camera",),
        "playlists held or asked for in the last seconds; nginx merges equal requests, so at least so many watch",
        _each(lambda one: one.viewers),
    ),
    Metric(
        "transcoder_stream_step",
        "gauge",
        ("camera",),
        "brown-out: 0 full, 1 no_top, 2 slow, 3 key_frames",
        _each(lambda one: one.step),
    ),
    Metric(
        "transcoder_stream_encoded_rungs",
        "gauge",
        ("camera",),
        "rungs that are encoded now; copied ones do not count",
        _each(lambda one: one.encoded_rungs),
    ),
    Metric(
        "transcoder_stream_source_bits_per_second",
        "gauge",
        ("camera",),
        "what the camera sends; missing before it does",
        _each(lambda one: one.source_bps),
    ),
    Metric(
        "transcoder_stream_source_frames_per_second",
        "gauge",
        ("camera",),
        "pictures the camera sends; missing before it does",
        _each(lambda one: one.source_fps),
    ),
    Metric(
        "transcoder_stream_gop_bytes",
        "gauge",
        ("camera",),
        "memory held by the camera's pictures since its last key frame",
        _each(lambda one: one.gop_bytes),
    ),
    Metric(
        "transcoder_load",
        "gauge",
        (),
        "share of the last 3 s in which something waited for a CPU; short of CPU from 0.7 on",
        _host(lambda host: host.load),
    ),
    Metric("transcoder_streams", "gauge", ("state",), "streams by state", _by(_states)),
    Metric(
        "transcoder_ffmpeg_processes", "gauge", (), "ffmpegs that run now", _host(lambda host: host.ffmpeg_processes)
    ),
    Metric(
        "transcoder_ffmpeg_cpu_seconds_total",
        "counter",
        (),
        "CPU time of all ffmpegs, ended ones too",
        _host(lambda host: host.ffmpeg_cpu_s),
    ),
    Metric(
        "transcoder_ffmpeg_resident_memory_bytes",
        "gauge",
        (),
        "memory of the ffmpegs that run now",
        _host(lambda host: host.ffmpeg_rss_bytes),
    ),
    Metric(
        "transcoder_breaker_open",
        "gauge",
        ("centre",),
        "1 while a centre is taken to be out and only probed",
        _by(lambda host: host.breakers),
    ),
    Metric(
        "transcoder_starts_held_back_total",
        "counter",
        ("centre",),
        "starts that had to wait for a centre's budget or breaker",
        _by(lambda host: host.held_back),
    ),
    Metric("transcoder_leases", "gauge", (), "leases held", _host(lambda host: host.leases)),
    Metric(
        "transcoder_database_reachable",
        "gauge",
        (),
        "1 if the database answered when it was last asked",
        _host(lambda host: host.is_database_reachable),
    ),
)
