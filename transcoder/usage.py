"""What processes use, as the kernel counts it, and whether that is too much. Thin: reads ``/proc`` and nothing else."""

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_S = 1.0
WINDOW_S = 5.0
UTIME, STIME, RSS = 11, 12, 21  # fields of proc_pid_stat(5) after the name


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one process, or of some together."""

    cpu_s: float = 0.0
    rss_bytes: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.cpu_s + other.cpu_s, self.rss_bytes + other.rss_bytes)


def of(pid: int, proc: Path = Path("/proc")) -> Usage:
    """Of the process and its threads; nothing when it is gone."""
    try:
        fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return Usage()
    return Usage((int(fields[UTIME]) + int(fields[STIME])) / TICKS, int(fields[RSS]) * PAGE_BYTES)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a process may use: twice ``cpu_cores`` for WINDOW_S is too much, and so is one look at more memory."""

    cpu_cores: float
    rss_bytes: int


class Meter:
    """Watches one process."""

    def __init__(self, pid: int, limit: Limit) -> None:
        self.used = Usage()  # as of the last look
        self._pid = pid
        self._limit = limit
        self._seen: deque[tuple[float, float]] = deque()  # when, and the CPU seconds until then

    def look(self, *, now: float) -> str | None:
        """What it has too much of, as a stable code. Looks once a second at most; ``now`` in monotonic seconds."""
        if self._seen and now - self._seen[-1][0] < LOOK_S:
            return None
        found = of(self._pid)
        if not found.rss_bytes:  # it has ended
            return None
        self.used = found
        self._seen.append((now, found.cpu_s))
        while len(self._seen) > 2 and now - self._seen[1][0] >= WINDOW_S:
            self._seen.popleft()
        took_s, cpu_s = now - self._seen[0][0], found.cpu_s - self._seen[0][1]
        if found.rss_bytes > self._limit.rss_bytes:
            return "memory_excess"
        return "cpu_excess" if took_s >= WINDOW_S and cpu_s > 2 * self._limit.cpu_cores * took_s else None
