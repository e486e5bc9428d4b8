"""The demo while it runs: simulated cameras, a seeded database, the stack, and what scripts are told of it."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo import seed
from demo.accounts import Secrets, secrets_in, write_private
from demo.caller import Caller
from demo.pictures import clips, sub
from demo.province import AGENCIES, CALL, CAMERAS, CLIENTS, OFFICERS, UNITS
from demo.scenarios import programme
from deploy.__main__ import WANTED_MANAGEMENT_PORT, WANTED_ORIGIN_PORT, choose_port
from deploy.stack import READY_WITHIN_S, Place, Stack, place, prepare

WANTED_CAMERA_PORT = 8554


@dataclass(frozen=True)
class Running:
    """Where the demo is, who may enter, and the ids the database gave its units."""

    at: Place
    secrets: Secrets
    unit_ids: dict[str, str]  # by key

    @property
    def unit_id(self) -> str:
        """The unit the sample call sends."""
        return self.unit_ids[CALL.unit]

    def accounts(self) -> dict[str, dict[str, str]]:
        """Every account by key: username, password and, for those who ride in one, the unit."""
        return {
            o.key: {"username": o.username, "password": self.secrets.passwords[o.key]}
            | ({"unit_id": self.unit_ids[o.unit]} if o.unit else {})
            for o in OFFICERS
        }

    def room(self) -> Caller:
        """The 112 room's machine, signed in."""
        return self.client("police_112")

    def client(self, key: str) -> Caller:
        """One of the machines, signed in."""
        caller = Caller(self.at.base_url)
        caller.sign_in_as_client(key, self.secrets.client_secrets[key])
        return caller

    def officer(self, key: str) -> Caller:
        """One of the people, signed in."""
        account = self.accounts()[key]
        caller = Caller(self.at.base_url)
        caller.sign_in(account["username"], account["password"])
        return caller

    def as_json(self) -> str:
        """The content of ``demo.json``."""
        client_secrets = self.secrets.client_secrets
        agencies = {agency.key: agency.name for agency in AGENCIES}
        return json.dumps(
            {
                "base_url": self.at.base_url,
                "management_url": self.at.management_url,
                "accounts": self.accounts(),
                "clients": {c.key: {"client_id": c.key, "client_secret": client_secrets[c.key]} for c in CLIENTS},
                "cameras": [{"id": c.id, "name": c.name, "lat": c.lat, "lon": c.lon, "live": c.live} for c in CAMERAS],
                "units": [
                    {"key": u.key, "id": self.unit_ids[u.key], "call_sign": u.call_sign, "agency": agencies[u.agency]}
                    for u in UNITS
                ],
            },
            ensure_ascii=False,
            indent=1,
        )


@contextmanager
def running(var: Path, *, port: int, clip_folder: Path) -> Iterator[tuple[Stack, Running]]:
    """Start the cameras and the product, and stop them in the end; ``var/demo.json`` exists meanwhile.

    Args:
        var: the folder everything but the clips is kept in.
        clip_folder: the pictures; may be shared by several demos.
        port: the page's; the next free one is taken when it is busy. With 0 every port is any free one.

    Raises:
        ChildFailed: a process did not start.
        ClipsNotMade: the cameras' pictures could not be made.
    """
    camera_port = choose_port(WANTED_CAMERA_PORT if port else 0, what="the camera simulator")
    page_port = choose_port(port, taken=(camera_port,), what="the page")
    origin_port = choose_port(WANTED_ORIGIN_PORT if port else 0, taken=(camera_port, page_port), what="the origin")
    taken = (camera_port, page_port, origin_port)
    management = f"127.0.0.1:{choose_port(WANTED_MANAGEMENT_PORT if port else 0, taken=taken, what='management')}"
    with place(var, port=page_port, origin_port=origin_port, management=management) as at:
        secrets = secrets_in(
            at.var / "secrets.json", officers=[o.key for o in OFFICERS], clients=[c.key for c in CLIENTS]
        )
        films = make_clips(clip_folder)
        say("preparing keys, database and province")
        prepare(at)
        unit_ids = seed.province_in(at.data, secrets, rtsp_port=camera_port, films=films)
        say("starting")
        with Stack(at) as stack:
            start_cameras(stack, films, secrets, port=camera_port)
            demo = Running(at, secrets, unit_ids)
            programme.close_leftovers(demo)
            told = at.var / "demo.json"
            write_private(told, demo.as_json())
            try:
                yield stack, demo
            finally:
                told.unlink(missing_ok=True)


def make_clips(folder: Path) -> dict[str, Path]:
    """What the live cameras send, by path; their pictures from ``GOLDENTIME_CLIPS`` when that names a folder."""
    wanted = [clips.Clip(camera.id, camera.name, number) for number, camera in enumerate(CAMERAS) if camera.live]
    recordings = os.environ.get("GOLDENTIME_CLIPS")

    def progress(ready: int, of: int, clip: clips.Clip) -> None:
        say(f"camera picture {ready} of {of}: {clip.name}")

    def small(ready: int, of: int, _id: str) -> None:
        if ready == of:
            say(f"{of} small streams beside them")

    mains = clips.make(wanted, folder, progress=progress, source_clips=Path(recordings) if recordings else None)
    films = {"main": mains, "sub": sub.make(mains, folder, progress=small)}
    return {path: films[name][id_] for id_ in mains for name, path in seed.rtsp_paths(id_).items()}


def start_cameras(stack: Stack, films: dict[str, Path], secrets: Secrets, *, port: int) -> None:
    """Start the simulator and wait until it listens."""
    config = stack.at.var / "cameras.json"
    cameras = [
        {
            "path": path,
            "clip": str(film.resolve()),
            "fps": clips.FPS,
            "username": secrets.camera_username,
            "password": secrets.camera_password,
        }
        for path, film in films.items()
    ]
    write_private(config, json.dumps({"listen": "127.0.0.1", "port": port, "cameras": cameras}))
    child = stack.spawn("cameras", [sys.executable, "-m", "demo.cameras", "--config", str(config)])
    child.wait_until(lambda: listens(port), within_s=READY_WITHIN_S)


def listens(port: int) -> bool:
    """Whether something accepts connections on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def say(text: str) -> None:
    """Progress goes to standard error, so that ``--check`` prints one JSON object and nothing else."""
    print(f"· {text}", file=sys.stderr, flush=True)
