"""The box in which every position lies: the country, its sea and islands. Pure.

What lies outside is a mistake (latitude and longitude swapped, a receiver without a fix at 0, 0), and would become a
place without a camera.
"""

Bounds = tuple[float, float]

LATS: Bounds = (32.5, 39.0)  # 마라도 to the border
LONS: Bounds = (124.0, 132.0)  # 백령도 to 독도


def contains(lat: float, lon: float) -> bool:
    """Whether the place, WGS 84, lies in it."""
    return LATS[0] <= lat <= LATS[1] and LONS[0] <= lon <= LONS[1]
