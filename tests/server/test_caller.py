"""Where who calls 112 is: its room sees the cameras around, the units do not, and nothing of it is left afterwards."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, select

from server.models import AgencyCentre, AuditEvent, IdempotencyKey, Incident, OutboxEvent, PlaybackSession
from tests import town
from tests.phone import ask

FAR = town.place(0, 2990)
CALLER = {"lat": FAR[0], "lon": FAR[1], "accuracy_m": 30}


def report(**more):
    return town.report(**{"priority": 2, "caller": CALLER} | more)


@pytest.fixture
def incident(phone):
    made = phone("cad112").post("/v1/incidents", report(), headers={"Idempotency-Key": "k"})
    assert made.status_code == 201, made.text
    return made.json


@pytest.fixture
def path(incident):
    return f"/v1/incidents/{incident['id']}"


def around_caller(shown):
    return [one["camera_id"] for one in shown["cameras"] if one["role"] == "caller"]


def opened(who, incident, camera_id="cam-other"):
    return who.post("/v1/playback", {"camera_id": camera_id, "incident_id": incident["id"]})


@pytest.mark.usefixtures("any_database")
def test_the_room_sees_what_is_around_the_caller_and_the_unit_that_is_sent_does_not(phone, incident, path, gate):
    assert around_caller(incident) == ["cam-other"]
    shown = next(one for one in incident["cameras"] if one["camera_id"] == "cam-other")
    assert shown["distance_m"] == pytest.approx(3000, abs=1), "from the incident: the caller is not told by it"
    watched = opened(phone("dispatcher"), incident)
    assert watched.status_code == 201
    assert ask(gate, watched.json["url"])[0] == 204
    kim = phone("kim")
    (order,) = kim.get("/v1/me/dispatches").json["dispatches"]
    assert "cam-other" not in {one["id"] for one in order["incident"]["cameras"]}
    assert opened(kim, incident).json["code"] == "camera_not_listed"
    wish = {"camera_id": "cam-other", "incident_id": incident["id"], "at": "2026-11-02T09:30:00Z", "reason": "x"}
    assert kim.post("/v1/preservation-requests", wish).json["code"] == "camera_not_listed"
    assert "cam-other" not in phone("cad112").get(f"{path}/eido").text


def test_a_grant_of_the_incident_does_not_show_it_and_no_ledger_says_so(phone, incident, clock):
    body = {"to": {"unit": "car2"}, "incident_id": incident["id"], "reason": "지원", "legal_basis": "PIPA_18_2_3"}
    grant = phone("supervisor").post("/v1/grants", body | {"until": town.in_an_hour()}).json
    lee = phone("lee")
    lee.post(f"/v1/grants/{grant['id']}/acceptance")
    assert lee.post("/v1/playback", {"camera_id": "cam-near", "grant_id": grant["id"]}).status_code == 201
    refused = lee.post("/v1/playback", {"camera_id": "cam-other", "grant_id": grant["id"]})
    assert refused.json["code"] == "camera_not_listed"
    since, until = clock() - timedelta(hours=1), clock() + timedelta(hours=2)
    span = urlencode({"from": since.isoformat(), "until": until.isoformat()})
    ledger = phone("auditor").get(f"/v1/audit/ledgers/provision?{span}").text
    assert ("cam-near" in ledger, "cam-other" in ledger) == (True, False)


def test_naming_it_in_a_grant_does_not_show_it_either(phone, incident, transaction):
    with transaction() as session:
        session.execute(delete(AgencyCentre))  # nothing but the incident gives the room cameras to grant
    body = {"to": {"unit": "car2"}, "incident_id": incident["id"], "reason": "지원", "legal_basis": "PIPA_18_2_3"}
    replies = [
        phone("supervisor").post("/v1/grants", body | {"camera_ids": [camera], "until": town.in_an_hour()})
        for camera in ("cam-near", "cam-other")
    ]
    assert [reply.status_code for reply in replies] == [201, 422], replies[0].text
    assert replies[1].json["code"] == "grant_camera_unknown"


@pytest.mark.parametrize(("accuracy_m", "seen"), [(0, True), (1000, True), (1000.1, False), (20_000, False)])
def test_a_position_by_cell_that_could_be_anywhere_shows_nothing(accuracy_m, seen, phone):
    made = phone("cad112").post("/v1/incidents", report(caller=CALLER | {"accuracy_m": accuracy_m})).json
    assert bool(around_caller(made)) is seen


@pytest.mark.usefixtures("any_database")
def test_it_follows_the_caller_and_what_is_left_behind_is_watched_no_more(phone, incident, path, gate):
    url = opened(phone("dispatcher"), incident).json["url"]
    south = town.place(180, 2000)
    moved = phone("cad112").patch(path, {"caller": CALLER | {"lat": south[0], "lon": south[1]}})
    assert (moved.status_code, around_caller(moved.json)) == (200, [])
    assert moved.json["location"] == incident["location"]
    assert ask(gate, url)[0] == 403
    back = phone("cad112").patch(path, {"caller": CALLER})
    assert around_caller(back.json) == ["cam-other"]


def test_a_camera_that_stands_around_the_caller_alone_from_now_on_is_lost_to_the_unit(
    phone, incident, path, gate, read
):
    kim, url = phone("kim"), opened(phone("kim"), incident, "cam-near").json["url"]
    here = {"lat": town.SQUARE[0], "lon": town.SQUARE[1], "accuracy_m": 10}
    moved = phone("cad112").patch(path, {"location": {"lat": FAR[0], "lon": FAR[1]}, "caller": here}).json
    assert "cam-near" in around_caller(moved)
    assert ask(gate, url)[0] == 403
    with read() as session:
        assert session.scalars(select(PlaybackSession.end_reason)).all() == ["incident_moved"], "and the page is told"
    assert opened(kim, incident, "cam-near").json["code"] == "camera_not_listed"
    assert opened(phone("dispatcher"), incident, "cam-near").status_code == 201


@pytest.mark.usefixtures("any_database")
def test_nothing_tells_where_the_caller_was_and_it_is_forgotten_with_the_closing(phone, incident, path, read):
    def told():
        with read() as session:
            row = session.scalars(select(Incident)).one()
            kept = [row.caller_lat, row.caller_lon, row.caller_accuracy_m]
            told = [str(one.data) for one in session.scalars(select(OutboxEvent))]
            told += [str(one.subject) for one in session.scalars(select(AuditEvent))]
            told += [one.body.decode() for one in session.scalars(select(IdempotencyKey))]
        return kept, "".join(told) + phone("dispatcher").get(path).text

    def recorded():
        with read() as session:
            return "".join(str(one.subject) for one in session.scalars(select(AuditEvent)))

    kept, text = told()
    assert kept == [*FAR, 30]
    assert "cam-other" in phone("dispatcher").get(path).text
    assert f"{FAR[0]:.6f}" not in text
    phone("cad112").patch(path, {"status": "closed", "closing_reason": "끝"})
    assert told()[0] == [None, None, None]
    assert "cam-other" not in recorded() + phone("dispatcher").get(path).text
    assert phone("cad112").post("/v1/incidents", report()).status_code == 200


def test_a_repeat_is_answered_with_what_is_around_the_caller_now_and_no_answer_that_is_kept_says_it(
    phone, incident, path, read
):
    def repeated():
        answer = phone("cad112").post("/v1/incidents", report(), headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.headers["Idempotent-Replayed"]) == (201, "true")
        return answer.json

    assert repeated() == incident
    key = {"Idempotency-Key": "moved"}
    moved = phone("cad112").patch(path, {"caller": CALLER | {"accuracy_m": 40}}, headers=key).json
    assert around_caller(moved) == around_caller(repeated()) == ["cam-other"]
    with read() as session:
        kept = [row.body.decode() for row in session.scalars(select(IdempotencyKey))]
    assert len(kept) == 2
    assert "cam-other" not in "".join(kept)
    phone("cad112").patch(path, {"status": "closed", "closing_reason": "끝"})
    assert around_caller(repeated()) == []


@pytest.mark.parametrize(
    ("account", "more"),
    [
        ("cad119", {"service": "fire_119"}),
        ("cad112", {"caller": {"lat": 34.8, "lon": 126.4}}),
        ("cad112", {"caller": CALLER | {"accuracy_m": -1}}),
        ("cad112", {"caller": CALLER | {"phone": "010"}}),
    ],
)
def test_a_position_that_nobody_may_ask_for_or_use_is_refused_by_its_field(account, more, phone):
    refused = phone(account).post("/v1/incidents", report(**more))
    assert (refused.status_code, refused.json["code"]) == (422, "invalid_request")
    assert refused.json["field"].startswith("caller")


def test_the_same_report_with_another_position_contradicts_it(phone, incident):
    assert phone("cad112").post("/v1/incidents", report()).status_code == 200
    other = report(caller=CALLER | {"accuracy_m": 40})
    assert phone("cad112").post("/v1/incidents", other).json["code"] == "incident_conflict"
