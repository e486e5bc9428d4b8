"""``./run serve``: the product on this host, until it is told to stop."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.child import ChildFailed
from deploy.ports import free_port
from deploy.stack import Stack, place, prepare

WANTED_PORT = 8080
WANTED_ORIGIN_PORT = 8090
WANTED_MANAGEMENT_PORT = 8081
PID_FILE = "stack.pid"


class Stopped(BaseException):
    """SIGTERM or SIGINT arrived."""


def stop_on_signal(*_: object) -> None:
    """Turn the first signal into an exception; ignore the ones that follow while we stop."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


@contextmanager
def stoppable(var: Path) -> Iterator[None]:
    """Leave quietly on SIGINT and SIGTERM; meanwhile ``var/stack.pid`` tells ``./run down`` whom to stop.

    Raises:
        ChildFailed: another stack runs with the same folder.
    """
    pid_file = var / PID_FILE
    if (owner := running_pid(pid_file)) is not None:
        raise ChildFailed(f"process {owner} already runs with {var}; ./run down stops it")
    signal.signal(signal.SIGTERM, stop_on_signal)
    signal.signal(signal.SIGINT, stop_on_signal)
    var.mkdir(parents=True, exist_ok=True)
    pid_file.write_text(str(os.getpid()))
    try:
        yield
    except Stopped:
        print("stopping", flush=True)
    finally:
        pid_file.unlink(missing_ok=True)


def running_pid(pid_file: Path) -> int | None:
    """The process that wrote the file, while it lives; a file left by a crash counts for nothing."""
    try:
        pid = int(pid_file.read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def choose_port(wanted: int, *, taken: tuple[int, ...] = (), what: str) -> int:
    """A free port, saying so when the wanted one is busy."""
    port = free_port(wanted, taken=taken)
    if wanted and port != wanted:
        print(f"port {wanted} is busy; {what} uses {port}", file=sys.stderr, flush=True)
    return port


def watch(stack: Stack) -> None:
    """Return never, raise when a process ends on its own.

    Raises:
        ChildFailed: names the process and its last words.
    """
    while (ended := stack.ended()) is None:
        time.sleep(0.5)
    raise ChildFailed(f"{ended.name} ended with code {ended.exit_code()}: {ended.last_words()}")


def main(arguments: list[str]) -> int:
    """Exit 0 after a signal, 1 when a process failed."""
    parser = argparse.ArgumentParser(prog="./run serve", description=__doc__)
    parser.add_argument("verb", choices=["serve"])
    parser.add_argument("--port", type=int, default=WANTED_PORT)
    parser.add_argument(
        "--management",
        help="address:port for administrators, auditors and metrics; default: loopback, 8081 or the next",
    )
    parser.add_argument("--var", type=Path, default=Path("var"))
    given = parser.parse_args(arguments)
    port = choose_port(given.port, what="the product")
    origin_port = choose_port(WANTED_ORIGIN_PORT, taken=(port,), what="the origin")
    taken = (port, origin_port)
    management = given.management or f"127.0.0.1:{choose_port(WANTED_MANAGEMENT_PORT, taken=taken, what='management')}"
    try:
        with stoppable(given.var), place(given.var, port=port, origin_port=origin_port, management=management) as at:
            prepare(at)
            with Stack(at) as stack:
                print(f"ready at {at.base_url}, for administrators and auditors at {at.management_url}", flush=True)
                watch(stack)
    except ChildFailed as failure:
        print(f"✗ {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
