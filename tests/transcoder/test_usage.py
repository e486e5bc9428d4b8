import os
import subprocess
import sys

import pytest

from tests.transcoder.waiting import until
from transcoder import usage
from transcoder.usage import Limit, Meter, Usage

pytestmark = pytest.mark.process
MB = 1_000_000


@pytest.fixture
def worker():
    """A process that holds 60 MB and works until it is ended; its name has what could be mistaken for fields."""
    code = (
        "held = bytearray(b'x' * 60_000_000)\n"
        "open('/proc/self/comm', 'w').write(') R 1 (x')\n"
        "print(flush=True)\n"
        "while True: pass"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process
        process.kill()


def stat(proc, pid, *, cpu_s, rss_bytes):
    """What the kernel says of a process, as far as it is read."""
    fields = ["0"] * 50
    fields[11], fields[12] = str(round(cpu_s * usage.TICKS)), "0"
    fields[21] = str(rss_bytes // usage.PAGE_BYTES)
    (proc / str(pid)).mkdir(exist_ok=True)
    (proc / str(pid) / "stat").write_text(f"{pid} (ffmpeg) {' '.join(fields)}")


def test_what_a_real_process_uses_is_read_whatever_it_calls_itself(worker):
    used = until(lambda: (now := usage.of(worker.pid)).cpu_s >= 0.05 and now)
    assert 60 * MB < used.rss_bytes < 200 * MB
    before = os.times()
    assert used.cpu_s < before.elapsed


def test_a_process_that_has_ended_uses_nothing():
    with subprocess.Popen(["true"]) as process:
        pass
    assert usage.of(process.pid) == Usage()
    assert Meter(process.pid, Limit(1.0, 1)).look(now=0.0) is None


def test_uses_add_up():
    assert sum([Usage(1.5, 10), Usage(0.5, 5)], Usage(1.0)) == Usage(3.0, 15)


def test_too_much_memory_is_seen_at_the_first_look_and_only_one_look_a_second_is_taken(worker):
    meter = Meter(worker.pid, Limit(cpu_cores=100.0, rss_bytes=50 * MB))
    assert meter.look(now=10.0) == "memory_excess"
    assert meter.used.rss_bytes > 50 * MB
    assert meter.look(now=10.5) is None
    assert meter.look(now=11.0) == "memory_excess"
    assert Meter(worker.pid, Limit(cpu_cores=100.0, rss_bytes=500 * MB)).look(now=0.0) is None


@pytest.mark.parametrize(
    ("cores", "found"),
    [
        ([1.0] * 8, [None] * 8),  # what it may need
        ([2.0] * 8, [None] * 8),
        ([2.5] * 8, [None] * 5 + ["cpu_excess"] * 3),
        ([0.1, 4.0, 4.0, 0.1, 0.1, 0.1, 0.1], [None] * 7),  # a peak of 2 s
        ([0.1] * 10 + [4.0] * 5, [None] * 13 + ["cpu_excess"] * 2),  # it was idle before: only the last 5 s count
    ],
)
def test_twice_its_cpu_over_five_seconds_is_too_much(tmp_path, monkeypatch, cores, found):
    read = usage.of
    monkeypatch.setattr(usage, "of", lambda pid: read(pid, tmp_path))
    meter, cpu_s, said = Meter(7, Limit(cpu_cores=1.0, rss_bytes=100 * MB)), 0.0, []
    for second, used in enumerate(cores):
        stat(tmp_path, 7, cpu_s=cpu_s, rss_bytes=36 * MB)
        said.append(meter.look(now=100.0 + second))
        cpu_s += used
    assert said == found
