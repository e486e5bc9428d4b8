"""The picture of a plate: kept of a hit alone, seen by the room that looks for the vehicle, and gone with the hit."""

import pytest
from sqlalchemy import func, select

from server import jobs
from server.models import AuditEvent, IdempotencyKey, PlateHit, PlateRead
from tests.jpegs import COMMENT, EXIF, PART, drawn, text
from tests.plate_town import posted, seen, wanted
from tests.server.test_story import events

pytestmark = pytest.mark.usefixtures("plate_town")
JPEG = drawn(320, 96)
TOLD = drawn(320, 96, told=[EXIF, COMMENT])


@pytest.fixture
def room(phone):
    return phone("dispatcher")


@pytest.fixture
def lpr(phone):
    return phone("cad-lpr")


@pytest.fixture
def hit_of(room, lpr, clock, read):
    """The path of a hit whose read came with that picture."""

    def hit(**more):
        wanted(room, clock)
        posted(lpr, clock, **more)
        return f"/v1/plate-hits/{events(read, 'agency:room112')[0][1]['hit_id']}"

    return hit


def kept(read):
    with read() as session:
        return list(session.scalars(select(PlateRead.crop_sealed).where(PlateRead.crop_sealed.is_not(None))))


def looks(read):
    with read() as session:
        return [
            (one.actor_id, one.subject["hit"])
            for one in session.scalars(select(AuditEvent).where(AuditEvent.tag == "viewer:plate_crop:read"))
        ]


@pytest.mark.usefixtures("any_database")
def test_the_room_sees_the_picture_of_a_hit_without_what_was_told_beside_it_and_each_look_is_recorded(
    hit_of, room, phone, read
):
    path = hit_of(crop=text(TOLD))
    assert room.get(path).json["crop"] is True
    assert looks(read) == []
    for officer in (room, phone("supervisor")):
        reply = officer.get(f"{path}/crop")
        assert (reply.data, reply.mimetype, reply.headers["Cache-Control"]) == (JPEG, "image/jpeg", "no-store")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    hit_id = path.rpartition("/")[2]
    assert looks(read) == [("dispatcher", hit_id), ("supervisor", hit_id)]
    [sealed] = kept(read)
    assert JPEG not in sealed
    assert b"GPS" not in sealed


@pytest.mark.usefixtures("readers_of_another_centre")
def test_nobody_else_sees_it_nor_learns_that_there_is_one(hit_of, phone, room, read, clock):
    path = hit_of(crop=text(JPEG))
    for other in ("supervisor119", "dispatcher119", "kim", "cad112", "cad-b", "cad-lpr", "cad-lpr2", "auditor"):
        reply = phone(other).get(f"{path}/crop")
        assert (reply.status_code, reply.json["code"]) in {(403, "role_missing"), (404, "plate_hit_unknown")}, other
    assert room.get("/v1/plate-hits/never-was/crop").json["code"] == "plate_hit_unknown"
    assert looks(read) == []


def test_of_a_read_that_is_no_hit_no_picture_is_kept(room, lpr, clock, read):
    posted(lpr, clock, plate="34다5678", crop=text(JPEG))
    posted(lpr, clock, plate="12가3456", crop=text(JPEG))
    assert kept(read) == []
    vehicle = wanted(room, clock)  # finds the read of a moment ago, without a picture
    [hit] = room.get(f"/v1/wanted-vehicles/{vehicle['id']}/track").json["items"]
    assert hit["crop"] is False
    assert room.get(f"/v1/plate-hits/{hit['id']}/crop").json["code"] == "plate_hit_unknown"
    assert kept(read) == []
    assert looks(read) == []


def test_the_picture_of_a_vehicle_that_is_not_wanted_any_more_is_not_kept(room, lpr, clock, read):
    vehicle = wanted(room, clock)
    posted(lpr, clock, plate="77나7777")  # the list is in memory now
    clock.forward(days=1)
    lpr.sign_in("cad-lpr")
    posted(lpr, clock, crop=text(JPEG))
    assert kept(read) == []
    room.sign_in("dispatcher")
    assert room.get(f"/v1/wanted-vehicles/{vehicle['id']}/track").json["items"] == []


BAD = [
    (text(JPEG[:-2]), "plate_crop_invalid"),
    (text(JPEG[:60]), "plate_crop_invalid"),
    (text(b"GIF89a" + b"0" * 60), "plate_crop_invalid"),
    (text(drawn(2000, 96)), "plate_crop_invalid"),
    ("?" * 40, "plate_crop_invalid"),
    ("", "plate_crop_invalid"),
    (text(drawn(more=PART * 1450)), "invalid_request"),
    (555_555_555, "invalid_request"),
]


def test_a_read_with_a_bad_picture_is_refused_by_itself_and_nothing_of_it_is_kept(room, lpr, clock, read):
    wanted(room, clock)
    for crop, code in BAD:
        reply = lpr.post("/v1/plate-reads", seen(clock, crop=crop))
        assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, code, "crop")
        assert str(crop) not in reply.text or not crop
    good = seen(clock, crop=text(JPEG))
    told = lpr.post("/v1/plate-reads", {"reads": [seen(clock, plate="34다5678", crop=BAD[0][0]), good]}).json
    assert [one["code"] for one in told["results"]] == ["plate_crop_invalid", None]
    assert len(kept(read)) == 1
    with read() as session:
        assert session.scalar(select(func.count()).select_from(PlateRead)) == 1


def test_what_is_too_large_for_any_read_is_not_read_at_all(lpr, clock, read):
    reply = lpr.post("/v1/plate-reads", seen(clock, crop="A" * 70_000))
    assert (reply.status_code, reply.json["code"]) == (413, "body_too_large")


def test_the_answer_that_is_kept_for_a_repeat_holds_no_picture(hit_of, room, read):
    path = hit_of(crop=text(JPEG))
    for _ in range(2):
        assert room.call("PATCH", path, json={"confirmed": True}, headers={"Idempotency-Key": "k"}).json["crop"] is True
    with read() as session:
        assert all(JPEG not in row.body for row in session.scalars(select(IdempotencyKey)))


@pytest.mark.usefixtures("any_database")
def test_the_picture_is_gone_with_its_hit(hit_of, room, clock, read, transaction):
    path = hit_of(crop=text(JPEG))
    hit = room.get(path).json
    room.delete(f"/v1/wanted-vehicles/{hit['wanted_vehicle_id']}")
    room.patch(f"/v1/incidents/{hit['incident_id']}", {"status": "closed", "closing_reason": "종결"})
    clock.forward(days=30)
    with transaction() as session:
        jobs.drop_reads(session, now=clock())
        jobs.forget_tracks(session, now=clock())
    with read() as session:
        assert session.scalar(select(func.count()).select_from(PlateHit)) == 0
    assert kept(read) == []
    room.sign_in("dispatcher")
    assert room.get(f"{path}/crop").json["code"] == "plate_hit_unknown"
