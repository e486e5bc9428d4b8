"""``./run down``: stop the stack whose process id is in ``var/stack.pid``."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

PID_FILE = Path("var/stack.pid")
GRACE_S = 20.0


def main() -> int:
    """Exit 0 when nothing runs any more."""
    try:
        pid = int(PID_FILE.read_text())
        os.kill(pid, signal.SIGTERM)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        PID_FILE.unlink(missing_ok=True)
        print("nothing is running")
        return 0
    deadline = time.monotonic() + GRACE_S
    while PID_FILE.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    if PID_FILE.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # its children die with it
        PID_FILE.unlink(missing_ok=True)
    print("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
