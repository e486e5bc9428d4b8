"""One ffmpeg: the only place where a process is started or signalled.

Invariants: it runs in its own process group and dies with us (PDEATHSIG); it writes no core, which would hold the
camera's password; what it says is bounded and loses the credentials before it is kept; its exit is always reaped.
"""

import asyncio
import contextlib
import fcntl
import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial

CREDENTIALS = re.compile(r"(?<=://)[^@\s/']*@")
KEPT_LINES = 40
KEPT_LINE_CHARS = 300
LONGEST_LINE_BYTES = 8192  # of one without an end; far more than what is kept, so that a credential in that is whole
PIPE_BYTES = 256 * 1024  # some seconds of the tallest rung: a busy loop must not hold up the encoder
READ_BYTES = 64 * 1024
BOUND = ("prlimit", "--core=0:0", "--nofile=256:256", "--", "setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--")
# We may have died before setpriv bound the child's life to ours: then its parent is another, and it does not start.
ORPHANED = ("sh", "-c", 'test "$PPID" = "$0" && exec "$@"')

Command = Callable[[int, Mapping[str, int]], Sequence[str]]
Receive = Callable[[str, bytes], None]


class Process:
    """A running ffmpeg, used on the event loop's thread only.

    That must be the main one: the kernel kills the child when the thread that started it ends.
    """

    def __init__(self, command: Command, *, script: bytes, outputs: Sequence[str], receive: Receive) -> None:
        """Start it.

        Args:
            command: argument list, given the file descriptor that holds ``script`` and those it must write to, by name.
            script: at most 4 KiB, read once by the child and never on disk.
            outputs: names of the pipes it writes to.
            receive: called with a name of ``outputs`` and what was read of it, at least one byte.

        Raises:
            OSError: no process or file descriptor is left; nothing was started and nothing is kept.
        """
        self._loop = asyncio.get_running_loop()
        self._said: deque[str] = deque(maxlen=KEPT_LINES)
        self._unfinished = b""
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            script_fd = _filled(script, theirs)
            pipes = {name: _pipe(ours, theirs) for name in outputs}
            ends = {name: end for name, (_, end) in pipes.items()}
            self._popen = subprocess.Popen(
                [*BOUND, *ORPHANED, str(os.getpid()), *command(script_fd, ends)],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(script_fd, *ends.values()),
                start_new_session=True,
            )
            self._fds = ours.pop_all()
        self._reading: dict[int, Callable[[], bool]] = {}
        assert self._popen.stderr is not None
        self._read(self._popen.stderr.fileno(), self._hear)
        for name, (fd, _) in pipes.items():
            self._read(fd, partial(receive, name))

    @property
    def pid(self) -> int:
        """Also the number of its process group."""
        return self._popen.pid

    @property
    def said(self) -> tuple[str, ...]:
        """The last lines of its standard error, credentials masked."""
        return tuple(self._said)

    def poll(self) -> int | None:
        """Exit code once it has ended (negative: the signal); reaps it and closes every pipe."""
        code = self._popen.poll()
        if code is not None:
            self._read_out()
            self._close()
        return code

    def ask_to_quit(self) -> None:
        """``q``: it finishes what it has and tells the camera goodbye, so that no session is left over there."""
        if self._popen.stdin is not None and not self._popen.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._popen.stdin.write(b"q")

    def send(self, number: signal.Signals) -> None:
        """A signal to its whole group. Nothing happens if it has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, number)

    def _read(self, fd: int, take: Callable[[bytes], None]) -> None:
        os.set_blocking(fd, False)

        def readable() -> bool:
            try:
                data = os.read(fd, READ_BYTES)
            except BlockingIOError:
                return False
            if data:
                take(data)
            else:
                self._forget(fd)
            return bool(data)

        self._reading[fd] = readable
        self._loop.add_reader(fd, readable)

    def _read_out(self) -> None:
        """What it left in its pipes: why it ended is the last that it says, and its end may be seen before that."""
        for readable in tuple(self._reading.values()):
            while readable():
                pass

    def _forget(self, fd: int) -> None:
        if fd in self._reading:
            del self._reading[fd]
            self._loop.remove_reader(fd)

    def _hear(self, data: bytes) -> None:
        *lines, rest = (self._unfinished + data).split(b"\n")
        self._unfinished = rest[:LONGEST_LINE_BYTES]
        for line in lines:
            # Masked before it is cut: half a credential would no longer look like one.
            self._said.append(CREDENTIALS.sub("***@", line.decode(errors="replace"))[:KEPT_LINE_CHARS])

    def _close(self) -> None:
        for fd in tuple(self._reading):
            self._forget(fd)
        self._fds.close()
        for stream in (self._popen.stdin, self._popen.stderr):
            if stream is not None:
                stream.close()


def _filled(content: bytes, theirs: contextlib.ExitStack) -> int:
    """Read end of a pipe that holds ``content`` and then ends."""
    fd, end = os.pipe()
    theirs.callback(os.close, fd)
    try:
        os.write(end, content)
    finally:
        os.close(end)
    return fd


def _pipe(ours: contextlib.ExitStack, theirs: contextlib.ExitStack) -> tuple[int, int]:
    """Read end and write end of a roomy pipe."""
    fd, end = os.pipe()
    ours.callback(os.close, fd)
    theirs.callback(os.close, end)
    with contextlib.suppress(OSError):  # a user has only so many pages for pipes; a smaller one will do
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return fd, end
