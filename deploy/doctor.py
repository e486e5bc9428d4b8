"""``./run doctor``: what is installed, what is missing, and the exact line that mends it. Standard library only."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

NEEDED_MB = 1500
SEARCHED = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"  # where Debian keeps nginx, out of an ordinary user's PATH
APT = "apt-get install -y --no-install-recommends"


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``mend`` is empty when all is well."""

    what: str
    found: str  # empty when missing
    mend: str
    needed_by: str


def version(*argv: str) -> str:
    """The first line a command prints of its own version, or empty when there is no such command or it fails."""
    found = shutil.which(argv[0], path=SEARCHED)
    if found is None:
        return ""
    done = subprocess.run([found, *argv[1:]], capture_output=True, text=True, check=False, timeout=20)
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines and done.returncode == 0 else ""


def in_venv(module: str) -> str:
    """The version of an installed Python package, or empty."""
    code = f"import importlib.metadata as m; print(m.version({module!r}))"
    python = Path(".venv/bin/python")
    if not python.exists():
        return ""
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.strip()


def findings() -> list[Finding]:
    """Everything the verbs need, in the order it is installed."""
    python = sys.version.split()[0] if sys.version_info >= (3, 11) else ""
    free_mb = shutil.disk_usage(".").free // 2**20
    postgres = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    hangul = version("fc-match", "Nanum Gothic:lang=ko", "family")
    gst = "/usr/bin/python3", "-c", "import gi; gi.require_version('GstRtspServer', '1.0'); print('present')"
    npm = version("npm", "--version") or version(".venv/bin/npm", "--version")
    browser = version("chromium-headless-shell", "--version") or version("chromium", "--version")
    hls = Path("node_modules/hls.js/package.json").exists()
    return [
        Finding("Python 3.11 or newer", python, f"{APT} python3", "everything"),
        Finding("nginx", version("nginx", "-v"), f"{APT} nginx", "serve, demo, test"),
        Finding("Python packages (.venv)", in_venv("flask"), "./run serve installs them", "everything"),
        Finding("npm", npm, "./run serve installs it into .venv", "everything"),
        Finding("hls.js (node_modules)", "present" if hls else "", "./run serve installs it", "serve, demo, test"),
        Finding("a Hangul font", hangul if "Nanum" in hangul else "", f"{APT} fonts-nanum", "demo, test"),
        Finding("Chromium", browser, f"{APT} chromium-headless-shell", "demo --check, test, bench"),
        Finding("mpv", version("mpv", "--version"), f"{APT} mpv", "test"),
        Finding("PostgreSQL", str(postgres[-1].parent) if postgres else "", f"{APT} postgresql", "test"),
        Finding("GStreamer RTSP server", version(*gst), f"{APT} gir1.2-gst-rtsp-server-1.0 python3-gi", "test"),
        Finding("test packages (.venv)", in_venv("pytest"), "./run check installs them", "check, test, bench"),
        Finding(
            f"{NEEDED_MB} MB of free disk", f"{free_mb} MB" if free_mb >= NEEDED_MB else "", "make room", "installing"
        ),
    ]


def main() -> int:
    """Exit 0 when nothing is missing, else 1."""
    report = findings()
    for finding in report:
        if finding.found:
            print(f"✓ {finding.what}: {finding.found}")
        else:
            print(f"✗ {finding.what} is missing (needed by {finding.needed_by}). Mend: {finding.mend}")
    return 0 if all(finding.found for finding in report) else 1


if __name__ == "__main__":
    sys.exit(main())
