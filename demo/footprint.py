"""How much memory the product takes: the resident size of its processes and all their descendants."""

import contextlib
import os
import threading
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
EVERY_S = 0.5


def resident_bytes(roots: Collection[int]) -> int:
    """Resident bytes of the processes ``roots`` and their descendants; a shared page counts for each that has it."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                pid = int(entry.name)
                parents[pid], sizes[pid] = int(stat[1]), int(stat[21]) * PAGE_BYTES
    return sum(size for pid, size in sizes.items() if _descends(pid, roots, parents))


def _descends(pid: int, roots: Collection[int], parents: dict[int, int]) -> bool:
    while pid in parents and pid not in roots:
        pid = parents[pid]
    return pid in roots


class Footprint:
    """Samples every half second while the context is open; ``peak_mb`` is the largest sum seen, in MiB."""

    def __init__(self, roots: Collection[int]) -> None:
        self._roots = roots
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.peak_mb = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(EVERY_S):
            self.peak_mb = max(self.peak_mb, resident_bytes(self._roots) / 2**20)
