"""A transcoder with a database of its own and simulated cameras, and nothing in front of it: what the streaming tier costs alone."""

import contextlib
import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo.pictures import clips
from demo.province import CAMERAS
from demo.running import say
from server import db
from server.access.keys import Keys
from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from server.models import Camera, Stream
from tests import town
from tests.bench.cpu import cpu_s
from tests.transcoder import faulty
from tests.transcoder.running import PASSWORD, Transcoder
from transcoder.ladder import DEFAULT

RUNGS = tuple(rung.name for rung in DEFAULT.rungs)
CLIPS = Path("var/clips")
FPS = 15


@dataclass(frozen=True)
class Setting:
    """A camera: its film, what it is registered as beside its path, and whether it is pulled all the time."""

    clip: Path
    numbers: Mapping[str, Any] = field(default_factory=dict)


def films() -> list[Path]:
    """The demo's pictures, 720p15 with a key frame every 2 s."""
    CLIPS.mkdir(parents=True, exist_ok=True)
    wanted = [clips.Clip(camera.id, camera.name, number) for number, camera in enumerate(CAMERAS) if camera.live]
    made = clips.make(wanted, CLIPS, progress=lambda ready, of, _: say(f"camera picture {ready} of {of}"))
    return list(made.values())


def several(count: int) -> dict[str, Setting]:
    """So many cameras; their films repeat."""
    return {f"cam-{number:02}": Setting(clip) for number, clip in zip(range(count), itertools.cycle(films()))}


@contextlib.contextmanager
def simulated(folder: Path, settings: Mapping[str, Setting], **account: str) -> Iterator[int]:
    """The cameras are there: their port. ``account`` is another one than the usual."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {id_: {"clip": str(one.clip.resolve()), "fps": FPS} | account for id_, one in settings.items()}
    with faulty.cameras(folder, told) as (port, _):
        yield port


@contextlib.contextmanager
def transcoding(folder: Path, *, module: tuple[str, ...] = ("transcoder",)) -> Iterator[Transcoder]:
    """A transcoder with nothing to do yet; ``folder`` must be there and is its own."""
    data = folder.resolve() / "data"
    data.mkdir()
    Keys.create(data)
    Vault.create(data)
    url = f"sqlite:///{data / 'goldentime.db'}"
    db.migrate(url)
    engine = db.engine(url)
    with db.transaction(engine)() as session:
        town.settle(session, data)
    made = Transcoder(db.transaction(engine), data, url, folder / "log", module=module)
    try:
        yield made
    finally:
        made.stop()
        engine.dispose()


def folder(desk: Path, name: str) -> Path:
    """A new one."""
    made = desk / name
    made.mkdir()
    return made


def register(transcoder: Transcoder, settings: Mapping[str, Setting], port: int) -> None:
    """The cameras are in the database; none is wanted yet."""
    vault = Vault(transcoder.data_dir)
    with transcoder.transaction() as session:
        for id_, one in settings.items():
            profile = Profile(name="main", path=f"/{id_}", **one.numbers).stored()
            row = town.camera(id_, 0, 40, vault=None, rtsp_host="127.0.0.1", rtsp_port=port, profiles=[profile])
            row.rtsp_password_sealed = vault.seal(PASSWORD)
            session.add(row)


def keep_warm(transcoder: Transcoder, ids: list[str], *, warm: bool) -> None:
    with transcoder.transaction() as session:
        for id_ in ids:
            session.get(Camera, id_).warm = warm


def want(transcoder: Transcoder, id_: str, *, priority: int, seconds: float) -> None:
    """Somebody wants it, for an incident of that priority."""
    with transcoder.transaction() as session:
        wanted_until = datetime.now(UTC) + timedelta(seconds=seconds)
        session.merge(Stream(camera_id=id_, wanted_until=wanted_until, priority=priority))


def ask(transcoder: Transcoder, id_: str, rungs: tuple[str, ...] = RUNGS) -> None:
    """Each of these rungs is watched, as if by somebody, for the next minute."""
    for rung in rungs:
        status, body = transcoder.get(f"/live/{id_}/{rung}/index.m3u8")
        if status != 200:
            raise RuntimeError(f"{id_} {rung}: {status} {body[:200]}")


@dataclass(frozen=True)
class Spent:
    """CPU of a transcoder and its ffmpegs, in cores: CPU seconds over the seconds of the wall."""

    python: float
    ffmpegs: float
    others: Mapping[str, float]

    @property
    def all(self) -> float:
        return self.python + self.ffmpegs


class Meter:
    """What a transcoder and others use while the context is open. No ffmpeg may start or end meanwhile: what has ended cannot be read."""

    def __init__(self, transcoder: Transcoder, others: Mapping[str, list[int]] | None = None) -> None:
        self._transcoder, self._others = transcoder, others or {}

    def __enter__(self):
        self._before, self._children, self._at = self._read(), self._transcoder.children(), time.monotonic()
        return self

    def __exit__(self, kind, *_):
        seconds = time.monotonic() - self._at
        after = self._read()
        spent = {name: (after[name] - self._before[name]) / seconds for name in after}
        if kind is None and self._transcoder.children() != self._children:
            raise RuntimeError("an ffmpeg was started or ended while its CPU was measured")
        self.spent = Spent(spent.pop("python"), spent.pop("ffmpegs"), spent)

    def _read(self) -> dict[str, float]:
        ffmpegs = sum(map(cpu_s, self._transcoder.children()))
        python = cpu_s(self._transcoder.process.pid) - ffmpegs
        others = {name: sum(map(cpu_s, pids)) for name, pids in self._others.items()}
        return {"python": python, "ffmpegs": ffmpegs, **others}


def pss_mb(pid: int) -> float:
    """Memory of one process, what it shares with others divided among them: ``Pss`` of proc_pid_smaps(5)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1000


def rss_mb(pid: int) -> float:
    """The same, what is shared counted whole."""
    text = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS:")) / 1000
