from datetime import UTC, datetime

import pytest

from server.cameras.daylight import is_dark, sun_height_deg

MOKPO = (34.81, 126.39)


@pytest.mark.parametrize(
    ("at", "height_deg"),
    [  # the day's highest is 90 - latitude + declination; at the equinox the sun stands over the equator
        ("2026-06-21T03:36:00Z", 90 - 34.81 + 23.44),
        ("2026-12-22T03:33:00Z", 90 - 34.81 - 23.44),
        ("2026-06-21T15:36:00Z", -(90 - 34.81 - 23.44)),
    ],
)
def test_noon_and_midnight(at, height_deg):
    assert sun_height_deg(*MOKPO, datetime.fromisoformat(at)) == pytest.approx(height_deg, abs=0.1)


@pytest.mark.parametrize(("at", "height_deg"), [("12:07", 90), ("06:07", 0), ("18:07", 0), ("00:07", -90)])
def test_at_the_equinox_the_sun_goes_over_the_equator(at, height_deg):
    when = datetime.fromisoformat(f"2026-03-20T{at}:00Z")  # clocks are seven minutes ahead of the sun then
    assert sun_height_deg(0, 0, when) == pytest.approx(height_deg, abs=0.6)


@pytest.mark.parametrize(("hour_utc", "dark"), [(3, False), (8, False), (9, True), (15, True), (21, True), (23, False)])
def test_it_is_dark_between_dusk_and_dawn(hour_utc, dark):
    assert is_dark(*MOKPO, datetime(2026, 11, 23, hour_utc, tzinfo=UTC)) is dark


@pytest.mark.parametrize("place", [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (0.0, -180.0)])
def test_every_place_on_earth_has_a_height(place):
    assert -90 <= sun_height_deg(*place, datetime(2026, 11, 23, tzinfo=UTC)) <= 90
