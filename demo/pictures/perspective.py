"""How a camera on a pole sees the ground: points in metres to places in the picture.

Pure. x runs to the right, y into the picture along the street, z up; the pole stands at the origin.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from demo.pictures.canvas import HEIGHT, WIDTH, Place

NEAR_M = 0.5

Point = tuple[float, float, float]  # m


@dataclass(frozen=True)
class View:
    """Where the camera hangs and looks."""

    x_m: float
    height_m: float
    yaw_deg: float  # to the right of the street's direction
    pitch_deg: float  # below the horizon
    focal_px: float = WIDTH * 0.72  # about 70 degrees across

    @cached_property
    def _turn(self) -> tuple[float, float, float, float]:
        yaw, pitch = math.radians(self.yaw_deg), math.radians(self.pitch_deg)
        return math.cos(yaw), math.sin(yaw), math.cos(pitch), math.sin(pitch)

    def _seen(self, point: Point) -> Point:
        """The point as right, down and away from the lens."""
        cos_yaw, sin_yaw, cos_pitch, sin_pitch = self._turn
        x, y, z = point[0] - self.x_m, point[1], point[2] - self.height_m
        right, ahead = x * cos_yaw - y * sin_yaw, x * sin_yaw + y * cos_yaw
        return right, -ahead * sin_pitch - z * cos_pitch, ahead * cos_pitch - z * sin_pitch

    def project(self, corners: Sequence[Point]) -> list[Place]:
        """Places of a polygon's corners, cut off in front of the lens; empty when all of it lies behind."""
        seen = [self._seen(corner) for corner in corners]
        if any(away < NEAR_M for _, _, away in seen):
            seen = _cut(seen)
        scale = self.focal_px
        return [(WIDTH / 2 + right / away * scale, HEIGHT / 2 + down / away * scale) for right, down, away in seen]

    def distance(self, x: float, y: float) -> float:
        """How far along the line of sight a place on the ground is, m; negative behind the camera."""
        return self._seen((x, y, 0.0))[2]


def _cut(corners: list[Point]) -> list[Point]:
    """The part of a polygon in front of the lens (Sutherland and Hodgman, one plane)."""
    kept: list[Point] = []
    before = corners[-1]
    for corner in corners:
        if (before[2] < NEAR_M) != (corner[2] < NEAR_M):
            share = (NEAR_M - before[2]) / (corner[2] - before[2])
            kept.append(
                (before[0] + share * (corner[0] - before[0]), before[1] + share * (corner[1] - before[1]), NEAR_M)
            )
        if corner[2] >= NEAR_M:
            kept.append(corner)
        before = corner
    return kept
