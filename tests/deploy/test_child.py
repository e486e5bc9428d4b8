import os
import signal
import sys
import time

import pytest

from deploy.child import Child, ChildFailed

pytestmark = pytest.mark.process

READY = "import pathlib,signal,sys; {how}; pathlib.Path(sys.argv[1]).touch(); signal.pause()"


def start(tmp_path, how, name="child"):
    flag = tmp_path / "ready"
    child = Child(
        name,
        [sys.executable, "-c", READY.format(how=how), str(flag)],
        env=dict(os.environ),
        log=tmp_path / "child.log",
        cwd=tmp_path,
    )
    child.wait_until(flag.exists, within_s=10)
    return child


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_that_listens_stops_by_term(tmp_path):
    child = start(tmp_path, "pass")
    child.stop()
    assert child.exit_code() == -signal.SIGTERM
    assert not alive(child.pid)


def test_a_child_that_ignores_term_is_killed(tmp_path):
    child = start(tmp_path, "signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    child.stop(grace_s=0.2)
    assert child.exit_code() == -signal.SIGKILL


def test_stopping_twice_does_nothing(tmp_path):
    child = start(tmp_path, "pass")
    child.stop()
    child.stop()


def test_the_grandchildren_die_too(tmp_path):
    how = (
        "import subprocess; p = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
        "pathlib.Path('grandchild').write_text(str(p.pid))"
    )
    child = start(tmp_path, how)
    grandchild = int((tmp_path / "grandchild").read_text())
    child.stop()
    deadline = time.monotonic() + 5
    while alive(grandchild) and time.monotonic() < deadline and state(grandchild) != "Z":
        pass
    assert not alive(grandchild) or state(grandchild) == "Z"


def state(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


def test_a_child_that_ends_early_says_its_last_words(tmp_path):
    child = Child(
        "broken", [sys.executable, "-c", "print('no database'); exit(3)"], env={}, log=tmp_path / "log", cwd=tmp_path
    )
    with pytest.raises(ChildFailed, match=r"broken ended with code 3: no database"):
        child.wait_until(lambda: False, within_s=10)


def test_a_child_that_is_never_ready_is_told_so(tmp_path):
    child = start(tmp_path, "pass", "slow")
    with pytest.raises(ChildFailed, match="slow was not ready after 0 s"):
        child.wait_until(lambda: False, within_s=0.1)
    child.stop()


def test_a_child_dies_with_its_parent(tmp_path):
    code = (
        "import os, pathlib, sys\n"
        "from deploy.child import Child\n"
        f"p = pathlib.Path({str(tmp_path)!r})\n"
        "c = Child('c', [sys.executable, '-c', 'import signal; signal.pause()'], env=dict(os.environ), log=p/'log', cwd=p)\n"
        "(p/'pid').write_text(str(c.pid))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    parent = Child(
        "parent", [sys.executable, "-c", code], env=dict(os.environ), log=tmp_path / "parent.log", cwd=os.getcwd()
    )
    deadline = time.monotonic() + 10
    while parent.exit_code() is None:
        assert time.monotonic() < deadline
    pid = int((tmp_path / "pid").read_text())
    while alive(pid) and state(pid) != "Z":
        assert time.monotonic() < deadline
