"""What processes use, as the kernel counts it. Thin: reads ``/proc`` and nothing else."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
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
