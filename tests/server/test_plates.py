"""The watch list, reads, hits and look-ups: what is taken, what is refused, and what is found."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server import jobs
from server.models import AuditEvent, IdempotencyKey, Incident, PlateHit, PlateRead, WantedVehicle
from tests.plate_town import posted, seen, wanted
from tests.server.test_story import events

pytestmark = pytest.mark.usefixtures("plate_town")


@pytest.fixture
def room(phone):
    return phone("dispatcher")


@pytest.fixture
def lpr(phone):
    return phone("cad-lpr")


def count(read, kind):
    with read() as session:
        return session.scalar(select(func.count()).select_from(kind))


def tags(read):
    with read() as session:
        return list(session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def ask(room, asked, kind="exact", **more):
    why = {"reason": "강도 사건 수사", "legal_basis": "PIPA_18_2_7"}
    return room.post("/v1/plate-lookups", {"kind": kind, "asked": asked} | why | more)


def refused(reply):
    return reply.status_code, reply.json["code"], reply.json.get("field")


# The list


ENTRIES = [
    ({"plate": "AB12CDE"}, "plate_invalid", "plate"),
    ({"plate": "전남123가4567"}, "plate_invalid", "plate"),
    ({"plate": "가" * 33}, "invalid_request", "plate"),
    ({"legal_basis": "BECAUSE"}, "invalid_request", "legal_basis"),
    ({"reason": ""}, "invalid_request", "reason"),
    ({"reason": "a\nb"}, "invalid_request", "reason"),
    ({"priority": 5}, "invalid_request", "priority"),
    ({"near": "yes"}, "invalid_request", "near"),
    ({"expires_at": "2026-11-02T09:30:00"}, "invalid_request", "expires_at"),
    ({"expires_at": "2026-01-01T00:00:00Z"}, "wanted_time_invalid", "expires_at"),
    ({"expires_at": "2099-01-01T00:00:00Z"}, "wanted_time_invalid", "expires_at"),
    ({"colour": "red"}, "invalid_request", "colour"),
]


def test_an_entry_that_says_too_little_or_too_much_is_refused(room, clock):
    body = {"plate": "12가3456", "reason": "강도", "legal_basis": "PIPA_18_2_7"}
    body["expires_at"] = (clock() + timedelta(days=1)).isoformat()
    for more, code, field in ENTRIES:
        assert refused(room.post("/v1/wanted-vehicles", body | more)) == (422, code, field), more
    assert room.get("/v1/wanted-vehicles").json["items"] == []


def test_a_room_looks_for_a_plate_once_and_others_do_not_see_it(room, phone, clock):
    first = wanted(room, clock)
    again = room.post(
        "/v1/wanted-vehicles",
        {"plate": "12 가 3456", "reason": "절도", "legal_basis": "PIPA_18_2_7", "expires_at": first["expires_at"]},
    )
    assert refused(again) == (409, "wanted_vehicle_already", "plate")
    assert again.json["wanted_vehicle_id"] == first["id"]
    path = f"/v1/wanted-vehicles/{first['id']}"
    renewal = {"expires_at": first["expires_at"], "reason": "계속 수배"}
    for other in ("dispatcher119", "cad112", "supervisor119"):
        assert phone(other).get("/v1/wanted-vehicles").json["code"] == "service_not_allowed", other
        assert phone(other).patch(path, renewal).json["code"] == "wanted_vehicle_unknown", other
        assert phone(other).delete(path).json["code"] == "wanted_vehicle_unknown", other
        assert phone(other).get(f"{path}/track").json["code"] == "wanted_vehicle_unknown", other
    assert [one["id"] for one in phone("supervisor").get("/v1/wanted-vehicles").json["items"]] == [first["id"]]


@pytest.mark.usefixtures("readers_of_another_centre")
def test_what_one_police_room_looks_for_another_neither_sees_nor_changes(room, phone, lpr, clock, read):
    vehicle, other = wanted(room, clock), phone("cad-b")
    posted(lpr, clock)
    [(_, alert)] = events(read, "agency:room112")
    path = f"/v1/wanted-vehicles/{vehicle['id']}"
    renewal = {"expires_at": vehicle["expires_at"], "reason": "남의 수배"}
    assert other.get("/v1/wanted-vehicles").json["items"] == []
    assert ask(other, "12가3456").json["wanted"] == []
    for reply in (other.patch(path, renewal), other.delete(path), other.get(f"{path}/track")):
        assert refused(reply)[:2] == (404, "wanted_vehicle_unknown")
    assert other.get(f"/v1/plate-hits/{alert['hit_id']}").json["code"] == "plate_hit_unknown"
    assert other.get(f"/v1/incidents/{alert['incident_id']}").json["code"] == "incident_unknown"
    assert events(read, "agency:room112b") == []
    wanted(other, clock)  # and may look for the same plate


def test_an_entry_is_renewed_ended_and_each_is_recorded(room, clock, read):
    vehicle = wanted(room, clock)
    path, later = f"/v1/wanted-vehicles/{vehicle['id']}", (clock() + timedelta(days=30)).isoformat()
    assert room.patch(path, {"expires_at": later, "reason": "계속 수배"}).json["reason"] == "계속 수배"
    assert room.delete(path).status_code == 204
    assert room.delete(path).status_code == 204
    assert refused(room.patch(path, {"expires_at": later, "reason": "다시"}))[1] == "wanted_vehicle_over"
    assert [tag for tag in tags(read) if "wanted_vehicle" in tag] == [
        "room:wanted_vehicle:entered",
        "room:wanted_vehicle:renewed",
        "room:wanted_vehicle:ended",
    ]


@pytest.mark.parametrize("how", ["ended", "expired"])
def test_what_is_not_wanted_any_more_gives_no_hit(how, room, lpr, clock, read):
    vehicle = wanted(room, clock)
    posted(lpr, clock, plate="77나7777")  # the list is in memory now
    if how == "ended":
        room.delete(f"/v1/wanted-vehicles/{vehicle['id']}")
    else:
        clock.forward(days=1)
        lpr.sign_in("cad-lpr")
    assert posted(lpr, clock).json["accepted"] == 1
    assert (count(read, PlateHit), count(read, Incident)) == (0, 0)


# Reads


READS = [
    ({"plate": "1가1"}, "plate_invalid", "plate"),
    ({"plate": ""}, "invalid_request", "plate"),
    ({"plate": 12}, "invalid_request", "plate"),
    ({"plate": "12가3456\0"}, "invalid_request", "plate"),
    ({"camera_id": "cam-unheard-of"}, "camera_unknown", "camera_id"),
    ({"camera_id": "cam-off"}, "camera_unknown", "camera_id"),
    ({"camera_id": "../x"}, "invalid_request", "camera_id"),
    ({"confidence": 1.1}, "invalid_request", "confidence"),
    ({"confidence": float("nan")}, "invalid_request", "confidence"),
    ({"direction": "sideways"}, "invalid_request", "direction"),
    ({"heading_deg": 361}, "invalid_request", "heading_deg"),
    ({"crop_ref": "a\nb"}, "invalid_request", "crop_ref"),
    ({"colour": "red"}, "invalid_request", "colour"),
    ({"single": True}, "invalid_request", "single"),
    ({"read_at": "yesterday"}, "invalid_request", "read_at"),
    ({"in_s": 6}, "plate_read_from_future", "read_at"),
    ({"in_s": -86_401}, "plate_read_too_old", "read_at"),
]


def test_each_bad_read_is_refused_by_itself_and_the_good_ones_beside_it_go_in(lpr, clock, read):
    bad = [(read_of(clock, dict(more)), code, field) for more, code, field in READS]
    good = [seen(clock, plate="34다5678"), seen(clock, plate="56라7890")]
    told = lpr.post("/v1/plate-reads", {"reads": [good[0], *(one for one, _, _ in bad), good[1]]}).json
    assert (told["accepted"], told["refused"]) == (2, len(READS))
    assert [(one["code"], one["field"]) for one in told["results"][1:-1]] == [(code, field) for _, code, field in bad]
    assert all(one["status"] == "refused" and one["detail"] for one in told["results"][1:-1])
    assert count(read, PlateRead) == 2
    alone = {"camera_unknown": 404}
    for one, code, field in bad[::4]:
        assert refused(lpr.post("/v1/plate-reads", one)) == (alone.get(code, 422), code, field)


def read_of(clock, more):
    if in_s := more.pop("in_s", None):
        more["read_at"] = (clock() + timedelta(seconds=in_s)).isoformat()
    return seen(clock, **more)


def test_a_batch_that_is_none_is_refused_whole(lpr):
    for body in (None, [], {"reads": []}, {"reads": ["x"]}, {"reads": [{}] * 201}, {"reads": [{}], "plate": "x"}):
        assert lpr.post("/v1/plate-reads", body).status_code in {400, 422}, body


def test_the_same_read_a_thousand_times_is_one_read_one_hit_and_one_alert(room, lpr, clock, read):
    wanted(room, clock)
    body = {"reads": [seen(clock)] * 200}
    first = lpr.post("/v1/plate-reads", body).json
    assert (first["accepted"], first["repeated"]) == (1, 199)
    for _ in range(4):
        assert lpr.post("/v1/plate-reads", body).json["repeated"] == 200
    assert (count(read, PlateRead), count(read, PlateHit), count(read, Incident)) == (1, 1, 1)
    assert len(events(read, "agency:room112")) == 1


def test_a_car_that_stands_before_a_camera_is_one_alert_a_minute_and_a_track(room, lpr, clock, read):
    wanted(room, clock)
    for second in range(0, 61, 10):
        posted(lpr, clock, read_at=(clock() + timedelta(seconds=second - 60)).isoformat())
    assert (count(read, PlateHit), count(read, Incident)) == (7, 1)
    assert len(events(read, "agency:room112")) == 1
    clock.forward(seconds=70)
    posted(lpr, clock)
    assert len(events(read, "agency:room112")) == 2


def test_a_read_of_no_wanted_plate_is_gone_after_its_time_whether_or_not_the_job_ran(
    room, lpr, clock, read, transaction
):
    posted(lpr, clock, plate="34다5678")
    assert len(ask(room, "34다5678").json["reads"]) == 1
    clock.forward(minutes=4)
    posted(lpr, clock, plate="56라7890", read_at=(clock() - timedelta(minutes=10)).isoformat())
    assert count(read, PlateRead) == 1  # older than it would be kept: looked at and dropped
    clock.forward(minutes=6)
    with transaction() as session:
        still = session.scalar(select(func.count()).select_from(PlateRead))
        jobs.drop_reads(session, now=clock())
    assert (still, count(read, PlateRead)) == (1, 0)


@pytest.mark.parametrize("minutes", [0, 9, 10, 11])
def test_a_centre_is_answered_alike_whether_or_not_a_plate_is_wanted(minutes, room, lpr, clock, read):
    wanted(room, clock)
    read_at = (clock() - timedelta(minutes=minutes)).isoformat()
    told = {
        text: [
            lpr.post("/v1/plate-reads", {"reads": [seen(clock, plate=text, read_at=read_at)] * 2}).json for _ in "ab"
        ]
        for text in ("12가3456", "34다5678")
    }
    assert told["12가3456"] == told["34다5678"]
    assert count(read, PlateHit) == 1


@pytest.mark.usefixtures("any_database")
def test_a_query_refuses_a_read_past_its_time_before_the_job_ran(room, phone, lpr, clock):
    wanted(room, clock)
    posted(lpr, clock)
    posted(lpr, clock, plate="34다5678")
    clock.forward(minutes=10)
    dispatcher = phone("dispatcher")
    assert ask(dispatcher, "34다5678").json["reads"] == []
    assert len(ask(dispatcher, "12가3456").json["reads"]) == 1  # a hit stays


def test_an_entry_finds_the_reads_of_the_last_minutes(room, lpr, clock, read):
    posted(lpr, clock, camera_id="cam-near", read_at=(clock() - timedelta(seconds=60)).isoformat())
    posted(lpr, clock, camera_id="cam-other-1", read_at=(clock() - timedelta(seconds=10)).isoformat())
    posted(lpr, clock, camera_id="cam-far", plate="77나7777")
    vehicle = wanted(room, clock)
    track = room.get(f"/v1/wanted-vehicles/{vehicle['id']}/track").json["items"]
    assert [one["read"]["camera_id"] for one in track] == ["cam-near", "cam-other-1"]
    assert count(read, Incident) == 1


@pytest.mark.usefixtures("any_database")
def test_a_track_is_destroyed_thirty_days_after_its_vehicle_was_wanted_unless_it_is_still_pursued(
    room, lpr, clock, read, transaction
):
    vehicle = wanted(room, clock)
    posted(lpr, clock)
    [(_, alert)] = events(read, "agency:room112")
    room.delete(f"/v1/wanted-vehicles/{vehicle['id']}")

    def forget():
        with transaction() as session:
            jobs.forget_tracks(session, now=clock())
        return [count(read, kind) for kind in (PlateHit, PlateRead, WantedVehicle)]

    clock.forward(days=30)
    assert forget() == [1, 1, 1]
    room.sign_in("dispatcher")
    room.patch(f"/v1/incidents/{alert['incident_id']}", {"status": "closed", "closing_reason": "종결"})
    clock.forward(seconds=-1)
    assert forget() == [1, 1, 1]
    with read() as session:
        assert "12가3456" in session.get_one(Incident, alert["incident_id"]).summary
    clock.forward(seconds=1)
    assert forget() == [0, 0, 0]
    room.sign_in("dispatcher")
    shown = room.get(f"/v1/incidents/{alert['incident_id']}").json
    assert (shown["summary"], shown["location"]["address"], shown["status"]) == ("", None, "closed")


# Hits


def test_a_read_like_the_plate_is_a_hit_for_an_entry_that_asks_for_it(room, lpr, clock):
    vehicles = [wanted(room, clock, plate="12가3456"), wanted(room, clock, plate="12가7777", near=True)]
    for text in ("12거3456", "12거7777"):
        posted(lpr, clock, plate=text)
    tracks = [room.get(f"/v1/wanted-vehicles/{one['id']}/track").json["items"] for one in vehicles]
    assert [[one["reasons"] for one in track] for track in tracks] == [[], [["confused_character"]]]


def test_a_read_that_may_be_another_car_alerts_and_moves_nothing(room, lpr, clock, read):
    wanted(room, clock, near=True)
    posted(lpr, clock)
    [(_, first)] = events(read, "agency:room112")
    before = room.get(f"/v1/incidents/{first['incident_id']}").json
    clock.forward(seconds=30)
    posted(lpr, clock, plate="12거3456", camera_id="cam-other-1")
    alerts = [data for kind, data in events(read, "agency:room112") if kind == "hit"]
    assert len(alerts) == 2
    assert room.get(f"/v1/incidents/{first['incident_id']}").json == before


def test_a_person_says_what_the_picture_shows_and_a_wrong_one_is_no_step_of_the_way(room, phone, lpr, clock, read):
    wanted(room, clock)
    posted(lpr, clock, camera_id="cam-behind")
    [(_, alert)] = events(read, "agency:room112")
    path = f"/v1/plate-hits/{alert['hit_id']}"
    assert phone("cad112").get(path).json["code"] == "plate_hit_unknown"
    assert phone("supervisor119").patch(path, {"confirmed": True}).json["code"] == "plate_hit_unknown"
    shown = room.patch(path, {"confirmed": False}).json
    assert (shown["verification"], shown["notice"]) == ("wrong", None)
    assert room.patch(path, {"confirmed": False}).status_code == 200
    assert [data["verification"] for _, data in events(read, "agency:room112")] == ["needed", "wrong"]
    assert tags(read).count("room:plate_hit:verified") == 1
    posted(lpr, clock, camera_id="cam-near", read_at=(clock() + timedelta(seconds=5)).isoformat())
    newest = [data for kind, data in events(read, "agency:room112") if kind == "hit"][-1]
    assert newest["incident_id"] != alert["incident_id"]


# Look-ups


LOOKUPS = [
    ("exact", "12 가 3456", False, ["12가3456"]),
    ("exact", "전남12바3456", False, ["12바3456"]),
    ("exact", "12거3456", False, []),
    ("exact", "12거3456", True, ["12가3456"]),
    ("partial", "12?3456", False, ["12가3456", "12바3456"]),
    ("partial", "*가34*", False, ["12가3456"]),
    ("partial", "*가84*", True, ["12가3456"]),
    ("partial", "12_3456", False, []),
    ("partial", "12%56", False, []),
    ("last_four", "3456", False, ["12가3456", "12바3456"]),
    ("last_four", "3458", True, ["12가3456", "12바3456"]),
    ("last_four", "0000", False, []),
]
TOO_LITTLE = [
    ("exact", "12가", "plate_invalid"),
    ("partial", "12", "lookup_too_broad"),
    ("partial", "*****", "lookup_too_broad"),
    ("partial", "?" * 32, "lookup_too_broad"),
    ("last_four", "345", "lookup_too_broad"),
    ("last_four", "가나다라", "lookup_too_broad"),
    ("whole", "12가3456", "invalid_request"),
]


@pytest.mark.usefixtures("any_database")
def test_a_plate_is_found_by_all_or_part_of_it(room, lpr, clock):
    for text in ("12가3456", "12바3456", "77나7777"):
        posted(lpr, clock, plate=text)
    for kind, asked, near, found in LOOKUPS:
        answer = ask(room, asked, kind, near=near).json
        assert sorted(one["plate"] for one in answer["reads"]) == found, (kind, asked, near)


def test_who_knows_too_little_of_a_plate_finds_nothing(room):
    for kind, asked, code in TOO_LITTLE:
        assert refused(ask(room, asked, kind))[:2] == (422, code), (kind, asked)


def test_a_look_up_says_why_and_the_auditor_reads_it(room, phone, read):
    assert refused(ask(room, "12가3456", reason=""))[1] == "invalid_request"
    assert (
        phone("dispatcher119")
        .post("/v1/plate-lookups", {"kind": "exact", "asked": "12가3456", "reason": "x", "legal_basis": "PIPA_18_2_7"})
        .json["code"]
        == "service_not_allowed"
    )
    lookup = ask(room, "12가3456").json["lookup_id"]
    [kept] = phone("auditor").get("/v1/plate-lookups").json["items"]
    assert (kept["id"], kept["asked"], kept["asked_by"], kept["reason"]) == (
        lookup,
        "12가3456",
        "officer:dispatcher",
        "강도 사건 수사",
    )
    assert "room:plate:looked_up" in tags(read)
    with read() as session:
        rows = session.scalars(select(AuditEvent.subject)).all()
    assert "12가3456" not in str(rows)  # the record holds ids and codes


def test_what_a_look_up_found_is_kept_for_no_repeat_and_each_one_is_recorded(room, phone, lpr, clock, read):
    posted(lpr, clock)
    body = {"kind": "exact", "asked": "12가3456", "reason": "강도 사건 수사", "legal_basis": "PIPA_18_2_7"}
    answers = [room.post("/v1/plate-lookups", body, headers={"Idempotency-Key": "k"}).json for _ in "ab"]
    assert [len(one["reads"]) for one in answers] == [1, 1]
    recorded = {one["id"] for one in phone("auditor").get("/v1/plate-lookups").json["items"]}
    assert {one["lookup_id"] for one in answers} == recorded
    assert (len(recorded), count(read, IdempotencyKey)) == (2, 0)
    operation = phone().get("/v1/openapi.json").json["paths"]["/v1/plate-lookups"]["post"]
    assert [one["name"] for one in operation["parameters"]] == []
