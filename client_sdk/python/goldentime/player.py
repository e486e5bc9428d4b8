"""A player of this machine, mpv or ffplay, with the address of a stream that nobody else may see.

The address opens the stream for whoever has it, and command lines are seen by everybody on a machine: mpv gets it over
a socket of its own, ffplay as a playlist on its standard input. Neither may hand it on, remember it or show it.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urljoin

from goldentime.errors import PlayerFailed

ENDS_WITHIN_S = 1.0
MPV = [
    "--no-ytdl",  # which would be given the address on its command line
    "--load-scripts=no",
    "--save-position-on-quit=no",
    "--resume-playback=no",
    "--no-audio",
    "--idle=once",
    "--profile=low-latency",
    "--network-timeout=10",
    "--tls-verify=yes",
    "--really-quiet",
]
FFPLAY = [
    *("-loglevel", "fatal"),  # its errors name addresses
    "-an",
    *("-fflags", "nobuffer"),
    *("-protocol_whitelist", "pipe,http,https,tcp,tls,crypto,httpproxy"),
    *("-f", "hls", "-i", "pipe:0"),
]


class Player:
    """A running player. ``end`` blanks it."""

    def __init__(self, process: subprocess.Popen[bytes], line: socket.socket | None = None) -> None:
        self._process, self._line = process, line

    def wait(self) -> None:
        """Wait until it ends. Raises PlayerFailed when it could not show the picture."""
        if self._process.wait() > 0:
            raise PlayerFailed(f"the player ended with {self._process.returncode}")

    def end(self) -> None:
        """End it now. Repeating it changes nothing."""
        self._process.kill()  # a picture that may no longer be seen is not asked to go
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDS_WITHIN_S)
        if self._line:
            self._line.close()


def find(name: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Where mpv is, else ffplay, or the one of that name. Raises PlayerFailed where there is none."""
    for kind in [name] if name else ["mpv", "ffplay"]:
        if found := shutil.which(kind, path=environ.get("PATH")):
            return Path(found)
    raise PlayerFailed(f"there is no {name or 'mpv and no ffplay'}; install it: apt-get install mpv")


def start(program: Path, url: str, *, title: str, ca: Path | None, playlist: Callable[[], str]) -> Player:
    """Start a program that was found.

    ``playlist`` reads the multivariant playlist at ``url``, which only ffplay needs.
    """
    if program.name == "mpv":
        return _mpv(program, url, title=title, ca=ca)
    return _ffplay(program, absolute(playlist(), url), title=title, ca=ca)


def absolute(playlist: str, base: str) -> str:
    """The playlist with every address in it whole, so that it can be read from anywhere."""

    def line(text: str) -> str:
        if text and not text.startswith("#"):
            return urljoin(base, text)
        return re.sub(r'URI="([^"]*)"', lambda found: f'URI="{urljoin(base, found[1])}"', text)

    return "".join(f"{line(text)}\n" for text in playlist.splitlines())


def _mpv(program: Path, url: str, *, title: str, ca: Path | None) -> Player:
    ours, its = socket.socketpair()
    with its:
        argv = [str(program), *MPV, f"--input-ipc-client=fd://{its.fileno()}", f"--force-media-title={title}"]
        argv += [f"--tls-ca-file={ca}"] if ca else []
        if not os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
            argv.append("--vo=tct")  # draws with letters
        process = subprocess.Popen(argv, pass_fds=[its.fileno()])
    ours.sendall(json.dumps({"command": ["loadfile", url]}).encode() + b"\n")
    return Player(process, ours)


def _ffplay(program: Path, playlist: str, *, title: str, ca: Path | None) -> Player:
    argv = [str(program), "-window_title", title, *_tls(ca), *FFPLAY]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE)
    assert process.stdin
    with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(playlist.encode())
    return Player(process)


def _tls(ca: Path | None) -> list[str]:
    return ["-tls_verify", "1", *(["-ca_file", str(ca)] if ca else [])]
