import asyncio
import os
import signal
import subprocess
import sys
import time
from ast import literal_eval
from pathlib import Path

import pytest

from tests.transcoder.waiting import arrives, until
from transcoder.process import KEPT_LINE_CHARS, KEPT_LINES, PIPE_BYTES, Process

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]


def child(code, *, given=b"", outputs=("a", "b"), is_fed=False):
    """A Process that runs Python ``code``, in which ``given_fd`` and ``out`` (by name) are defined; and what it sent."""
    received = dict.fromkeys(outputs, b"")

    def receive(name, data):
        received[name] += data

    def command(given_fd, ends):
        head = f"import os, sys, time; given_fd, out = {given_fd}, {dict(ends)}\n"
        return [sys.executable, "-c", head + code]

    return Process(command, given=given, outputs=outputs, receive=receive, is_fed=is_fed), received


async def ended(process, within_s=10.0):
    await arrives(lambda: process.poll() is not None, within_s=within_s)
    return process.poll()


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_each_output_arrives_under_its_name_and_what_is_given_is_read_from_its_pipe():
    code = "os.write(out['a'], b'one'); os.write(out['b'], open(f'/dev/fd/{given_fd}', 'rb').read()); sys.stdin.read(1)"
    process, received = child(code, given=b"ffconcat")
    await arrives(lambda: received == {"a": b"one", "b": b"ffconcat"})
    process.ask_to_quit()
    assert await ended(process) == 0


async def test_more_than_a_pipe_holds_arrives_whole():
    process, received = child("os.write(out['a'], b'x' * 3_000_000)", outputs=("a",))
    await arrives(lambda: len(received["a"]) == 3_000_000)
    assert await ended(process) == 0


async def test_it_is_asked_to_quit_with_q():
    process, _ = child("sys.exit(7 if sys.stdin.read(1) == 'q' else 1)")
    process.ask_to_quit()
    assert await ended(process) == 7


async def test_a_signal_reaches_the_whole_group_and_killing_cannot_be_ignored():
    code = (
        "import signal, subprocess\n"
        "p = subprocess.Popen(['sleep', '60']); signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "os.write(out['a'], str(p.pid).encode() + b'.'); time.sleep(60)"
    )
    process, received = child(code)
    await arrives(lambda: received["a"].endswith(b"."))
    grandchild = int(received["a"][:-1])
    process.send(signal.SIGTERM)
    await arrives(lambda: not alive(grandchild))
    assert process.poll() is None
    process.send(signal.SIGKILL)
    assert await ended(process) == -signal.SIGKILL


async def test_after_its_end_nothing_is_left_and_nothing_can_go_wrong():
    before = set(os.listdir("/proc/self/fd"))
    process, _ = child("pass")
    await ended(process)
    process.send(signal.SIGTERM)
    process.ask_to_quit()
    assert process.poll() == 0
    assert set(os.listdir("/proc/self/fd")) == before
    assert str(process.pid) not in os.listdir("/proc"), "it was reaped"


async def test_it_has_no_core_few_files_a_group_of_its_own_and_no_way_to_more_rights():
    code = (
        "import resource; print(resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_NOFILE), "
        "os.getpgid(0) == os.getsid(0) == os.getpid(), 'NoNewPrivs:\\t1' in open('/proc/self/status').read(), file=sys.stderr)"
    )
    process, _ = child(code)
    await ended(process)
    assert process.said == ("(0, 0) (256, 256) True True",)


async def test_it_inherits_only_what_it_was_given():
    code = (
        "kept = [fd for fd in map(int, os.listdir('/proc/self/fd')) if os.path.exists(f'/proc/self/fd/{fd}')]\n"
        "print(set(kept) == {0, 1, 2, given_fd, *out.values()}, file=sys.stderr)"
    )
    process, _ = child(code)
    await ended(process)
    assert process.said == ("True",)


async def test_it_knows_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("TRANSCODER_DATABASE_URL", "postgresql://u:canary@h/g")
    process, _ = child("print(sorted(os.environ), file=sys.stderr); sys.stdin.read(1)")
    await arrives(lambda: process.said)
    assert set(literal_eval(process.said[0])) <= {"PATH", "LC_CTYPE", "PWD", "OLDPWD", "_", "SHLVL"}
    process.ask_to_quit()
    await ended(process)


READ_ALL = "data = open(f'/dev/fd/{given_fd}', 'rb').read(); os.write(out['a'], data[:2] + b'%d' % len(data))"


async def test_what_it_is_fed_arrives_in_order_after_what_was_given():
    code = "for line in open(f'/dev/fd/{given_fd}'): os.write(out['a'], line.encode())"
    process, received = child(code, given=b"first\n", outputs=("a",), is_fed=True)
    told = [f"{n} {'x' * (n * 37 % 3000)}\n".encode() for n in range(1000)]
    for line in told:
        process.feed(line)
    assert process.unfed_bytes > 500_000, "more than the pipe holds: the rest waits"
    await arrives(lambda: received["a"].count(b"\n") == 1001)
    assert received["a"] == b"first\n" + b"".join(told)
    assert process.unfed_bytes == 0
    process.ask_to_quit()
    assert await ended(process) == 0


async def test_feeding_a_child_that_does_not_read_never_blocks_and_is_counted():
    process, _ = child("sys.stdin.read(1); sys.exit(3)", is_fed=True)
    began_at = time.monotonic()
    for _ in range(40):
        process.feed(bytes(100_000))
    assert time.monotonic() - began_at < 0.5
    assert 4_000_000 - PIPE_BYTES <= process.unfed_bytes < 4_000_000
    process.ask_to_quit()
    assert process.unfed_bytes == 0, "what it has not read it need not read any more"
    assert await ended(process) == 3


async def test_feeding_a_child_that_dies_meanwhile_goes_wrong_nowhere():
    before = set(os.listdir("/proc/self/fd"))
    process, _ = child("os.read(given_fd, 10); sys.exit(5)", is_fed=True)

    def feeds_until_it_is_gone():
        process.feed(bytes(100_000))
        return process.poll() is not None

    await arrives(feeds_until_it_is_gone)
    process.feed(b"more")
    assert (process.poll(), process.unfed_bytes) == (5, 0)
    assert set(os.listdir("/proc/self/fd")) == before


async def test_what_waits_for_a_child_that_closes_its_pipe_is_dropped():
    process, received = child("os.close(given_fd); os.write(out['a'], b'.'); sys.stdin.read(1)", is_fed=True)
    process.feed(bytes(1_000_000))
    await arrives(lambda: received["a"] == b"." and process.unfed_bytes == 0)
    process.feed(b"more")
    assert process.unfed_bytes == 0
    process.ask_to_quit()
    assert await ended(process) == 0


async def test_one_that_is_not_fed_reads_to_the_end_and_one_that_is_when_it_is_asked_to_quit():
    short, read_short = child(READ_ALL, given=b"ab", outputs=("a",))
    assert await ended(short) == 0
    fed, read_fed = child(READ_ALL, given=b"ab", outputs=("a",), is_fed=True)
    fed.feed(b"c" * 1000)
    fed.ask_to_quit()
    assert await ended(fed) == 0
    assert (read_short["a"], read_fed["a"]) == (b"ab2", b"ab1002")


async def test_what_it_says_is_bounded_and_loses_the_credentials():
    code = (
        "print('Impossible to open rtsp://viewer:canary@10.0.0.1:554/a and rtsps://v:canary%40x@h/', file=sys.stderr)\n"
        "print('y' * 20_000 + ' rtsp://viewer:canary@h/', file=sys.stderr)\n"
        "print('z' * 280 + ' rtsp://viewer:canary@h/', file=sys.stderr)\n"
    )
    process, _ = child(code)
    await arrives(lambda: len(process.said) >= 2)
    await ended(process)
    assert process.said[0] == "Impossible to open rtsp://***@10.0.0.1:554/a and rtsps://***@h/"
    assert not any("canary" in line or len(line) > KEPT_LINE_CHARS for line in process.said)


async def test_only_the_last_lines_are_kept():
    process, _ = child("for n in range(1000): print(n, file=sys.stderr)")
    await arrives(lambda: process.said[-1:] == ("999",))
    await ended(process)
    assert process.said == tuple(str(n) for n in range(1000 - KEPT_LINES, 1000))


async def test_a_program_that_is_not_there_ends_at_once_and_says_so():
    process = Process(lambda *_: ["/nowhere/ffmpeg"], given=b"", outputs=("a",), receive=lambda *_: None)
    assert await ended(process) != 0
    assert process.said[0].endswith("/nowhere/ffmpeg: not found")


def test_it_dies_with_its_parent():
    parent = (
        "import asyncio, sys\nfrom transcoder.process import Process\n"
        "async def main():\n"
        "    p = Process(lambda *_: ['sleep', '60'], given=b'', outputs=(), receive=print)\n"
        "    print(p.pid, flush=True)\n    await asyncio.sleep(60)\nasyncio.run(main())"
    )
    started = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with started:
        pid = int(started.stdout.readline())
        until(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n")
        started.kill()
    until(lambda: not alive(pid), within_s=2)


async def test_many_at_once_do_not_mix():
    pairs = [child(f"os.write(out['a'], b'{n}')", outputs=("a",)) for n in range(8)]
    await asyncio.gather(*(ended(process) for process, _ in pairs))
    assert [received["a"] for _, received in pairs] == [str(n).encode() for n in range(8)]


async def test_a_start_that_fails_keeps_nothing():
    before = set(os.listdir("/proc/self/fd"))

    def command(given_fd, ends):
        raise BlockingIOError(f"{given_fd} {ends}")

    with pytest.raises(BlockingIOError):
        Process(command, given=b"x", outputs=("a", "b"), receive=lambda *_: None)
    assert set(os.listdir("/proc/self/fd")) == before


async def test_the_last_that_it_says_is_heard_even_if_its_end_is_seen_first():
    process, received = child("os.write(out['a'], b'x' * 100_000); sys.exit('401 Unauthorized')", outputs=("a",))
    while process.poll() is None:
        pass  # the event loop does not run meanwhile
    assert process.said == ("401 Unauthorized",)
    assert received["a"] == b"x" * 100_000
