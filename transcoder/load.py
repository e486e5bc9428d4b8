"""How short of CPU we are: the share of time, 0..1, in which something of ours was ready to run and had to wait.

0 means that nothing waits, however busy the CPUs are; 0.4 is a host that is well used; from 0.7 on it is **short** and
something has to be given up (``brownout.HIGH``); 1 means that there is always someone waiting, and pictures are late.

Measured by the kernel as pressure (PSI, Linux 4.20), of our own cgroup where it has one, because that also counts the
waiting for a CPU quota and leaves out what waits elsewhere; else of the host. Averages of the kernel begin at 10 s, so
we take differences of its total. A kernel without pressure is asked how busy the CPUs are; measured on the same host,
60 % busy is a pressure of 0.05, 80 % one of 0.4, and 99 % one of 0.9.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

WINDOW_S = 3.0  # a key frame of every stream at once, or one start, is not yet a shortage
LEAST_S = 1.0  # of history; with less we say 0, so that nothing is given up on a guess
STEP_S = 0.05  # asked more often than this, the last answer stands
UNHURRIED = 0.6  # busy share at which nothing waits yet

T = TypeVar("T")

PROC = Path("/proc")
CGROUPS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))  # version 2 alone, and beside version 1


class _Sample(NamedTuple):
    path: Path
    at: float
    short: float  # these two in one unit: seconds, or ticks of the kernel's clock
    elapsed: float


class Load:
    """Reads and smooths. One instance per process, asked about ten times a second; bounded memory.

    Args:
        proc: the proc file system.
        cgroups: where cgroups of version 2 may be mounted.
    """

    def __init__(self, proc: Path = PROC, cgroups: tuple[Path, ...] = CGROUPS) -> None:
        self._pressures = (*(own / "cpu.pressure" for own in _own(proc, cgroups)), proc / "pressure" / "cpu")
        self._stat = proc / "stat"
        self._samples: deque[_Sample] = deque()
        self._load = 0.0

    def read(self, *, now: float) -> float:
        """The load, 0..1, over the last ``WINDOW_S``; ``now`` in monotonic seconds.

        Raises:
            OSError: neither pressure nor use of the CPU can be read here.
        """
        if self._samples and now - self._samples[-1].at < STEP_S:
            return self._load
        sample = self._sample(now)
        if self._samples and _is_other_count(self._samples[-1], sample):
            self._samples.clear()
        self._samples.append(sample)
        while len(self._samples) > 2 and self._samples[1].at <= now - WINDOW_S:
            self._samples.popleft()
        self._load = self._between(self._samples[0], sample)
        return self._load

    def _sample(self, now: float) -> _Sample:
        for path in self._pressures:
            waited_s = _read(path, _waited_s)
            if waited_s is not None:
                return _Sample(path, now, waited_s, now)
        used = _read(self._stat, _busy_and_all)
        if used is None:
            raise OSError(f"the load is unknown: {self._pressures[-1]} and {self._stat} cannot be read")
        return _Sample(self._stat, now, *used)

    def _between(self, first: _Sample, last: _Sample) -> float:
        if last.at - first.at < LEAST_S or last.elapsed <= first.elapsed:
            return 0.0
        share = (last.short - first.short) / (last.elapsed - first.elapsed)
        if last.path == self._stat:
            share = (share - UNHURRIED) / (1 - UNHURRIED)
        return min(1.0, max(0.0, share))


def _own(proc: Path, cgroups: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders in which our own cgroup may be. ``0::/path`` is the line of version 2 (cgroups(7))."""
    lines = _read(proc / "self" / "cgroup", str.splitlines) or []
    paths = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    return tuple(root / path for root in cgroups for path in paths)


def _is_other_count(before: _Sample, after: _Sample) -> bool:
    """Whether the two cannot be compared: another file, or a count that began again."""
    return before.path != after.path or after.short < before.short


def _read(path: Path, parse: Callable[[str], T]) -> T | None:
    """None where the file is missing, forbidden, switched off in the kernel, or of another form."""
    try:
        return parse(path.read_text())
    except (OSError, ValueError, IndexError):
        return None


def _waited_s(pressure: str) -> float:
    """``some avg10=1.02 avg60=0.52 avg300=1.01 total=3712117930``: µs. Source: Documentation/accounting/psi.rst."""
    return int(pressure.splitlines()[0].split("some ")[1].split("total=")[1]) / 1e6


def _busy_and_all(stat: str) -> tuple[float, float]:
    """``cpu user nice system idle iowait irq softirq steal …``, in ticks; guest is in user. Source: proc_stat(5)."""
    ticks = [int(word) for word in stat.splitlines()[0].removeprefix("cpu ").split()[:8]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)
