"""What moves in a street: cars in two lanes and people on foot, in a loop as long as the clip.

Pure and deterministic. A place is a function of the second of the loop, so the last frame leads into the first.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from demo.pictures.canvas import Canvas, Colour
from demo.pictures.street import END_M, Painter, Street

LOOP_S = 60.0
BEHIND_M = -14.0  # a car has left the picture here
TALL_M = 1.5  # bodies of vans and buses
CARS_PASS_S = (1.0, 37.0)  # when cars pass the crossing; afterwards people cross
PEOPLE_CROSS_S = (41.0, 46.0)
PAINTS = ((226, 228, 230), (40, 42, 46), (150, 154, 160), (176, 34, 34), (36, 64, 120), (232, 232, 226), (92, 98, 104))
CLOTHES = ((44, 48, 60), (150, 44, 52), (60, 92, 140), (196, 188, 170), (70, 104, 72), (222, 170, 60), (96, 80, 110))
SKIN, GLASS, TYRE, SHADOW = (206, 166, 138), (38, 46, 54), (24, 24, 26), (62, 64, 68)
HEADLIGHT, TAILLIGHT, BEAM = (255, 246, 214), (226, 30, 24), (206, 200, 176)


@dataclass(frozen=True)
class Car:
    """A vehicle on its lane; ``heading`` +1 drives away from the pole, -1 towards it."""

    x: float
    heading: int
    speed: float  # m/s
    start_s: float
    size: tuple[float, float, float]  # length, width, height of the body, m
    paint: Colour

    def place(self, second: float) -> tuple[float, float] | None:
        way = (second - self.start_s) % LOOP_S * self.speed
        y = BEHIND_M + way if self.heading > 0 else END_M - way
        return (self.x, y) if BEHIND_M <= y <= END_M else None


@dataclass(frozen=True)
class Walker:
    """A person who walks a straight line once per loop."""

    start: tuple[float, float]  # m
    step: tuple[float, float]  # m/s
    start_s: float
    way_s: float
    top: Colour
    trousers: Colour

    def place(self, second: float) -> tuple[float, float] | None:
        walked = (second - self.start_s) % LOOP_S
        if walked > self.way_s:
            return None
        return self.start[0] + walked * self.step[0], self.start[1] + walked * self.step[1]


def movers(street: Street) -> list[Car | Walker]:
    """Everything that moves in the street of a seed."""
    dice = random.Random(f"traffic-{street.seed}")
    return [*_cars(street, dice), *_walkers(street, dice), *_crossers(street, dice)]


def paint(background: Canvas, street: Street, moving: list[Car | Walker], second: float) -> Canvas:
    """The street at a second of the loop, far things first."""
    canvas = Canvas(background.data)
    painter = Painter(canvas, street)
    present = [(mover, place) for mover in moving if (place := mover.place(second))]
    for mover, (x, y) in sorted(present, key=lambda m: -street.view.distance(*m[1])):
        if isinstance(mover, Car):
            _paint_car(painter, street, mover, x, y)
        else:
            _paint_walker(painter, mover, x, y, second)
    return canvas


def _cars(street: Street, dice: random.Random) -> Iterator[Car]:
    for heading in (1, -1):
        speed = dice.uniform(7.5, 11.0)
        way = street.crossing_m - BEHIND_M if heading > 0 else END_M - street.crossing_m
        passes = CARS_PASS_S[0] + dice.uniform(0, 3)
        while passes < CARS_PASS_S[1]:
            size = dice.choice(
                ((4.4, 1.8, 0.95), (4.4, 1.8, 0.95), (4.7, 1.85, 1.05), (5.1, 1.75, 1.6), (10.5, 2.4, 2.9))
            )
            start = (passes - way / speed) % LOOP_S
            yield Car(heading * street.half_road_m * 0.5, heading, speed, start, size, dice.choice(PAINTS))
            passes += dice.uniform(2.6, 7.5)


def _walkers(street: Street, dice: random.Random) -> Iterator[Walker]:
    for _ in range(9):
        side, heading = dice.choice((-1, 1)), dice.choice((-1, 1))
        x = side * (street.half_road_m + dice.uniform(0.8, street.pavement_m - 0.6))
        speed, way_s = dice.uniform(0.9, 1.5), dice.uniform(35, 55)
        y = dice.uniform(3, 30)
        start = (x, y if heading > 0 else y + speed * way_s)
        yield Walker(
            start, (0.0, heading * speed), dice.uniform(0, LOOP_S), way_s, dice.choice(CLOTHES), dice.choice(CLOTHES)
        )


def _crossers(street: Street, dice: random.Random) -> Iterator[Walker]:
    edge = street.half_road_m + street.pavement_m * 0.7
    for _ in range(dice.choice((2, 3, 4))):
        heading, speed = dice.choice((-1, 1)), dice.uniform(1.2, 1.6)
        start = (-heading * edge, street.crossing_m + dice.uniform(0.5, 2.8))
        start_s = dice.uniform(*PEOPLE_CROSS_S)
        yield Walker(
            start, (heading * speed, 0.0), start_s, 2 * edge / speed, dice.choice(CLOTHES), dice.choice(CLOTHES)
        )


def _paint_car(painter: Painter, street: Street, car: Car, x: float, y: float) -> None:
    length, width, height = car.size
    x0, x1, y0, y1 = x - width / 2, x + width / 2, y - length / 2, y + length / 2
    lit = street.light.lamps
    if lit:
        near, far = (y1, y1 + 9) if car.heading > 0 else (y0, y0 - 9)
        painter.surface(((x0, near, 0), (x1, near, 0), (x1 + 0.7, far, 0), (x0 - 0.7, far, 0)), BEAM)
    painter.ground(x0 - 0.15, y0 - 0.1, x1 + 0.15, y1 + 0.1, SHADOW)
    _box(painter, street, (x0, x1, y0, y1, 0.3, height), car.paint)
    side = x0 if street.view.x_m < x0 else x1
    if not x0 <= street.view.x_m <= x1:
        for wheel in (y0 + length * 0.2, y1 - length * 0.2):
            painter.surface(
                (
                    (side, wheel - 0.32, 0.02),
                    (side, wheel + 0.32, 0.02),
                    (side, wheel + 0.32, 0.62),
                    (side, wheel - 0.32, 0.62),
                ),
                TYRE,
            )
    _cabin(painter, street, car, (x0, x1, y0, y1))
    end, colour = (y0, TAILLIGHT) if car.heading > 0 else (y0, HEADLIGHT)
    for lamp in (x0 + 0.08, x1 - 0.43):
        painter.surface(
            ((lamp, end, 0.62), (lamp + 0.35, end, 0.62), (lamp + 0.35, end, 0.8), (lamp, end, 0.8)), colour, glows=lit
        )


def _cabin(painter: Painter, street: Street, car: Car, body: tuple[float, float, float, float]) -> None:
    x0, x1, y0, y1 = body
    length, _, height = car.size
    if height > TALL_M:  # a van or a bus has its windows in the body
        low, high = height * 0.55, height * 0.86
        if not x0 <= street.view.x_m <= x1:
            side = x0 if street.view.x_m < x0 else x1
            painter.surface(
                ((side, y0 + 0.3, low), (side, y1 - 0.3, low), (side, y1 - 0.3, high), (side, y0 + 0.3, high)), GLASS
            )
        painter.surface(
            ((x0 + 0.15, y0, low), (x1 - 0.15, y0, low), (x1 - 0.15, y0, high), (x0 + 0.15, y0, high)), GLASS
        )
        return
    back, front = (0.16, 0.30) if car.heading > 0 else (0.30, 0.16)
    near, far = y0 + length * back, y1 - length * front
    _box(painter, street, (x0 + 0.12, x1 - 0.12, near, far, height, height + 0.42), GLASS)
    roof = height + 0.5
    painter.surface(
        (
            (x0 + 0.2, near + 0.25, roof),
            (x1 - 0.2, near + 0.25, roof),
            (x1 - 0.2, far - 0.25, roof),
            (x0 + 0.2, far - 0.25, roof),
        ),
        car.paint,
    )


def _box(
    painter: Painter, street: Street, edges: tuple[float, float, float, float, float, float], paint: Colour
) -> None:
    """The faces of an upright box that the camera sees; it hangs above every box and at y = 0."""
    x0, x1, y0, y1, low, high = edges
    darker = (int(paint[0] * 0.8), int(paint[1] * 0.8), int(paint[2] * 0.8))
    end = (int(paint[0] * 0.66), int(paint[1] * 0.66), int(paint[2] * 0.66))
    if not x0 <= street.view.x_m <= x1:
        x = x0 if street.view.x_m < x0 else x1
        painter.surface(((x, y0, low), (x, y1, low), (x, y1, high), (x, y0, high)), darker)
    if y0 > 0:
        painter.surface(((x0, y0, low), (x1, y0, low), (x1, y0, high), (x0, y0, high)), end)
    painter.surface(((x0, y0, high), (x1, y0, high), (x1, y1, high), (x0, y1, high)), paint)


def _paint_walker(painter: Painter, walker: Walker, x: float, y: float, second: float) -> None:
    swing = 0.28 * math.sin(second * math.tau * 1.0)
    along_x, along_y = (1, 0) if walker.step[0] else (0, 1)
    painter.disc(x, y, 0.28, SHADOW)
    for leg in (-1, 1):
        foot_x, foot_y = x + leg * (0.1 * along_y + swing * along_x), y + leg * swing * along_y
        hip = x + leg * 0.1
        painter.surface(
            ((hip - 0.09, y, 0.85), (hip + 0.09, y, 0.85), (foot_x + 0.08, foot_y, 0), (foot_x - 0.08, foot_y, 0)),
            walker.trousers,
        )
    painter.surface(((x - 0.2, y, 0.8), (x + 0.2, y, 0.8), (x + 0.24, y, 1.45), (x - 0.24, y, 1.45)), walker.top)
    painter.ball((x, y, 1.62), 0.14, SKIN)
