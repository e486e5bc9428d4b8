"""What centres' analytics report: what is taken, what is one event, what becomes of it, and who sees it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server import jobs
from server.errors import SensorTopicUnknown
from server.models import AuditEvent, Camera, CameraHealth, Incident, Role, SensorEvent, SensorKind, SensorReport
from server.sensing import kind as kinds
from tests import town
from tests.server.test_story import events

pytestmark = pytest.mark.usefixtures("plate_town")
RULE = {
    "kind": "fire",
    "agency_id": "room119",
    "service": "fire_119",
    "priority": 1,
    "legal_basis": "FIRE119_11_2_1",
    "least_confidence": 0.8,
}
WISH = {"agency_id": "room112", "service": "police_112", "priority": 1, "legal_basis": "POLICE112_9_1"}


@pytest.fixture
def analytics(phone):
    return phone("cad-lpr")  # the machine of the town's centre


def message(clock, **more):
    made = {"camera_id": "cam-near", "kind": "fight", "at": clock().isoformat(), "external_id": "vms-1"}
    return made | {"confidence": 0.9} | more


def told(analytics, clock, **more):
    reply = analytics.post("/v1/sensor-events", message(clock, **more))
    assert reply.status_code == 200, reply.text
    return reply.json


def later(analytics, clock, **by):
    clock.forward(**by)
    analytics.sign_in("cad-lpr")  # a token lasts five minutes


def listed(phone, account="watcher", query=""):
    return phone(account).get(f"/v1/sensor-events{query}").json["items"]


def health(read, camera_id="cam-near"):
    with read() as session:
        return session.get_one(Camera, camera_id).health


# Taking


BAD = [
    ({"camera_id": "cam-9"}, 404, "camera_unknown", "camera_id"),
    ({"camera_id": "cam-off"}, 404, "camera_unknown", "camera_id"),
    ({"kind": "party"}, 422, "invalid_request", "kind"),
    ({"kind": None}, 422, "invalid_request", ""),
    ({"topic": "tns1:VideoSource/SignalLoss"}, 422, "invalid_request", ""),
    ({"kind": None, "topic": "tns1:Device/Trigger"}, 422, "sensor_topic_unknown", "topic"),
    ({"kind": None, "topic": "tns1:RuleEngine/Recognition/LicensePlate"}, 422, "sensor_topic_unknown", "topic"),
    ({"at": "2026-01-01T00:00:00"}, 422, "invalid_request", "at"),
    ({"at": "2026-01-01T00:00:00Z"}, 422, "sensor_event_too_old", "at"),
    ({"at": "2099-01-01T00:00:00Z"}, 422, "sensor_event_from_future", "at"),
    ({"confidence": 1.1}, 422, "invalid_request", "confidence"),
    ({"external_id": ""}, 422, "invalid_request", "external_id"),
    ({"box": {"x": 0, "y": 0, "width": 2, "height": 1}}, 422, "invalid_request", "box.width"),
    ({"colour": "red"}, 422, "invalid_request", "colour"),
]


def test_a_bad_message_is_refused_alone_and_the_rest_of_its_batch_goes_in(analytics, phone, clock):
    for more, status, code, field in BAD:
        reply = analytics.post("/v1/sensor-events", message(clock, **more))
        assert (reply.status_code, reply.json["code"], reply.json.get("field", "")) == (status, code, field), more
    assert listed(phone) == []
    batch = [message(clock, **more) for more, *_ in BAD] + [message(clock)]
    reply = analytics.post("/v1/sensor-events", {"events": batch}).json
    assert (reply["accepted"], reply["refused"]) == (1, len(BAD))
    assert [one["code"] for one in reply["results"][:-1]] == [code for _, _, code, _ in BAD]
    assert reply["results"][-1]["event_id"] == listed(phone)[0]["id"]
    assert analytics.post("/v1/sensor-events", {"events": [message(clock)] * 201}).json["field"] == "events"


def test_the_same_message_a_thousand_times_is_one(analytics, phone, clock, read):
    told(analytics, clock)
    for _ in range(5):
        reply = analytics.post("/v1/sensor-events", {"events": [message(clock)] * 200}).json
        assert (reply["accepted"], reply["joined"], reply["repeated"]) == (0, 0, 200)
    [event] = listed(phone)
    assert (event["count"], event["confidence"], event["label"], event["notice"]) == (1, 0.9, "AI", "확인 필요")
    assert len(events(read, "members:control")) == 1


def test_what_is_seen_on_is_one_event_with_a_count_and_later_it_is_another(analytics, phone, clock, read):
    for step in range(4):
        clock.forward(seconds=40)
        told(analytics, clock, external_id=f"vms-{step}", confidence=0.5 + step / 10)
    last = clock()
    told(analytics, clock, external_id="earlier", at=(clock() - timedelta(seconds=70)).isoformat())
    clock.forward(seconds=61)
    told(analytics, clock, external_id="later")
    told(analytics, clock, external_id="another camera", camera_id="cam-looks")
    first, second, other = listed(phone)
    assert (first["count"], first["confidence"]) == (5, 0.9)
    assert first["last_at"] == last.isoformat().replace("+00:00", "Z")
    assert (second["count"], other["camera_id"]) == (1, "cam-looks")
    assert listed(phone, query="?camera_id=cam-looks") == [other]
    assert listed(phone, query="?kind=fire") == []
    assert len(events(read, "members:control")) == 3


def test_an_event_that_ended_is_ended_and_goes_on_no_more(analytics, phone, clock):
    told(analytics, clock)
    clock.forward(seconds=5)
    ended = told(analytics, clock, external_id="end", active=False)
    assert (ended["joined"], told(analytics, clock, external_id="end-2", active=False)["repeated"]) == (1, 1)
    clock.forward(seconds=5)
    told(analytics, clock, external_id="again")
    assert [(one["count"], one["ended_at"] is None) for one in listed(phone)] == [(1, False), (1, True)]


def test_what_is_past_its_time_is_gone_whether_or_not_the_job_ran(analytics, phone, clock, transaction, read):
    told(analytics, clock)
    told(analytics, clock, kind="signal_loss", external_id="lost")
    at = clock().isoformat()
    later(analytics, clock, seconds=3600)
    assert [one["kind"] for one in listed(phone)] == ["signal_loss"], "what has not ended stays"
    assert analytics.post("/v1/sensor-events", message(clock, at=at)).json["code"] == "sensor_event_too_old"
    with transaction() as session:
        jobs.drop_events(session, now=clock())
    with read() as session:
        assert session.scalar(select(func.count()).select_from(SensorEvent)) == 1
        assert session.scalar(select(func.count()).select_from(SensorReport)) == 0


def test_the_newest_come_first_where_they_are_asked_for_and_what_ails_cameras_stands_apart(analytics, phone, clock):
    for number, kind in enumerate(("fight", "signal_loss", "fire", "tamper", "crowd")):
        told(analytics, clock, kind=kind, external_id=f"vms-{number}")
    scene, camera = "?newest_first=true&about=scene", "?about=camera"
    assert [one["kind"] for one in listed(phone, query=scene)] == ["crowd", "fire", "fight"]
    assert [one["kind"] for one in listed(phone, query=camera)] == ["signal_loss", "tamper"]
    watcher = phone("watcher")
    first = watcher.get(f"/v1/sensor-events{scene}&limit=2").json
    rest = watcher.get(f"/v1/sensor-events{scene}&limit=2&cursor={first['next_cursor']}").json
    assert [[one["kind"] for one in each["items"]] for each in (first, rest)] == [["crowd", "fire"], ["fight"]]
    assert rest["next_cursor"] is None


# Who sees it


@pytest.mark.usefixtures("readers_of_another_centre")
def test_a_centres_events_are_its_own(analytics, phone, clock, read):
    event_id = told(analytics, clock)["results"][0]["event_id"]
    other = phone("cad-lpr2")
    assert other.get("/v1/sensor-events").json["items"] == []
    assert told_by_stranger(other, clock) == "camera_unknown"
    for account in ("kim", "supervisor", "cad112"):
        assert phone(account).get("/v1/sensor-events").json["code"] == "centre_not_yours", account
    for account in ("supervisor", "cad112"):
        assert told_by_stranger(phone(account), clock) == "centre_not_yours", account
    path = f"/v1/sensor-events/{event_id}/incident"
    assert phone("kim").post(path, WISH).json["code"] == "centre_not_yours"
    assert events(read, "members:control2") == []


def told_by_stranger(phone, clock):
    return phone.post("/v1/sensor-events", message(clock, external_id="theirs")).json["code"]


# Health


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("tns1:VideoSource/SignalLoss", CameraHealth.DOWN),
        ("tns1:VideoSource/tns1:GlobalSceneChange/ImagingService", CameraHealth.DEGRADED),
        ("tns1:VideoSource/ImageTooDark/ImagingService", CameraHealth.DEGRADED),
    ],
)
def test_a_camera_that_says_it_is_blind_is_ranked_behind_until_it_says_it_sees(
    topic, found, *, analytics, phone, clock, read
):
    told(analytics, clock, kind=None, topic=topic)
    assert health(read) == found
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    [reasons] = [one["reasons"] for one in incident["cameras"] if one["camera_id"] == "cam-near"]
    assert found.value in reasons
    later(analytics, clock, hours=2)
    told(analytics, clock, kind=None, topic=topic, external_id="2")
    assert [one["count"] for one in listed(phone)] == [2], "it is one event until it ends"
    told(analytics, clock, kind=None, topic=topic, external_id="3", active=False)
    assert health(read) == CameraHealth.OK
    late = (clock() - timedelta(seconds=30)).isoformat()
    told(analytics, clock, kind=None, topic=topic, external_id="4", at=late)
    assert health(read) == CameraHealth.OK, "a late message does not bring it back"


def test_of_two_faults_the_worse_counts_and_each_ends_by_itself(analytics, clock, read):
    told(analytics, clock, kind="tamper", external_id="1")
    told(analytics, clock, kind="signal_loss", external_id="2")
    assert health(read) == CameraHealth.DOWN
    told(analytics, clock, kind="signal_loss", external_id="3", active=False)
    assert health(read) == CameraHealth.DEGRADED
    told(analytics, clock, kind="tamper", external_id="4", active=False)
    assert health(read) == CameraHealth.OK


# Incidents


def test_by_rule_a_sure_event_becomes_one_incident_of_the_room_marked_as_a_machines_opinion(
    analytics, phone, clock, read
):
    put = phone("admin").put("/v1/centres/centre/sensor-rules", {"rules": [RULE]})
    assert (put.status_code, put.json["rules"]) == (200, [RULE])
    told(analytics, clock, kind="fire", external_id="1", confidence=0.5)
    assert listed(phone)[0]["incident_id"] is None
    told(analytics, clock, kind="fire", external_id="2", confidence=0.85)
    [event] = listed(phone)
    incident = phone("dispatcher119").get(f"/v1/incidents/{event['incident_id']}").json
    assert (incident["service"], incident["type"], incident["priority"]) == ("fire_119", "fire", 1)
    assert "AI" in incident["summary"]
    assert "확인 필요" in incident["summary"]
    assert (incident["dispatches"], event["notice"]) == ([], "확인 필요")
    assert [data["incident_id"] for _, data in events(read, "agency:room119")] == [incident["id"]]
    assert phone("dispatcher").get(f"/v1/incidents/{incident['id']}").json["code"] == "incident_unknown"

    later(analytics, clock, minutes=5)
    told(analytics, clock, kind="fire", external_id="3")
    assert listed(phone)[1]["incident_id"] == incident["id"], "the same fire while its incident is open"
    phone("dispatcher119").patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "진화"})
    later(analytics, clock, minutes=5)
    told(analytics, clock, kind="fire", external_id="4")
    assert listed(phone)[2]["incident_id"] not in {None, incident["id"]}


def test_a_person_makes_an_incident_of_what_they_have_looked_at_and_only_once(analytics, phone, clock, read):
    event_id = told(analytics, clock)["results"][0]["event_id"]
    watcher, path = phone("watcher"), f"/v1/sensor-events/{event_id}/incident"
    for more in ({"agency_id": "room119"}, {"agency_id": "station"}, {"agency_id": "nobody"}, {"service": "disaster"}):
        refused = watcher.post(path, WISH | more)
        assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "room_unknown", "agency_id")
    raised = watcher.post(path, WISH | {"summary": "두 사람이 몸싸움"})
    assert raised.status_code == 201
    again = watcher.post(path, WISH)
    assert (again.status_code, again.json) == (200, raised.json)
    incident = phone("cad112").get(f"/v1/incidents/{raised.json['incident_id']}").json
    assert (incident["type"], incident["summary"]) == ("fight", "[관제센터] 두 사람이 몸싸움")
    [event] = listed(phone)
    assert (event["notice"], event["incident_id"]) == (None, incident["id"])
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        raising = session.scalars(select(AuditEvent).where(AuditEvent.tag == "centre:sensor_event:raised")).all()
        assert [(one.actor_id, one.subject["incident"]) for one in raising] == [("watcher", incident["id"])]
    assert watcher.post("/v1/sensor-events/nothing/incident", WISH).json["code"] == "sensor_event_unknown"


def test_rules_are_the_centres_administrators_and_each_change_is_recorded(phone, transaction, read):
    with transaction() as session:
        session.add(town.officer("mine", Role.ADMIN, "control"))
    mine, path = phone("mine"), "/v1/centres/centre/sensor-rules"
    assert mine.put(path, {"rules": [RULE]}).status_code == 200
    assert mine.put(path, {"rules": [RULE, RULE | {"priority": 2}]}).json["code"] == "invalid_request"
    wrong = mine.put(path, {"rules": [RULE, RULE | {"kind": "fight", "agency_id": "room112"}]})
    assert (wrong.json["code"], wrong.json["field"]) == ("room_unknown", "rules.1.agency_id")
    assert mine.get(path).json["rules"] == [RULE]
    assert mine.put(path, {"rules": []}).json["rules"] == []
    with read() as session:
        said = session.scalars(select(AuditEvent).where(AuditEvent.tag == "admin:sensor_rules:set")).all()
        assert [len(one.subject["rules"]) for one in said] == [1, 0]


# Topics


@settings(max_examples=60)
@given(st.lists(st.text(max_size=12), max_size=6).map("/".join))
def test_any_topic_is_of_a_kind_or_refused(topic):
    try:
        found = kinds.of_topic(topic)
    except SensorTopicUnknown:
        found = None
    assert found is None or found in SensorKind


@settings(max_examples=30)
@given(st.sampled_from(kinds.TOPICS), st.sampled_from(["", "tns1:", "tnsaxis:"]), st.booleans())
def test_a_known_topic_is_found_however_its_steps_are_prefixed_and_wherever_it_ends(known, prefix, longer):
    topic, kind = known
    steps = [prefix + step for step in topic.split("/")]
    assert kinds.of_topic("/".join([*steps, *(["ImagingService"] if longer else [])])) == kind
