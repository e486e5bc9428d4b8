import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from server.models import AuditHead
from server.writers import Writers
from tests.nginx.conftest import until

FIRST = """
import sys
from pathlib import Path
from server.writers import Writers
def asks():
    print("first", flush=True)
    return bool(sys.stdin.readline())
Writers(Path(sys.argv[1]), within_s=60).take(asks)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "writers"


def of_a_process(path, within_s=30.0):
    """As each process makes its own."""
    return Writers(path, within_s=within_s)


def waits(path):
    """Whether a process stands behind the first."""
    inode = f":{path.stat().st_ino} "
    return any("->" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


def started(call, *arguments):
    thread = threading.Thread(target=call, args=arguments)
    thread.start()
    return thread


def test_only_the_first_asks_and_then_the_next(path):
    free, asked = threading.Event(), []

    def asks(who):
        asked.append(who)
        return free.is_set()

    first = started(of_a_process(path).take, lambda: asks("first"))
    until(lambda: len(asked) > 2)
    second = started(of_a_process(path).take, lambda: asks("second"))
    until(lambda: waits(path))
    seen = len(asked)
    until(lambda: len(asked) > seen + 2)
    assert set(asked) == {"first"}
    free.set()
    first.join()
    second.join()
    assert asked[-1] == "second"


@pytest.mark.process
def test_a_process_that_is_killed_leaves_its_place_to_the_next(path):
    argv = [sys.executable, "-c", FIRST, str(path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "first\n"
        asked = threading.Event()
        second = started(of_a_process(path).take, lambda: asked.set() or True)
        until(lambda: waits(path))
        assert not asked.is_set()
        first.kill()
        second.join(30)
        assert asked.is_set()


def test_nobody_waits_for_ever_and_the_next_may(path):
    writers, refused = of_a_process(path, within_s=0.05), []

    def comes_second():
        with pytest.raises(TimeoutError):
            writers.take(lambda: True)
        refused.append(True)

    def asks():
        started(comes_second).join()
        return True

    assert writers.take(lambda: False) is False
    assert writers.take(asks)
    assert refused == [True]
    assert writers.take(lambda: True)


def test_what_writes_to_sqlite_waits_for_who_writes_and_what_reads_does_not(transaction, read):
    def write():
        with transaction() as session:
            session.scalars(select(AuditHead)).one().seq += 1

    with transaction() as session:
        session.scalars(select(AuditHead)).one().seq += 1
        session.flush()
        writing = started(write)
        with read() as reader:
            assert reader.get(AuditHead, 1).seq == 0
    writing.join()
    with read() as session:
        assert session.get(AuditHead, 1).seq == 2
