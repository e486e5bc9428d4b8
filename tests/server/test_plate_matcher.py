"""What is in memory of the watch list, and what it makes of a read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.models import LegalBasis, WantedVehicle, WatchHead
from server.plates import plate
from server.plates.matcher import EXACT, Matcher, reasons
from tests.server.test_plate import PLATES


@pytest.mark.parametrize(
    ("entered", "near", "read_as", "why"),
    [
        ("12가3456", False, "12가3456", ["exact"]),
        ("12가3456", False, "12거3456", None),
        ("12가3456", True, "12거3456", ["confused_character"]),
        ("12가3457", True, "12가3452", ["confused_character"]),
        ("12가3456", True, "12거3458", None),
        ("전남12바3456", False, "12바3456", ["region_unread"]),
        ("12바3456", False, "전남12바3456", ["region_unread"]),
        ("전남12바3456", False, "경남12바3456", None),
        ("전남12바3456", True, "12사3456", None),
        ("전남12바3456", True, "12배3456", ["confused_character", "region_unread"]),
        ("서울강남가1234", False, "서울강남가1234", ["exact"]),
        ("외교001001", False, "외교 001-001", ["exact"]),
    ],
)
def test_a_read_is_a_hit_when_it_is_the_plate_or_when_asked_for_one_like_it(entered, near, read_as, why):
    assert reasons(plate.read(read_as), plate.read(entered), near=near) == why


def enter(session, clock, text, version, *, near=False, ended_at=None):
    session.merge(WatchHead(id=1, version=version))
    session.merge(
        WantedVehicle(
            id=text,
            agency_id="room112",
            plate=text,
            near=near,
            reason="x",
            legal_basis=LegalBasis.PIPA_18_2_7,
            priority=1,
            entered_by="officer:dispatcher",
            entered_at=clock(),
            expires_at=clock(),
            ended_at=ended_at,
            version=version,
        )
    )


def ids(matches):
    return [one.wanted_vehicle_id for one in matches]


@pytest.mark.usefixtures("any_database")
def test_each_change_of_the_list_is_in_memory_at_the_next_use(transaction, read, clock):
    watched, seen = Matcher(), plate.read("12거3456")
    for version, near, ended_at, found in ((1, True, None, True), (2, False, None, False), (3, True, clock(), False)):
        with transaction() as session:
            enter(session, clock, "12가3456", version, near=near, ended_at=ended_at)
        with read() as session:
            watched.refresh(session)
        assert ids(watched.match(seen)) == (["12가3456"] if found else [])
        assert len(watched) == (0 if ended_at else 1)


@given(st.lists(PLATES, max_size=30, unique=True), PLATES, st.booleans())
def test_what_is_found_by_hash_is_what_looking_at_every_entry_finds(entered, text, near):
    watched, seen = Matcher(), plate.read(text)
    for one in entered:
        watched._learn(one, plate.read(one), near=near)
    found = {one: reasons(seen, plate.read(one), near=near) for one in entered}
    matches = watched.match(seen)
    assert {one.wanted_vehicle_id: one.reasons for one in matches} == {k: v for k, v in found.items() if v}
    assert not [one for one in matches[1:] if one.reasons == [EXACT] and matches[0].reasons != [EXACT]]
    for one in entered:
        watched._forget(one)
    assert (len(watched), watched._by_body, watched._by_variant) == (0, {}, {})
