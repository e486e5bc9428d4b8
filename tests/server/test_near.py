import h3.api.basic_int as h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cameras import near
from server.cameras.rank import distance_m
from server.incidents.services import POLICIES
from tests.town import SQUARE, camera, place

RADII = sorted({policy.radius_m for policy in POLICIES.values()})


@settings(max_examples=500)
@given(
    lat=st.floats(33.0, 38.7),
    lon=st.floats(124.5, 131.9),
    azimuth_deg=st.floats(0, 360),
    share=st.floats(0, 1) | st.just(1.0),
    radius_m=st.sampled_from(RADII),
)
def test_no_camera_within_the_radius_is_missed_anywhere_in_korea(lat, lon, azimuth_deg, share, radius_m):
    there = place(azimuth_deg, share * radius_m, start=(lat, lon))
    assert near.cell(*there) in h3.grid_disk(near.cell(lat, lon), near.rings(radius_m))


def test_the_cells_of_korea_have_no_shorter_edge_than_assumed():
    corners = [(33.0, 124.5), (33.0, 131.9), (38.7, 124.5), (38.7, 131.9), (34.8, 126.4)]
    edges = [e for lat, lon in corners for e in h3.origin_to_directed_edges(near.cell(lat, lon))]
    assert min(h3.edge_length(edge, unit="m") for edge in edges) > near.EDGE_MIN_M


@pytest.mark.usefixtures("any_database")
def test_cameras_are_found_by_one_statement_and_without_those_out_of_service(read, statements):
    with read() as session:
        found = near.around(session, *SQUARE, radius_m=500)
    assert {"cam-near", "cam-looks", "cam-away", "cam-far"} <= {one.id for one in found}
    assert not {"cam-off", "cam-other"} & {one.id for one in found}
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_the_search_uses_the_index(read):
    with read() as session:
        connection = session.connection()
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM cameras WHERE h3_cell IN (1, 2) AND enabled"
        )
        assert "ix_cameras_h3_cell" in str(plan.all())


@pytest.mark.parametrize("start", [SQUARE, (-89.9995, 10.0), (0.0, 179.9995), (60.0, -179.9995), (0.0, 0.0)])
@pytest.mark.parametrize("azimuth_deg", [0, 45, 90, 180, 270])
def test_the_box_leaves_no_camera_out_anywhere_on_earth(start, azimuth_deg, transaction, read):
    lat, lon = place(azimuth_deg, 499, start=start)
    lat, lon = max(-90.0, lat), (lon + 180) % 360 - 180
    if distance_m(start, (lat, lon)) > 500:
        pytest.skip("flat earth ends here")
    there = camera("there", 0, 0)
    there.lat, there.lon, there.h3_cell = lat, lon, near.cell(lat, lon)
    with transaction() as session:
        session.add(there)
    with read() as session:
        assert "there" in {one.id for one in near.around(session, *start, radius_m=500)}


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("azimuth_deg", [0, 37, 90, 180, 233, 270])
@pytest.mark.parametrize("bends", [False, True])
def test_along_a_way_are_those_beside_it_and_no_whole_neighbourhoods(azimuth_deg, bends, transaction, read):
    corner, end = place(azimuth_deg + 60 * bends, 300), place(azimuth_deg, 2900)
    way = [SQUARE, *([corner] if bends else []), end]
    beside, off = (place(azimuth_deg + 90, metres, start=place(azimuth_deg, 2000)) for metres in (50, 600))
    with transaction() as session:
        for name, there in (("beside", beside), ("off", off), ("corner", corner), ("end", end)):
            made = camera(name, 0, 0)
            made.lat, made.lon, made.h3_cell = *there, near.cell(*there)
            session.add(made)
    with read() as session:
        found = {one.id for one in near.along(session, way, beside_m=150)}
    assert {"beside", "corner", "end"} <= found
    assert "off" not in found
