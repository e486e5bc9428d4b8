"""One ffmpeg: the only place where a process is started, fed or signalled.

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

from transcoder.policy import Do

CREDENTIALS = re.compile(r"(?<=://)[^@\s/']*@")
KEPT_LINES = 40
KEPT_LINE_CHARS = 300
LONGEST_LINE_BYTES = 8192  # of one without an end; far more than what is kept, so that a credential in that is whole
PIPE_BYTES = 256 * 1024  # some seconds of the tallest rung: a busy loop must not hold up the encoder
READ_BYTES = 64 * 1024
BOUND = ("prlimit", "--core=0:0", "--nofile=256:256", "--", "setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--")
# We may have died before setpriv bound the child's life to ours: then its parent is another, and it does not start.
ORPHANED = ("sh", "-c", 'test "$PPID" = "$0" && exec "$@"')

SIGNALS = {Do.TERMINATE: signal.SIGTERM, Do.KILL: signal.SIGKILL}

Command = Callable[[int, Mapping[str, int]], Sequence[str]]
Receive = Callable[[str, bytes], None]


class Process:
    """A running ffmpeg, used on the event loop's thread only.

    That must be the main one: the kernel kills the child when the thread that started it ends.
    """

    def __init__(
        self, command: Command, *, given: bytes, outputs: Sequence[str], receive: Receive, is_fed: bool = False
    ) -> None:
        """Start it.

        Args:
            command: argument list, given the file descriptor to read from and those it must write to, by name.
            given: at most 4 KiB that the child reads first, never on disk.
            outputs: names of the pipes it writes to.
            receive: called with a name of ``outputs`` and what was read of it, at least one byte.
            is_fed: more comes by ``feed``; else what the child reads ends after ``given``.

        Raises:
            OSError: no process or file descriptor is left; nothing was started and nothing is kept.
        """
        self._loop = asyncio.get_running_loop()
        self._said: deque[str] = deque(maxlen=KEPT_LINES)
        self._unfinished = b""
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs, contextlib.ExitStack() as feeding:
            given_fd, feeding_fd = _filled(given, theirs)
            feeding.callback(os.close, feeding_fd)
            if not is_fed:
                feeding.close()
            pipes = {name: _pipe(ours, theirs) for name in outputs}
            ends = {name: end for name, (_, end) in pipes.items()}
            self._popen = subprocess.Popen(
                [*BOUND, *ORPHANED, str(os.getpid()), *command(given_fd, ends)],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(given_fd, *ends.values()),
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", os.defpath)},  # ours may hold the database's password
            )
            self._fds, self._feeding = ours.pop_all(), feeding.pop_all()
        self._feeding_fd = feeding_fd if is_fed else None
        self._unfed: deque[bytes] = deque()
        self.unfed_bytes = 0  # what the child has not taken yet
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

    def feed(self, data: bytes) -> None:
        """More for the child to read; kept until it does. Nothing happens when it has ended."""
        if self._feeding_fd is None or not data:
            return
        self._unfed.append(data)
        self.unfed_bytes += len(data)
        if len(self._unfed) == 1:
            self._drain()

    def take(self, step: Do) -> None:
        """One step of ending it: ``q``, SIGTERM or SIGKILL."""
        if step is Do.STOP:
            self.ask_to_quit()
        else:
            self.send(SIGNALS[step])

    def ask_to_quit(self) -> None:
        """Nothing more to read, and ``q``: it finishes what it has and tells the camera goodbye.

        So no session is left over there.
        """
        self._starve()
        if self._popen.stdin is not None and not self._popen.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._popen.stdin.write(b"q")

    def send(self, number: signal.Signals) -> None:
        """A signal to its whole group. Nothing happens if it has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, number)

    def _drain(self) -> None:
        """Write what fits; the rest when there is room."""
        assert self._feeding_fd is not None  # asked by the callers
        while self._unfed:
            data = self._unfed.popleft()
            try:
                written = os.write(self._feeding_fd, data)
            except BlockingIOError:
                written = 0
            except BrokenPipeError:
                self._unfed.clear()
                self.unfed_bytes = 0
                break
            self.unfed_bytes -= written
            if written < len(data):
                self._unfed.appendleft(data[written:])
                self._loop.add_writer(self._feeding_fd, self._drain)
                return
        self._loop.remove_writer(self._feeding_fd)

    def _starve(self) -> None:
        if self._feeding_fd is not None:
            self._loop.remove_writer(self._feeding_fd)
            self._feeding_fd = None
            self._feeding.close()
        self._unfed.clear()
        self.unfed_bytes = 0

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
        self._starve()
        self._fds.close()
        for stream in (self._popen.stdin, self._popen.stderr):
            if stream is not None:
                stream.close()


def _filled(content: bytes, theirs: contextlib.ExitStack) -> tuple[int, int]:
    """Read end of a roomy pipe that begins with ``content``, and its write end, which does not block."""
    fd, end = os.pipe()
    theirs.callback(os.close, fd)
    _enlarge(end)
    os.write(end, content)
    os.set_blocking(end, False)
    return fd, end


def _pipe(ours: contextlib.ExitStack, theirs: contextlib.ExitStack) -> tuple[int, int]:
    """Read end and write end of a roomy pipe."""
    fd, end = os.pipe()
    ours.callback(os.close, fd)
    theirs.callback(os.close, end)
    _enlarge(end)
    return fd, end


def _enlarge(end: int) -> None:
    with contextlib.suppress(OSError):  # a user has only so many pages for pipes; a smaller one will do
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
