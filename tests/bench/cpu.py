"""CPU time of running processes, to the nanosecond, from ``/proc``: what a benchmark divides its work by.

A rate by the wall clock would count what the load generator takes from the same cores, in our favour: it slows both sides of
a comparison alike. CPU time does not know who else runs.
"""

import contextlib
from collections.abc import Collection, Mapping
from pathlib import Path

PROC = Path("/proc")


def descendants(root: int) -> list[int]:
    """``root`` and every process below it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_s(root: int, *, without: Collection[str] = ()) -> float:
    """CPU seconds so far of ``root`` and its descendants, all threads, but those whose name begins as ``without`` says.

    A binary of imageio-ffmpeg is called ``ffmpeg-linux-x8``: the kernel keeps 15 letters of a name.
    """
    total_ns = 0
    for pid in descendants(root):
        with contextlib.suppress(OSError):
            if not (PROC / str(pid) / "comm").read_text().startswith(tuple(without)):
                for thread in (PROC / str(pid) / "task").iterdir():
                    total_ns += int((thread / "schedstat").read_text().split()[0])
    return total_ns / 1e9


class Meter:
    """The CPU that named process trees take while the context is open: ``spent_s`` by name."""

    def __init__(self, roots: Mapping[str, int], *, without: Collection[str] = ("ffmpeg",)) -> None:
        self._roots, self._without = roots, without
        self.spent_s: dict[str, float] = {}

    def __enter__(self):
        self._before = self._read()
        return self

    def __exit__(self, *_):
        after = self._read()
        self.spent_s = {name: after[name] - self._before[name] for name in after}

    def _read(self) -> dict[str, float]:
        return {name: cpu_s(root, without=self._without) for name, root in self._roots.items()}
