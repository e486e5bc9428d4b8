import re
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from transcoder.brownout import Step
from transcoder.metrics import CONTENT_TYPE, METRICS, STATES, HostSnapshot, StreamSnapshot, render

ARCHITECTURE = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text()

STREAM = StreamSnapshot(
    camera_id="cam-1",
    state="stale",
    picture_age_s=3.5,
    parts=120,
    part_bytes={"240p": 1000, "540p": 9000},
    restarts={"picture_stalled": 2},
    viewers=7,
    step=Step.SLOW,
    encoded_rungs=2,
    source_bps=2_500_000.0,
    source_fps=15.0,
    gop_bytes=600_000,
)
HOST = HostSnapshot(
    streams=(STREAM,),
    load=0.25,
    ffmpeg_processes=3,
    ffmpeg_cpu_s=12.5,
    ffmpeg_rss_bytes=90_000_000,
    breakers={"city": True, "county": False},
    held_back={"city": 4},
    leases=1,
    is_database_reachable=True,
)


def read(host):
    """{name: {label values: value}} as Prometheus reads them, without the process's own."""
    families = text_string_to_metric_families(render(lambda: host).decode())
    return {
        sample.name: {
            tuple(other.labels[label] for label in labels_of(sample.name)): other.value for other in family.samples
        }
        for family in families
        for sample in family.samples
        if not sample.name.startswith("process_")
    }


def labels_of(name):
    return next(metric.labels for metric in METRICS if metric.name == name)


def test_every_number_of_the_snapshot_is_on_the_page():
    assert read(HOST) == {
        "transcoder_stream_state": {("cam-1",): 2},
        "transcoder_stream_picture_age_seconds": {("cam-1",): 3.5},
        "transcoder_stream_parts_total": {("cam-1",): 120},
        "transcoder_stream_part_bytes_total": {("cam-1", "240p"): 1000, ("cam-1", "540p"): 9000},
        "transcoder_stream_restarts_total": {("cam-1", "picture_stalled"): 2},
        "transcoder_stream_viewers": {("cam-1",): 7},
        "transcoder_stream_step": {("cam-1",): 2},
        "transcoder_stream_encoded_rungs": {("cam-1",): 2},
        "transcoder_stream_source_bits_per_second": {("cam-1",): 2_500_000},
        "transcoder_stream_source_frames_per_second": {("cam-1",): 15},
        "transcoder_stream_gop_bytes": {("cam-1",): 600_000},
        "transcoder_load": {(): 0.25},
        "transcoder_streams": {(state,): int(state == "stale") for state in STATES},
        "transcoder_ffmpeg_processes": {(): 3},
        "transcoder_ffmpeg_cpu_seconds_total": {(): 12.5},
        "transcoder_ffmpeg_resident_memory_bytes": {(): 90_000_000},
        "transcoder_breaker_open": {("city",): 1, ("county",): 0},
        "transcoder_starts_held_back_total": {("city",): 4},
        "transcoder_leases": {(): 1},
        "transcoder_database_reachable": {(): 1},
    }


def test_the_page_is_of_the_kind_and_has_the_help_that_the_table_says():
    families = {family.name: family for family in text_string_to_metric_families(render(lambda: HOST).decode())}
    for metric in METRICS:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.meaning)
        assert (metric.kind == "counter") == metric.name.endswith("_total")
    assert "process_open_fds" in families
    assert CONTENT_TYPE.startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize(("state", "value"), list(zip(STATES, range(6), strict=True)))
def test_the_worse_the_picture_the_higher_the_state(state, value):
    page = read(replace(HOST, streams=(replace(STREAM, state=state),)))
    assert page["transcoder_stream_state"] == {("cam-1",): value}
    assert page["transcoder_streams"][(state,)] == 1


def test_what_is_not_known_yet_is_missing_and_not_zero():
    page = read(replace(HOST, streams=(replace(STREAM, picture_age_s=None, source_bps=None, source_fps=None),)))
    assert not {name for name in page if "picture_age" in name or "source" in name}


def test_a_stream_that_has_ended_is_in_no_series():
    assert "cam-1" in render(lambda: HOST).decode()
    assert "cam-1" not in render(lambda: replace(HOST, streams=())).decode()


def test_the_number_of_series_is_bounded_by_streams_rungs_and_reasons():
    def series(count):
        streams = tuple(replace(STREAM, camera_id=f"cam-{n}") for n in range(count))
        return sum(len(samples) for samples in read(replace(HOST, streams=streams)).values())

    assert series(100) - series(0) == 100 * (9 + 2 + 1)


def test_cameras_rungs_reasons_centres_and_states_are_the_only_labels():
    assert {label for metric in METRICS for label in metric.labels} == {"camera", "rung", "reason", "centre", "state"}
    assert {metric.labels[0] for metric in METRICS if "_stream_" in metric.name} == {"camera"}


def test_no_address_and_no_password_comes_onto_the_page_even_in_a_reason():
    restarts = {
        "failed: rtsp://admin:secret@10.1.2.3:554/live": 2,
        "10.1.2.3": 1,
        "camera_busy": 5,
        'a"} 1\ninjected 7': 1,
    }
    host = replace(HOST, streams=(replace(STREAM, restarts=restarts),), held_back={"city\nx": 1})
    text = render(lambda: host).decode()
    assert not re.search(r"secret|10\.1\.2\.3|rtsp|injected", text)
    page = read(host)
    assert page["transcoder_stream_restarts_total"] == {("cam-1", "camera_busy"): 5, ("cam-1", "other"): 4}
    assert page["transcoder_starts_held_back_total"] == {("other",): 1}


def test_each_reading_is_taken_anew_and_once():
    taken = []

    def snapshot_of():
        taken.append(1)
        return replace(HOST, leases=len(taken))

    pages = [render(snapshot_of).decode() for _ in range(2)]
    assert ["transcoder_leases 1.0" in pages[0], "transcoder_leases 2.0" in pages[1], len(taken)] == [True, True, 2]


def test_the_table_of_the_architecture_is_ours_name_by_name():
    section = ARCHITECTURE.split("### Transcoder metrics")[1].split("\n#")[0]
    rows = re.findall(r"^\| `(transcoder_\w+)` \| (\w+) \| (.*?) \| (.*?) \|$", section, re.MULTILINE)
    ours = [
        (metric.name, metric.kind, " ".join(f"`{label}`" for label in metric.labels) or "none", metric.meaning)
        for metric in METRICS
    ]
    assert rows == ours
