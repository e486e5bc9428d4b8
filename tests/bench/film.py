"""Two scenes for measuring encoders, as a 720p15 camera sends them: drawn, grained as a sensor grains, and compressed once.

``static``: a street at night with one car and a few people, and noise that is new in every frame. ``busy``: the same kind of
street by day with four streets' traffic on it, seen from a pole that sways. A file's name holds a hash of all that made it.
"""

import hashlib
import inspect
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from demo.pictures import canvas, perspective, street, traffic
from demo.pictures.clips import FPS, HEIGHT, RAW, WIDTH

SIZE = f"{WIDTH}:{HEIGHT}"
CAMERA = (
    *("-c:v", "libx264", "-preset", "superfast", "-profile:v", "main", "-pix_fmt", "yuv420p", "-threads", "1"),
    *("-g", str(2 * FPS), "-bf", "0", "-b:v", "2500k", "-maxrate", "2500k", "-bufsize", "2500k"),
    *("-an", "-f", "h264"),
)


@dataclass(frozen=True)
class Film:
    """What is drawn and what the sensor and the wind add. Seed modulo four is the hour, see ``street.LIGHTS``."""

    name: str
    seed: int
    crowds: tuple[int, ...]  # seeds of the traffic; none is one car and two people
    filters: str


STATIC = Film("static", 3, (), f"scale={SIZE}:flags=bicubic,noise=c0s=7:c0f=t")
BUSY = Film(
    "busy",
    4,
    (4, 5, 6, 7),
    f"scale=iw*4/3+96:-2:flags=bicubic,crop={SIZE}:48+40*sin(n/9):24+20*sin(n/7),noise=c0s=4:c0f=t",
)


def drawn(film: Film, seconds: float) -> Iterator[bytearray]:
    """I420 frames of the canvas."""
    scene = street.layout(film.seed)
    moving = [one for seed in film.crowds for one in traffic.movers(replace(scene, seed=seed))]
    if not moving:
        all_ = traffic.movers(scene)
        cars, people = ([m for m in all_ if isinstance(m, kind)] for kind in (traffic.Car, traffic.Walker))
        moving = [*cars[:1], *people[:2]]
    background = street.background(scene)
    for number in range(round(seconds * FPS)):
        yield traffic.paint(background, scene, moving, number / FPS).data


def made(film: Film, folder: Path, ffmpeg: str, *, seconds: float) -> Path:
    """The film's file, drawn now if it is not there yet; about ten frames a second are drawn."""
    sources = [inspect.getsource(part) for part in (canvas, perspective, street, traffic)]
    told = hashlib.sha256(repr([film, seconds, CAMERA, RAW, inspect.getsource(drawn), *sources]).encode()).hexdigest()
    final = folder / f"{film.name}-{told[:16]}.h264"
    if not final.exists():
        folder.mkdir(parents=True, exist_ok=True)
        begun = final.with_suffix(".part")
        argv = [ffmpeg, "-nostdin", "-v", "error", "-y", *RAW, "-vf", film.filters, *CAMERA, str(begun)]
        with subprocess.Popen(argv, stdin=subprocess.PIPE) as process:
            assert process.stdin
            process.stdin.writelines(drawn(film, seconds))
            process.stdin.close()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, argv)
        begun.rename(final)
    return final
