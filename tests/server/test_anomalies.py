"""From something odd in the record to its explanation: found once, asked, answered and decided, each act recorded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from server import jobs
from server.models import AuditEvent, Officer, OutboxEvent, Role, UnitStay
from server.reviews import anomalies as core
from server.thresholds import Thresholds
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")
ASK = {"question": "이 카메라들을 왜 열람했습니까?"}


@pytest.fixture
def look(read, transaction, clock):
    return lambda **limits: core.look(read, transaction, Thresholds(**limits), now=clock())


@pytest.fixture
def tags(read):
    def get():
        with read() as session:
            rows = session.execute(select(AuditEvent.tag, AuditEvent.actor_id).order_by(AuditEvent.seq))
            return [tuple(row) for row in rows if row.tag.split(":")[1] in {"anomaly", "explanation"}]

    return get


@pytest.fixture
def odd(phone, look, transaction):
    """Kim was refused twenty times; the id of what was found of it, and the station's own auditor."""
    with transaction() as session:
        session.add(town.officer("of_station", Role.AUDITOR, "station"))
        session.add(town.officer("of_firehouse", Role.AUDITOR, "firehouse"))
    for _ in range(4):
        phone("kim").get("/v1/audit/events")
    assert look(refusals=3) == 0  # what is counted is recorded when its minute is over


@pytest.fixture
def anomaly(odd, phone, look, clock, transaction):
    clock.forward(seconds=61)
    with transaction() as session:
        jobs.tell_refusals(session, now=clock())
    assert look(refusals=3) == 1
    (one,) = phone("auditor").get("/v1/anomalies").json["items"]
    return one["id"]


def test_what_is_odd_is_found_once_however_often_it_is_looked_for(anomaly, phone, look, clock, tags):
    assert look(refusals=3) == 0
    clock.forward(hours=1)
    assert phone("auditor").post("/v1/anomalies").json == {"found": 0}
    (one,) = phone("auditor").get("/v1/anomalies?status=open").json["items"]
    assert (one["kind"], one["severity"], one["officer_id"], one["agency_id"]) == (
        "many_refusals",
        "medium",
        "kim",
        "station",
    )
    assert one["reason"] == "한 시간에 접근을 4회 거부당함"
    assert [(row["code"], row["times"]) for row in one["evidence"]] == [("role_missing", 1), ("role_missing", 3)]
    assert tags() == [("system:anomaly:found", "scheduler")]


def test_who_looks_at_the_same_moment_finds_it_once(odd, look, clock, transaction, tags):
    clock.forward(seconds=61)
    with transaction() as session:
        jobs.tell_refusals(session, now=clock())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: look(refusals=3), range(4)))
    assert sorted(found) == [0, 0, 0, 1]
    assert tags() == [("system:anomaly:found", "scheduler")]


def test_an_explanation_is_demanded_given_and_accepted_and_all_of_it_is_recorded(anomaly, phone, read, tags, clock):
    auditor, kim, path = phone("of_station"), phone("kim"), f"/v1/anomalies/{anomaly}"
    assert kim.get("/v1/me/explanations").json["items"] == []
    asked = auditor.post(f"{path}/explanation-demand", ASK)
    assert (asked.status_code, asked.json["status"], asked.json["overdue"]) == (200, "demanded", False)
    assert asked.json["due_at"] == (clock() + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    (mine,) = kim.get("/v1/me/explanations").json["items"]
    assert (mine["id"], mine["question"]) == (anomaly, ASK["question"])
    answered = kim.post(f"{path}/explanation", {"text": "단말기를 잘못 눌렀습니다."})
    assert (answered.status_code, answered.json["status"]) == (200, "explained")
    decided = auditor.post(f"{path}/decision", {"accepted": True, "note": "교육함"})
    assert (decided.json["status"], decided.json["decided_by"]) == ("accepted", "of_station")
    assert tags()[1:] == [
        ("auditor:explanation:demanded", "of_station"),
        ("viewer:explanation:given", "kim"),
        ("auditor:anomaly:accepted", "of_station"),
    ]
    with read() as session:
        told = session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "explanation").order_by(OutboxEvent.id))
        said = [(row.audience, row.data["status"]) for row in told]
    assert said == [("officer:kim", "demanded"), ("officer:kim", "accepted")]


def test_each_sees_only_what_concerns_them(anomaly, phone):
    path = f"/v1/anomalies/{anomaly}"
    assert phone("of_firehouse").get("/v1/anomalies").json["items"] == []
    assert phone("of_firehouse").post(f"{path}/explanation-demand", ASK).json["code"] == "anomaly_unknown"
    assert phone("of_firehouse").post(f"{path}/decision", {"accepted": True, "note": "x"}).status_code == 404
    assert phone("kim").post(f"{path}/explanation", {"text": "x"}).json["code"] == "anomaly_unknown"
    phone("auditor").post(f"{path}/explanation-demand", ASK)
    for other in ("lee", "supervisor"):
        assert phone(other).get("/v1/me/explanations").json["items"] == []
        assert phone(other).post(f"{path}/explanation", {"text": "x"}).json["code"] == "anomaly_unknown"


def test_nobody_decides_on_themselves(anomaly, phone, transaction):
    with transaction() as session:
        session.get(Officer, "kim").role = Role.AUDITOR
    kim, path = phone("kim"), f"/v1/anomalies/{anomaly}"
    assert kim.get("/v1/anomalies").json["items"] == []
    assert kim.post(f"{path}/decision", {"accepted": True, "note": "x"}).json["code"] == "anomaly_unknown"


def test_an_answer_that_does_not_come_is_recorded_once_and_may_still_come(anomaly, phone, look, clock, tags):
    auditor, kim, path = phone("auditor"), phone("kim"), f"/v1/anomalies/{anomaly}"
    due = (clock() + timedelta(days=2)).isoformat()
    assert auditor.post(f"{path}/explanation-demand", ASK | {"due_at": due}).status_code == 200
    clock.forward(days=2, seconds=1)
    auditor.sign_in("auditor")
    assert auditor.get("/v1/anomalies?status=demanded").json["items"][0]["overdue"] is True
    look()
    look()
    assert [tag for tag, _ in tags()].count("system:explanation:overdue") == 1
    kim.sign_in("kim")
    assert kim.post(f"{path}/explanation", {"text": "늦었습니다."}).json["status"] == "explained"


def test_a_decision_and_an_explanation_stand(anomaly, phone):
    auditor, kim, path = phone("auditor"), phone("kim"), f"/v1/anomalies/{anomaly}"
    first = auditor.post(f"{path}/explanation-demand", ASK).json
    assert auditor.post(f"{path}/explanation-demand", {"question": "다시"}).json == first
    kim.post(f"{path}/explanation", {"text": "처음"})
    assert kim.post(f"{path}/explanation", {"text": "다음"}).json["explanation"] == "처음"
    assert auditor.post(f"{path}/explanation-demand", ASK).json["code"] == "anomaly_decided"
    assert auditor.post(f"{path}/decision", {"accepted": False, "note": "감찰"}).json["status"] == "escalated"
    assert auditor.post(f"{path}/decision", {"accepted": False, "note": "감찰"}).status_code == 200
    assert auditor.post(f"{path}/decision", {"accepted": True, "note": "x"}).json["code"] == "anomaly_decided"
    assert kim.post(f"{path}/explanation", {"text": "또"}).json["code"] == "anomaly_decided"


def test_what_was_asked_about_stays_as_it_was(anomaly, phone, look, clock, transaction):
    before = phone("auditor").post(f"/v1/anomalies/{anomaly}/explanation-demand", ASK).json["evidence"]
    phone("kim").get("/v1/audit/checkpoints")
    assert look(refusals=3) == 0
    assert phone("auditor").get("/v1/anomalies").json["items"][0]["evidence"] == before


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "question"), ({"question": ""}, "question"), (ASK | {"due_at": "2020-01-01T00:00:00Z"}, "due_at")],
)
def test_a_bad_demand_names_the_field(body, field, anomaly, phone):
    reply = phone("auditor").post(f"/v1/anomalies/{anomaly}/explanation-demand", body)
    assert (reply.status_code, reply.json["field"]) == (422, field)


@pytest.mark.usefixtures("plate_town")
def test_one_vehicle_looked_up_often_is_found_and_its_plate_is_not_told_again(phone, look):
    room = phone("dispatcher")
    why = {"kind": "exact", "asked": "12가3456", "reason": "x", "legal_basis": "PIPA_18_2_7"}
    for number in range(5):
        assert look() == 0, number
        assert room.post("/v1/plate-lookups", why).status_code < 300
    assert look() == 1
    (one,) = phone("auditor").get("/v1/anomalies").json["items"]
    assert (one["kind"], one["officer_id"], len(one["evidence"])) == ("one_plate_often", "dispatcher", 5)
    assert "3456" not in str(one)


def test_a_car_that_stands_far_off_while_its_crew_watches_is_found_and_its_way_is_not_kept(phone, look, clock, read):
    room, kim = phone("cad112"), phone("kim")
    incident = room.post("/v1/incidents", town.report()).json
    lat, lon = town.place(90, 5000)

    def report(north_m=0):
        at = clock().isoformat()
        where = town.place(0, north_m, (lat, lon))
        assert kim.put("/v1/units/car1/position", {"lat": where[0], "lon": where[1], "at": at}).status_code < 300

    assert kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).status_code == 201
    for minute in range(17):
        report(north_m=minute * 5)  # it drifts
        assert look() == (1 if minute == 15 else 0), minute
        clock.forward(minutes=1)
        kim.tokens = kim.refresh().json if minute % 4 == 3 else kim.tokens
    (one,) = phone("auditor").get("/v1/anomalies").json["items"]
    assert one["kind"] == "watching_without_moving"
    assert str(lat)[:6] not in str(one)
    room.sign_in("cad112")
    room.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    look()
    with read() as session:
        assert session.scalars(select(UnitStay)).all() == []
