"""A street as a camera sees it when nothing moves: drawn once per camera, another one for every seed.

Pure and deterministic: the same seed gives the same street.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, Colour
from demo.pictures.perspective import Point, View

END_M = 150.0  # where the street meets the hills
LIT_WINDOWS, LIT_SHOPS = 0.3, 0.7  # share of them at night
CLEAR_M = (2.0, 14.0)  # beside and in front of the pole nothing grows into the lens

ASPHALT, PAVING, KERB, PAINT = (92, 94, 98), (150, 144, 136), (176, 172, 166), (222, 222, 214)
FACADES = ((186, 170, 148), (160, 150, 144), (198, 190, 178), (142, 118, 104), (170, 178, 184), (206, 196, 160))
SIGNS = ((196, 52, 44), (36, 94, 168), (232, 176, 40), (40, 132, 84), (236, 236, 230), (120, 60, 130))
LEAVES = ((62, 96, 48), (74, 108, 52), (54, 84, 46), (88, 118, 60))


@dataclass(frozen=True)
class Light:
    """What the hour does to colours: a factor for red, green and blue, and the sky from top to horizon."""

    name: str
    factor: tuple[float, float, float]
    sky: tuple[Colour, Colour]
    lamps: bool

    def on(self, colour: Colour) -> Colour:
        red, green, blue = (min(255, int(c * f)) for c, f in zip(colour, self.factor, strict=True))
        return red, green, blue


LIGHTS = (
    Light("day", (1.0, 1.0, 0.98), ((112, 156, 206), (206, 220, 232)), lamps=False),
    Light("overcast", (0.80, 0.83, 0.88), ((158, 166, 176), (196, 200, 204)), lamps=False),
    Light("evening", (0.66, 0.56, 0.54), ((84, 84, 122), (226, 150, 104)), lamps=True),
    Light("night", (0.36, 0.37, 0.46), ((12, 14, 26), (34, 34, 48)), lamps=True),
)


@dataclass(frozen=True)
class Street:
    """The layout that a seed chose."""

    view: View
    light: Light
    half_road_m: float  # from the middle line to the kerb
    pavement_m: float
    crossing_m: float  # distance of the zebra crossing
    seed: int


def layout(seed: int) -> Street:
    """Street of a seed: which hour, how wide, seen from where."""
    dice = random.Random(f"layout-{seed}")
    half_road = dice.choice((3.4, 4.2, 6.6))
    pavement = dice.uniform(2.6, 4.0)
    side = dice.choice((-1, 1))
    view = View(
        x_m=side * (half_road + pavement * 0.5),
        height_m=dice.uniform(5.2, 7.0),
        yaw_deg=-side * dice.uniform(6, 26),
        pitch_deg=dice.uniform(13, 19),
    )
    return Street(view, LIGHTS[seed % len(LIGHTS)], half_road, pavement, dice.uniform(13, 24), seed)


class Painter:
    """Puts surfaces of the street on a canvas, in the light of its hour."""

    def __init__(self, canvas: Canvas, street: Street) -> None:
        self._canvas = canvas
        self._view = street.view
        self._light = street.light
        self.at_night = street.light.lamps

    def surface(self, corners: Sequence[Point], colour: Colour, *, glows: bool = False) -> None:
        """Fill a flat convex shape. What glows keeps its colour at night."""
        self._canvas.polygon(self._view.project(corners), colour if glows else self._light.on(colour))

    def ground(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Fill a rectangle of the ground."""
        self.surface(((x0, y0, 0), (x1, y0, 0), (x1, y1, 0), (x0, y1, 0)), colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, *, glows: bool = False) -> None:
        """Fill a circle on the ground."""
        turns = [index * math.tau / 16 for index in range(16)]
        corners = [(x + radius * math.cos(turn), y + radius * math.sin(turn), 0.0) for turn in turns]
        self.surface(corners, colour, glows=glows)

    def ball(self, centre: Point, radius: float, colour: Colour) -> None:
        """Fill a ball, as a polygon that faces along the street."""
        turns = [index * math.tau / 12 for index in range(12)]
        x, y, z = centre
        self.surface([(x + radius * math.cos(t), y, z + radius * math.sin(t)) for t in turns], colour)


def background(street: Street) -> Canvas:
    """The empty street."""
    canvas = Canvas()
    painter = Painter(canvas, street)
    dice = random.Random(f"street-{street.seed}")
    _sky(canvas, street)
    _land(painter, street, dice)
    _road(painter, street, dice)
    sides = [(side, y) for side in (-1, 1) for y in _building_starts(dice)]
    for side, span in sorted(sides, key=lambda s: -s[1][0]):
        _building(painter, street, side, span, dice)
    for y in range(int(END_M) - 20, 6, -dice.choice((9, 12, 15))):
        _tree(painter, street, dice.choice((-1, 1)), y + dice.uniform(-2, 2), dice)
    return canvas


def _sky(canvas: Canvas, street: Street) -> None:
    above, below = street.light.sky
    horizon = HEIGHT / 2 - street.view.focal_px * math.tan(math.radians(street.view.pitch_deg))
    bands = 24
    canvas.polygon([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], below)
    for band in range(bands):
        share = band / (bands - 1)
        colour = tuple(round(a + (b - a) * share) for a, b in zip(above, below, strict=True))
        top, bottom = horizon * band / bands, horizon * (band + 1) / bands + 1
        canvas.polygon([(0, top), (WIDTH, top), (WIDTH, bottom), (0, bottom)], (colour[0], colour[1], colour[2]))


def _land(painter: Painter, street: Street, dice: random.Random) -> None:
    for x in range(-160, 161, 40):
        peak = dice.uniform(12, 26)
        painter.surface(((x - 45, END_M + 60, 0), (x, END_M + 60, peak), (x + 45, END_M + 60, 0)), (96, 110, 104))
    painter.ground(-200, -20, 200, END_M + 60, (118, 112, 98))
    outer = street.half_road_m + street.pavement_m
    painter.ground(-outer, -20, outer, END_M, PAVING)
    for y in range(-4, 60, 2):
        painter.ground(-outer, y, outer, y + 0.06, (134, 128, 120))


def _road(painter: Painter, street: Street, dice: random.Random) -> None:
    half = street.half_road_m
    painter.ground(-half - 0.18, -20, half + 0.18, END_M, KERB)
    painter.ground(-half, -20, half, END_M, ASPHALT)
    for lane in (-0.5, 0.5):  # worn by wheels
        for wheel in (-0.75, 0.75):
            centre = lane * half + wheel
            painter.ground(centre - 0.3, -20, centre + 0.3, END_M, (86, 88, 92))
    for _ in range(9):  # mended
        x, y = dice.uniform(-half + 0.5, half - 1.8), dice.uniform(4, 60)
        painter.ground(
            x, y, x + dice.uniform(0.5, 1.3), y + dice.uniform(1, 5), dice.choice(((80, 82, 86), (100, 101, 104)))
        )
    if street.light.lamps:
        _lamp_light(painter, street)
    for y in range(-6, int(END_M), 8):
        painter.ground(-0.08, y, 0.08, y + 4, (206, 170, 60))
    for edge in (-half + 0.3, half - 0.3):
        painter.ground(edge - 0.06, -20, edge + 0.06, END_M, PAINT)
    stripe = -half + 0.5
    while stripe < half - 0.5:
        painter.ground(stripe, street.crossing_m, stripe + 0.45, street.crossing_m + 3.2, PAINT)
        stripe += 0.9
    painter.ground(-half + 0.3, street.crossing_m - 1.6, -0.2, street.crossing_m - 1.2, PAINT)
    painter.disc(half * 0.4, street.crossing_m - 5, 0.35, (70, 70, 72))


def _lamp_light(painter: Painter, street: Street) -> None:
    for y in range(8, 100, 22):
        for ring in range(6):
            glow = 1.12 + 0.13 * ring
            colour = (min(255, int(ASPHALT[0] * glow * 1.12)), int(ASPHALT[1] * glow), int(ASPHALT[2] * glow * 0.8))
            painter.disc(street.half_road_m * 0.45, y, street.half_road_m * (0.55 - ring * 0.085), colour)


def _building_starts(dice: random.Random) -> list[tuple[float, float]]:
    y, spans = -6.0, []
    while y < END_M - 15:
        length = dice.uniform(9, 20)
        spans.append((y, y + length - dice.choice((0.0, 0.0, 2.5))))
        y += length
    return spans


def _building(painter: Painter, street: Street, side: int, span: tuple[float, float], dice: random.Random) -> None:
    near, far = span
    wall = side * (street.half_road_m + street.pavement_m + dice.uniform(0.2, 1.2))
    floors = dice.choice((2, 3, 3, 4, 5))
    top = 3.6 + (floors - 1) * 3.0
    colour = dice.choice(FACADES)
    shade = tuple(int(channel * 0.72) for channel in colour)
    back = wall + side * 14
    painter.surface(
        ((wall, near, 0), (back, near, 0), (back, near, top), (wall, near, top)), (shade[0], shade[1], shade[2])
    )
    painter.surface(((wall, near, 0), (wall, far, 0), (wall, far, top), (wall, near, top)), colour)
    _shop(painter, wall, near, far, dice)
    for floor in range(1, floors):
        low = 3.6 + (floor - 1) * 3.0 + 0.9
        y = near + 0.8
        while y + 1.6 < far:
            lit = street.light.lamps and dice.random() < LIT_WINDOWS
            glass = (
                dice.choice(((250, 214, 140), (238, 226, 190))) if lit else dice.choice(((64, 76, 90), (84, 98, 110)))
            )
            painter.surface(_on_wall(wall, y, y + 1.5, low, low + 1.4), glass, glows=lit)
            y += 2.3


def _shop(painter: Painter, wall: float, near: float, far: float, dice: random.Random) -> None:
    y = near + 0.4
    while y + 3 < far:
        width = min(dice.uniform(3.2, 6.0), far - y - 0.3)
        lit = painter.at_night and dice.random() < LIT_SHOPS
        window = (236, 224, 184) if lit else (70, 80, 88)
        painter.surface(_on_wall(wall, y, y + width, 0.3, 2.5), window, glows=lit)
        painter.surface(_on_wall(wall, y, y + width, 2.6, 3.4), dice.choice(SIGNS), glows=lit)
        y += width + 0.5


def _on_wall(wall: float, near: float, far: float, low: float, high: float) -> tuple[Point, ...]:
    return (wall, near, low), (wall, far, low), (wall, far, high), (wall, near, high)


def _tree(painter: Painter, street: Street, side: int, y: float, dice: random.Random) -> None:
    x = side * (street.half_road_m + street.pavement_m - 0.5)
    if abs(x - street.view.x_m) < CLEAR_M[0] and y < CLEAR_M[1]:
        return
    painter.surface(((x - 0.12, y, 0), (x + 0.12, y, 0), (x + 0.1, y, 2.4), (x - 0.1, y, 2.4)), (82, 66, 52))
    for _ in range(9):
        centre = (x + dice.uniform(-0.8, 0.8), y, dice.uniform(2.4, 4.2))
        painter.ball(centre, dice.uniform(0.5, 0.9), dice.choice(LEAVES))
