"""One process of the stack: started in its own group, logged to a file, dead when its parent is."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class ChildFailed(Exception):
    """A process ended, or was not ready in time; the text ends with the last lines of its log."""


class Child:
    """A running process. The owner calls ``stop``; a second call does nothing."""

    def __init__(self, name: str, argv: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                argv,
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - started before any thread of ours
            )

    @property
    def pid(self) -> int:
        """The process id, also the id of its group."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """The exit code, negative for a signal, or none while it runs."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], *, within_s: float) -> None:
        """Wait until ``ready()``.

        Raises:
            ChildFailed: the process ended first, or ``within_s`` seconds went by.
        """
        deadline = time.monotonic() + within_s
        while not ready():
            if self.exit_code() is not None:
                raise ChildFailed(f"{self.name} ended with code {self.exit_code()}: {self.last_words()}")
            if time.monotonic() > deadline:
                raise ChildFailed(f"{self.name} was not ready after {within_s:.0f} s: {self.last_words()}")
            time.sleep(0.02)

    def last_words(self) -> str:
        """The last three lines of the log, and where the rest is."""
        lines = self.log.read_text(errors="replace").splitlines()[-3:]
        return " / ".join(lines) + f" (whole log: {self.log})"

    def stop(self, *, grace_s: float = 8.0) -> None:
        """Ask with TERM, then KILL the whole group after ``grace_s`` seconds."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_s)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> None:
        target = os.kill if number == signal.SIGTERM else os.killpg
        with contextlib.suppress(ProcessLookupError):
            target(self._process.pid, number)


def _die_with_parent() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
