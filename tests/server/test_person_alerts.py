"""An alert of a device: taken once, shown to those who work on it, escalated by a person, forgotten when it is over."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from server.models import AuditEvent, Client, IdempotencyKey, Incident, Officer, OutboxEvent, PersonAlert, Stream
from server.persons import over
from tests import town
from tests.phone import ask
from tests.server.test_person_photo import JPEG, PNG
from tests.server.test_story import events, watch

ALERTS = "/v1/vulnerable-persons/alerts"
CANARIES = ("홍콩쥐", "010-1234-5678", "심보호", "노란 우산", "watch-canary")


@pytest.fixture(autouse=True)
def _senders(transaction):
    with transaction() as session:
        hashed = town._HASH
        services = ["vulnerable_person"]
        session.add(Client(id="cad-safety", agency_id="control", services=services, secret_hash=hashed))
        session.add(Client(id="cad-readers", agency_id="control", services=[], secret_hash=hashed))
        session.add(Client(id="cad-vp", agency_id="room112", services=services, secret_hash=hashed))
        session.add(Client(id="cad-fire-vp", agency_id="room119", services=services, secret_hash=hashed))


@pytest.fixture
def safety(phone):
    return phone("cad-safety")


@pytest.fixture
def operator(phone):
    return phone("watcher")


def body(clock, **more):
    return {
        "external_id": "evt-1",
        "kind": "panic",
        "device_id": "watch-canary",
        "position": {"lat": town.SQUARE[0], "lon": town.SQUARE[1], "accuracy_m": 15},
        "at": clock().isoformat(),
        "person": {"name": "홍콩쥐", "description": "노란 우산"},
        "guardian": {"name": "심보호", "phone": "010-1234-5678"},
    } | more


def raised(sender, clock, **more):
    reply = sender.post(ALERTS, body(clock, **more))
    assert reply.status_code == 201, reply.text
    return f"{ALERTS}/{reply.json['id']}"


def moved(sender, path, clock, metres, **more):
    lat, lon = town.place(0, metres)
    return sender.post(f"{path}/positions", {"position": {"lat": lat, "lon": lon}, "at": clock().isoformat()} | more)


def put_photo(sender, path, data, kind="image/jpeg"):
    return sender.call("PUT", f"{path}/photo", data=data, headers={"Content-Type": kind})


def escalate(who, path, to="112", **more):
    return who.post(f"{path}/escalation", {"to": to} | more)


def count(read, kind):
    with read() as session:
        return session.scalar(select(func.count()).select_from(kind))


@pytest.mark.usefixtures("any_database")
def test_a_panic_goes_from_the_device_to_the_right_cars_picture_and_away_again(
    phone, safety, operator, *, gate, clock, read
):
    path = raised(safety, clock)
    assert put_photo(safety, path, JPEG).status_code == 200
    assert [kind for kind, _ in events(read, "members:control")] == ["alert", "alert"]
    seen = operator.get(path).json
    assert (seen["person"]["name"], seen["guardian"]["phone"], seen["photo"]) == ("홍콩쥐", "010-1234-5678", True)
    assert [one["id"] for one in seen["cameras"]] == ["cam-near", "cam-looks", "cam-away", "cam-far"]
    assert operator.get(f"{path}/photo").data == JPEG
    assert count(read, Incident) == 0, "no machine opens access for a centre"

    escalated = escalate(operator, path).json
    assert (escalated["status"], escalated["escalated_to"]) == ("escalated", "room112")
    incident, room, kim = escalated["incident_id"], phone("dispatcher"), phone("kim")
    assert ("alert", {"alert_id": escalated["id"], "incident_id": incident, "status": "escalated"}) in events(
        read, "agency:room112"
    )
    assert room.get(path).json["guardian"]["name"] == "심보호"
    assert kim.get(path).json["code"] == "alert_unknown", "not sent yet"
    room.post(f"/v1/incidents/{incident}/dispatches", {"unit": "car1"})
    [order] = kim.get("/v1/me/dispatches").json["dispatches"]
    assert order["incident"]["alert_id"] == escalated["id"]
    assert kim.get(f"{path}/photo").data == JPEG
    playback = watch(kim, incident).json
    assert ask(gate, playback["url"])[0] == 204

    assert room.patch(path, {"outcome": "found"}).json["status"] == "ended"
    assert ask(gate, playback["url"])[0] == 403
    assert room.get(f"/v1/incidents/{incident}").json["status"] == "closed"
    assert {who.get(path).json["code"] for who in (kim, room)} == {"alert_unknown"}
    assert operator.get(ALERTS).json["items"] == []


def test_the_same_event_a_thousand_times_is_one_alert(safety, clock, read):
    first = safety.post(ALERTS, body(clock))
    for _ in range(30):
        again = safety.post(ALERTS, body(clock))
        assert (again.status_code, again.json) == (200, first.json)
    changed = safety.post(ALERTS, body(clock, kind="zone_exit"))
    assert (changed.status_code, changed.json["code"]) == (409, "alert_conflict")
    clock.forward(seconds=5)
    for number in range(30):
        same = safety.post(ALERTS, body(clock, external_id=f"evt-{number}-again"))
        assert (same.status_code, same.json) == (200, first.json), "the same device presses on"
    assert count(read, PersonAlert) == 1


def test_a_panic_outweighs_having_left_the_zone(safety, operator, clock):
    path = raised(safety, clock, kind="zone_exit")
    clock.forward(seconds=5)
    safety.post(ALERTS, body(clock, external_id="evt-2"))
    assert operator.get(path).json["kind"] == "panic"


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"position": {"lat": 35.68, "lon": 139.76}}, "position_outside_korea", "position.lon"),
        ({"position": {"lat": 126.4, "lon": 34.8}}, "position_outside_korea", "position.lat"),
        ({"position": {"lat": 40.0, "lon": 127.0}}, "position_outside_korea", "position.lat"),
        ({"position": {"lat": 34.8, "lon": 126.4, "accuracy_m": -1}}, "invalid_request", "position.accuracy_m"),
        ({"kind": "fall"}, "invalid_request", "kind"),
        ({"guardian": {"name": "심보호", "phone": "call me"}}, "invalid_request", "guardian.phone"),
        ({"guardian": {"name": "심\n보호", "phone": "010-1234-5678"}}, "invalid_request", "guardian.name"),
        ({"person": {"name": ""}}, "invalid_request", "person.name"),
        ({"device_id": ""}, "invalid_request", "device_id"),
        ({"photo": "http://169.254.169.254/"}, "invalid_request", "photo"),
        ({"at": "2099-01-01T00:00:00Z"}, "alert_time_invalid", "at"),
        ({"at": "2026-01-01T00:00:00Z"}, "alert_time_invalid", "at"),
        ({"at": "now"}, "invalid_request", "at"),
    ],
)
def test_what_cannot_be_so_is_refused_by_its_field_and_nothing_is_kept(more, code, field, *, safety, clock, read):
    reply = safety.post(ALERTS, body(clock, **more))
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, code, field)
    assert not any(canary in reply.text for canary in CANARIES)
    assert count(read, PersonAlert) == 0


@pytest.mark.parametrize("account", ["cad112", "cad-readers", "cad-fire-vp", "cad119", "dispatcher119"])
def test_who_is_not_registered_for_it_tells_of_nobody(account, phone, clock):
    assert phone(account).post(ALERTS, body(clock)).json["code"] == "service_not_allowed"


def test_a_centres_machine_opens_no_incident_by_itself(safety):
    report = town.report(service="vulnerable_person", units=[])
    assert safety.post("/v1/incidents", report).json["code"] == "service_not_allowed"


@pytest.mark.parametrize(
    "account", ["kim", "dispatcher", "supervisor", "dispatcher119", "supervisor119", "fire", "auditor", "admin"]
)
def test_who_does_not_work_on_it_learns_nothing(account, phone, safety, clock):
    path, stranger = raised(safety, clock), phone(account)
    put_photo(safety, path, PNG, "image/png")
    replies = stranger.get(path), stranger.get(f"{path}/photo"), escalate(stranger, path)
    assert {reply.json["code"] for reply in replies} <= {"alert_unknown", "role_missing"}
    assert stranger.patch(path, {"outcome": "false_alarm"}).json["code"] in {"alert_unknown", "role_missing"}
    assert stranger.get(ALERTS).json.get("items", []) == []


@pytest.mark.parametrize("account", ["cad-safety", "cad-readers", "cad-vp"])
def test_no_machine_reads_escalates_or_ends_one(account, phone, safety, clock):
    path, machine = raised(safety, clock), phone(account)
    replies = machine.get(path), machine.get(f"{path}/photo"), machine.get(ALERTS), escalate(machine, path)
    assert {reply.json["code"] for reply in replies} == {"role_missing"}
    assert machine.patch(path, {"outcome": "found"}).json["code"] == "role_missing"
    if account != "cad-safety":
        assert moved(machine, path, clock, 100).json["code"] in {"alert_unknown", "service_not_allowed"}


def test_nothing_personal_is_in_the_record_events_answers_logs_or_the_open_database(
    phone, safety, operator, *, clock, read, capsys
):
    path = raised(safety, clock)
    put_photo(safety, path, JPEG)
    safety.post(ALERTS, body(clock, external_id="evt-2"), headers={"Idempotency-Key": "k"})
    kept = {"headers": {"Idempotency-Key": "act"}}
    operator.post(f"{path}/escalation", {"to": "112"}, **kept)
    phone("dispatcher").get(path)
    operator.get(f"{path}/photo")
    phone("dispatcher").patch(path, {"outcome": "found"}, **kept)
    with read() as session:
        written = [
            json.dumps([row.subject for row in session.scalars(select(AuditEvent))], ensure_ascii=False),
            json.dumps([row.data for row in session.scalars(select(OutboxEvent))], ensure_ascii=False),
            str([row.body for row in session.scalars(select(IdempotencyKey))]),
            str([row.summary for row in session.scalars(select(Incident))]),
            str(session.execute(text("SELECT * FROM person_alerts")).all()),
        ]
        tags = [row.tag for row in session.scalars(select(AuditEvent)) if "person" in row.tag or "alert" in row.tag]
    written += capsys.readouterr()
    assert not [canary for canary in CANARIES for page in written if canary in page]
    assert written[2].count("escalated_to") == 2, "both acts' answers are kept"
    assert str(town.SQUARE[0]) not in written[2]
    assert JPEG not in str(written).encode()
    assert tags == [
        "device:alert:raised",
        "device:alert:pictured",
        "viewer:alert:escalated",
        "viewer:person:read",
        "viewer:person:read",
        "viewer:alert:ended",
    ]


def test_a_false_alarm_ends_it_and_later_news_of_the_past_opens_none(safety, operator, clock):
    path = raised(safety, clock)
    clock.forward(seconds=30)
    ended = operator.patch(path, {"outcome": "false_alarm"}).json
    assert (ended["status"], ended["outcome"]) == ("ended", "false_alarm")
    assert operator.patch(path, {"outcome": "found"}).json["outcome"] == "false_alarm"
    assert moved(safety, path, clock, 50).json["code"] == "alert_over"
    assert put_photo(safety, path, JPEG).json["code"] == "alert_over"
    assert escalate(operator, path).json["code"] == "alert_over"
    late = (clock() - timedelta(seconds=10)).isoformat()
    assert safety.post(ALERTS, body(clock, external_id="evt-2", at=late)).status_code == 200
    clock.forward(seconds=1)
    assert safety.post(ALERTS, body(clock, external_id="evt-3")).status_code == 201


@pytest.mark.usefixtures("any_database")
def test_when_it_is_over_it_is_forgotten_by_the_clock_and_then_by_the_job(
    safety, operator, phone, *, transaction, clock, read
):
    path = raised(safety, clock)
    put_photo(safety, path, JPEG)
    operator.patch(path, {"outcome": "false_alarm"})
    assert operator.get(path).json["person"]["name"] == "홍콩쥐", "it may have been none"
    clock.forward(minutes=60)
    operator.sign_in("watcher")
    assert operator.get(path).json["code"] == operator.get(f"{path}/photo").json["code"] == "alert_unknown"
    with transaction() as session:
        assert over.ended(session, now=clock()) == []
        over.forget(session, timedelta(hours=1), now=clock())
    with read() as session:
        [row] = session.execute(text("SELECT * FROM person_alerts")).mappings()
        left = {name for name, value in row.items() if value is not None}
        [said] = [row.subject for row in session.scalars(select(AuditEvent)) if row.tag == "system:alert:forgotten"]
    assert not left & {"device_hash", "lat", "lon", "people_sealed", "photo_sealed", "photo_type", "position_at"}
    assert said == {"alerts": [row["id"]]}


def test_its_incident_stays_about_there_and_tells_no_place(safety, operator, phone, *, transaction, clock, read):
    lat, lon = town.place(0, 30)
    incident = escalate(operator, raised(safety, clock, position={"lat": lat, "lon": lon})).json["incident_id"]
    phone("cad112").patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "귀가"})
    with read() as session:
        row = session.get_one(Incident, incident)
        was = row.lat, row.lon
        assert row.cameras
    clock.forward(minutes=60)
    with transaction() as session:
        for alert_id in over.ended(session, now=clock()):
            over.settle(session, alert_id, now=clock())
    clock.forward(minutes=60)
    with transaction() as session:
        over.forget(session, timedelta(hours=1), now=clock())
    with read() as session:
        row = session.get_one(Incident, incident)
        assert (row.lat, row.lon) == (round(was[0], 2), round(was[1], 2)) != was
        assert row.cameras == []


def test_an_incident_that_is_closed_ends_its_alert_for_all_but_its_centre(
    safety, operator, phone, *, transaction, clock, read
):
    path = raised(safety, clock)
    incident = escalate(operator, path).json["incident_id"]
    assert operator.patch(path, {"outcome": "false_alarm"}).json["code"] == "alert_escalated"
    room = phone("cad112")
    room.patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "귀가"})
    assert moved(safety, path, clock, 50).json["code"] == "alert_over"
    assert phone("dispatcher").get(path).json["code"] == "alert_unknown"
    assert operator.get(path).json["status"] == "ended"
    for _ in range(2):
        with transaction() as session:
            over.settle(session, path.rsplit("/", 1)[1], now=clock())
    with read() as session:
        assert over.ended(session, now=clock()) == []
    assert [data["status"] for kind, data in events(read, "members:control")][-1] == "ended"


def test_positions_move_the_cameras_and_what_is_late_or_near_does_not(safety, operator, phone, *, clock, read):
    path = raised(safety, clock)
    incident = escalate(operator, path).json["incident_id"]
    room = phone("cad112")
    before = room.get(f"/v1/incidents/{incident}").json
    clock.forward(seconds=10)
    assert moved(safety, path, clock, 10).status_code == 200
    assert room.get(f"/v1/incidents/{incident}").json["location"] == before["location"]
    clock.forward(seconds=10)
    moved(safety, path, clock, 2900)
    there = room.get(f"/v1/incidents/{incident}").json
    assert [one["camera_id"] for one in there["cameras"]] == ["cam-other"]
    late = (clock() - timedelta(seconds=15)).isoformat()
    moved(safety, path, clock, 0, at=late)
    assert room.get(f"/v1/incidents/{incident}").json == there
    future = (clock() + timedelta(minutes=5)).isoformat()
    assert moved(safety, path, clock, 0, at=future).json["code"] == "alert_time_invalid"
    with read() as session:
        assert session.get(Stream, "cam-near") is not None, "the centre's first cameras were warm"


def test_a_police_rooms_alert_is_its_incident_at_once_and_the_fire_room_is_asked_to_join(phone, clock):
    path = raised(phone("cad-vp"), clock)
    room, fire = phone("dispatcher"), phone("dispatcher119")
    alert = room.get(path).json
    incident = room.get(f"/v1/incidents/{alert['incident_id']}").json
    assert (incident["service"], incident["dispatches"]) == ("vulnerable_person", [])
    assert escalate(room, path, "112").json["code"] == "alert_escalated"
    assert escalate(room, path, "119").json["escalated_to"] == "room119"
    assert fire.get(path).json["code"] == "alert_unknown", "until it joins"
    [sharing] = fire.get("/v1/sharings").json["items"]
    fire.post(f"/v1/sharings/{sharing['id']}/acceptance")
    assert fire.get(path).json["person"]["name"] == "홍콩쥐"
    assert fire.patch(path, {"outcome": "found"}).json["status"] == "escalated", "the other room works on"
    assert room.patch(path, {"outcome": "found"}).json["status"] == "ended"


def test_a_centre_escalates_to_119_with_fire_units_offered_and_once(safety, operator, phone, clock):
    path = raised(safety, clock)
    first = escalate(operator, path, "119").json
    incident = phone("cad119").get(f"/v1/incidents/{first['incident_id']}").json
    assert (incident["service"], incident["legal_basis"]) == ("fire_119", "FIRE119_11_2_1")
    assert escalate(operator, path, "119").json["incident_id"] == first["incident_id"]
    assert escalate(operator, path, "112").json["code"] == "alert_escalated"


def test_where_no_room_answers_for_the_centre_one_is_named(safety, operator, clock, transaction):
    path = raised(safety, clock)
    with transaction() as session:
        session.execute(text("DELETE FROM agency_centres"))
    assert escalate(operator, path).json["code"] == "room_unknown"
    assert escalate(operator, path, agency_id="room119").json["code"] == "room_unknown"
    assert escalate(operator, path, agency_id="room112").json["escalated_to"] == "room112"


@pytest.mark.parametrize(("data", "status"), [(b"GIF89a" + b"0" * 50, 422), (b"", 422), (JPEG[:40], 422), (PNG, 200)])
def test_a_photo_is_what_its_bytes_say(data, status, *, safety, operator, clock):
    path = raised(safety, clock)
    reply = put_photo(safety, path, data)
    assert reply.status_code == status
    seen = operator.get(f"{path}/photo")
    if status == 200:
        assert (seen.data, seen.mimetype) == (PNG, "image/png")
    else:
        assert (reply.json["code"], seen.json["code"]) == ("alert_photo_invalid", "alert_unknown")


def test_a_photo_that_is_too_large_is_refused(safety, clock):
    path = raised(safety, clock)
    assert put_photo(safety, path, JPEG[:-2] + b"\0" * 200_000 + JPEG[-2:]).json["code"] == "alert_photo_invalid"
    assert put_photo(safety, path, b"\xff" * 300_000).status_code == 413


@pytest.mark.usefixtures("any_database")
def test_a_crew_reads_it_exactly_while_its_unit_is_sent_there_and_each_look_is_recorded(
    phone, transaction, clock, read
):
    with transaction() as session:
        session.get_one(Officer, "lee").agency_id = "room112"  # a crew of the very agency that the alert is for
    sender, room = phone("cad-vp"), phone("dispatcher")
    path = raised(sender, clock)
    put_photo(sender, path, JPEG)
    incident, crew, colleague = room.get(path).json["incident_id"], phone("kim"), phone("lee")

    def looks(who):
        return [who.get(address).status_code for address in (path, f"{path}/photo")]

    assert looks(crew) == looks(colleague) == [404, 404], "nobody of the police force was sent"
    assert crew.get(ALERTS).json["items"] == []
    sent = room.post(f"/v1/incidents/{incident}/dispatches", {"unit": "car1"}).json
    assert looks(crew) == [200, 200]
    assert looks(colleague) == [404, 404]
    assert looks(phone("fire")) == [404, 404]
    crew.patch(f"/v1/dispatches/{sent['id']}", {"status": "cleared"})
    assert looks(crew) == [404, 404]
    with read() as session:
        readers = [row.actor_id for row in session.scalars(select(AuditEvent)) if row.tag == "viewer:person:read"]
    assert sorted(readers) == ["dispatcher", "kim", "kim"]


def test_what_is_over_is_listed_for_its_own_agency_until_it_is_forgotten(safety, operator, phone, clock):
    path = raised(safety, clock)
    assert operator.get(f"{ALERTS}?over=true").json["items"] == []
    incident = escalate(operator, path).json["incident_id"]
    phone("cad112").patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "귀가"})
    [over_now] = operator.get(f"{ALERTS}?over=true").json["items"]
    assert (over_now["status"], over_now["incident_id"]) == ("ended", incident)
    assert operator.get(ALERTS).json["items"] == []
    assert phone("dispatcher").get(f"{ALERTS}?over=true").json["items"] == [], "another agency's"
    clock.forward(minutes=60)
    operator.sign_in("watcher")
    assert operator.get(f"{ALERTS}?over=true").json["items"] == []
