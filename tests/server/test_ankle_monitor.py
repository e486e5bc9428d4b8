"""Ankle monitors: nothing outside a violation, nobody but those it is for, and a notice that becomes due."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server import due
from server.models import (
    AuditEvent,
    Duty,
    DutyKind,
    Grant,
    GrantCovers,
    GrantTo,
    IdempotencyKey,
    Incident,
    IncidentRoom,
    LegalBasis,
    OutboxEvent,
    Part,
    PlaybackSession,
    Role,
    Stream,
    Violation,
    WearerPosition,
    Webhook,
    WebhookDelivery,
    WebhookEvent,
)
from tests import ankle_town, town
from tests.ankle_town import end, fix, send
from tests.phone import ask as gate_says

STREET = ["cam-near", "street-2", "street-3"]


@pytest.fixture
def moj(phone, transaction):
    """The location centre's machine."""
    with transaction() as session:
        ankle_town.settle(session)
    return phone("cad-moj")


@pytest.fixture
def opened(moj, clock):
    reply = moj.post("/v1/ankle-monitor/violations", ankle_town.violation(clock))
    assert reply.status_code == 201, reply.text
    return reply.json["id"]


def watch(viewer, incident, camera_id="cam-near"):
    return viewer.post("/v1/playback", {"camera_id": camera_id, "incident_id": incident})


def walk(moj, violation_id, clock, *, until_m, step_m=14):
    """The wearer goes north at 1.4 m/s; the first camera of each step."""
    shown = []
    for metres in range(step_m, until_m, step_m):
        clock.forward(seconds=step_m / 1.4)
        reply = send(moj, violation_id, fix(clock, metres))
        assert (reply.status_code, reply.json["accepted"]) == (200, 1), reply.text
        shown.append(reply.json["cameras"][0])
    return shown


def rows(read, kind):
    with read() as session:
        return list(session.scalars(select(kind)))


@pytest.mark.usefixtures("any_database")
def test_a_violation_is_an_incident_of_the_location_centre_on_its_own_article(opened, moj, read, phone, clock):
    with read() as session:
        incident = session.get(Incident, opened)
        assert (incident.service, incident.legal_basis, incident.agency_id) == (
            "ankle_monitor",
            LegalBasis.ANKLE_16_3_2,
            "moj",
        )
        assert (incident.type, incident.summary) == ("zone_entry", "출입금지구역 진입")
        told = [str(event.data) for event in session.scalars(select(OutboxEvent))]
        record = [str(event.subject) for event in session.scalars(select(AuditEvent))]
    assert "W-0042" not in "".join([*told, *record, incident.summary, incident.external_id])
    assert watch(phone("park"), opened).status_code == 201, "the unit that was sent"
    again = moj.post("/v1/ankle-monitor/violations", ankle_town.violation(clock))
    assert (again.status_code, again.json["id"]) == (200, opened)
    for other in ({"kind": "curfew"}, {"wearer_ref": "W-0043"}):
        reply = moj.post("/v1/ankle-monitor/violations", ankle_town.violation(clock, **other))
        assert reply.json["code"] == "incident_conflict"


@pytest.mark.usefixtures("any_database")
def test_the_cameras_follow_the_wearer_and_the_unit_keeps_its_picture_until_the_next_one_shows(
    opened, moj, phone, clock, read
):
    park = phone("park")
    assert watch(park, opened).status_code == 201
    shown = walk(moj, opened, clock, until_m=300)
    assert list(dict.fromkeys(shown)) == STREET
    with read() as session:
        assert session.get(Incident, opened).cameras[0].camera_id == "street-3"
        assert session.scalars(select(PlaybackSession)).one().ended_at is None, "it is in the set still"
        wanted = {one.camera_id for one in session.scalars(select(Stream)) if one.wanted_until > clock()}
    assert {"street-3", "cam-near"} <= wanted
    assert watch(phone("park"), opened, "street-3").status_code == 201


@pytest.mark.usefixtures("any_database")
def test_no_message_to_a_system_keeps_where_the_wearer_went(moj, transaction, clock, read):
    events = [event.value for event in WebhookEvent]
    with transaction() as session:
        where = {"agency_id": "moj", "url": "https://10.0.0.1/hook", "events": events}
        session.add(Webhook(**where, sealed_secret=b"-", made_by="officer:admin", made_at=clock()))
    opened = moj.post("/v1/ankle-monitor/violations", ankle_town.violation(clock)).json["id"]
    walk(moj, opened, clock, until_m=60)
    assert end(moj, opened).status_code == 200
    bodies = [row.body for row in rows(read, WebhookDelivery)]
    assert {json.loads(body)["type"] for body in bodies} == set(events)
    assert not [body for body in bodies if "location" in body or '"lat"' in body]


def test_the_record_tells_that_the_wearer_moved_and_not_where(opened, moj, clock, read):
    walk(moj, opened, clock, until_m=200)
    moves = [row.subject for row in rows(read, AuditEvent) if row.tag == "room:incident:moved"]
    assert moves
    assert {frozenset(told) for told in moves} == {frozenset({"incident", "sessions_ended"})}
    assert {told["incident"] for told in moves} == {opened}


def test_the_answer_kept_for_a_repeat_lacks_who_it_is_and_the_repeat_has_it(moj, clock, read):
    key = {"Idempotency-Key": "f3a1f2b0-6a4c-4f7e-8a51-0c8d3d7f9a11"}
    first, again = (
        moj.post("/v1/ankle-monitor/violations", ankle_town.violation(clock), headers=key) for _ in range(2)
    )
    assert first.json == again.json
    assert first.json["wearer_ref"] == "W-0042"
    assert not [row for row in rows(read, IdempotencyKey) if b"W-0042" in bytes(row.body)]


def test_cameras_on_the_way_run_before_they_are_needed(opened, moj, clock, read):
    walk(moj, opened, clock, until_m=30)
    with read() as session:
        assert session.get(Stream, "street-2").wanted_until > clock()


def test_who_hardly_moves_changes_nothing_and_only_the_newest_position_is_kept(opened, moj, clock, read):
    clock.forward(seconds=2)
    send(moj, opened, fix(clock, 20))
    before = [event.id for event in rows(read, OutboxEvent)]
    for metres in (24, 27, 22):
        clock.forward(seconds=2)
        assert send(moj, opened, fix(clock, metres)).json["accepted"] == 1
    assert [event.id for event in rows(read, OutboxEvent)] == before
    (kept,) = rows(read, WearerPosition)
    assert kept.lat == fix(clock, 22)["lat"]


BAD = {
    "position_from_future": lambda clock: fix(clock, 30, at=(clock() + timedelta(seconds=6)).isoformat()),
    "position_too_old": lambda clock: fix(clock, 30, at=(clock() - timedelta(seconds=121)).isoformat()),
    "position_out_of_order": lambda clock: fix(clock, 30, at=(clock() - timedelta(seconds=2)).isoformat()),
    "position_too_soon": lambda clock: fix(clock, 30, at=(clock() - timedelta(seconds=0.5)).isoformat()),
    "position_outside_korea": lambda clock: fix(clock, 30) | {"lat": 35.68, "lon": 139.69},
    "invalid_request": lambda clock: fix(clock, 30) | {"lat": "34.8"},
}


@pytest.mark.parametrize("code", BAD)
def test_a_position_that_cannot_be_is_refused_alone_and_the_others_are_taken(code, opened, moj, clock, read):
    clock.forward(seconds=200)
    send(moj, opened, fix(clock, 20, at=(clock() - timedelta(seconds=1)).isoformat()))
    reply = send(moj, opened, BAD[code](clock), fix(clock, 40))
    assert (reply.status_code, reply.json["accepted"], reply.json["refused"]) == (200, 1, 1)
    refused, taken = reply.json["results"]
    assert (refused["status"], refused["code"], taken["status"]) == ("refused", code, "accepted")
    assert refused["field"] in {"at", "lat", "lon"}
    assert rows(read, WearerPosition)[0].lat == fix(clock, 40)["lat"]


def test_the_answers_kept_for_a_repeat_do_not_tell_the_way_and_the_repeat_has_the_cameras(opened, moj, clock, read):
    key = {"Idempotency-Key": "f3a1f2b0-6a4c-4f7e-8a51-0c8d3d7f9a12"}
    clock.forward(seconds=10)
    path, body = f"/v1/ankle-monitor/violations/{opened}/positions", {"positions": [fix(clock, 14)]}
    first, again = (moj.post(path, body, headers=key) for _ in range(2))
    assert first.json == again.json
    assert "cam-near" in first.json["cameras"]
    kept = [row for row in rows(read, IdempotencyKey) if row.key == key["Idempotency-Key"]]
    assert len(kept) == 1
    assert b"cam-" not in bytes(kept[0].body)


def test_another_code_leaves_the_cameras_where_the_wearer_is_and_the_record_without_them(opened, moj, clock, read):
    walk(moj, opened, clock, until_m=200)
    path = f"/v1/incidents/{opened}"
    before = moj.get(path).json
    assert moj.put(f"{path}/priority", {"priority": 3}).json == {"priority": 3}
    assert moj.get(path).json["cameras"] == before["cameras"]
    (said,) = [row.subject for row in rows(read, AuditEvent) if row.tag == "room:incident:code_changed"]
    assert "cameras" not in said


@pytest.mark.usefixtures("any_database")
def test_with_the_end_all_access_and_the_position_are_gone_and_none_is_taken_any_more(opened, phone, gate, clock, read):
    moj = phone("cad-moj")
    url = watch(phone("park"), opened).json["url"]
    assert gate_says(gate, url)[0] == 204
    walk(moj, opened, clock, until_m=60)
    assert end(phone("moj_dispatcher"), opened).json["status"] == "ended"
    assert gate_says(gate, url)[0] == 403
    assert rows(read, WearerPosition) == []
    with read() as session:
        incident, violation = session.get(Incident, opened), session.get(Violation, opened)
        assert (incident.lat, incident.lon, incident.accuracy_m) == (*town.SQUARE, None), "where it was found"
        assert violation.wearer_ref is None
        assert incident.cameras == [], "how far each was would tell where the wearer was last"
    late = send(moj, opened, fix(clock, 80))
    assert (late.status_code, late.json["code"]) == (409, "incident_closed")
    assert rows(read, WearerPosition) == []
    assert watch(phone("park"), opened).json["code"] == "incident_over"
    again = end(moj, opened)
    assert (again.status_code, again.json["status"]) == (200, "ended")


@pytest.mark.usefixtures("any_database")
def test_closing_it_as_an_incident_ends_it_in_the_same_way(opened, moj, clock, read):
    walk(moj, opened, clock, until_m=30)
    reply = moj.patch(f"/v1/incidents/{opened}", {"status": "closed", "closing_reason": "끝"})
    assert reply.status_code == 200
    assert rows(read, WearerPosition) == []


@pytest.mark.parametrize("watched", [True, False])
def test_a_notice_is_due_thirty_days_after_somebody_stopped_watching_and_not_otherwise(
    watched, opened, phone, clock, read
):
    if watched:
        session_id = watch(phone("park"), opened).json["session_id"]
        clock.forward(seconds=30)
        phone("park").delete(f"/v1/playback/{session_id}")
    stopped = clock()
    clock.forward(days=2)
    end(phone("cad-moj"), opened)
    found = [(one.kind, one.agency_id, one.subject, one.due_at) for one in rows(read, Duty)]
    due_at = due.due_at(DutyKind.VIEWING_NOTICE, stopped)
    assert found == ([(DutyKind.VIEWING_NOTICE, "moj", "W-0042", due_at)] if watched else [])
    if watched:
        dispatcher = phone("moj_dispatcher")
        (duty,) = dispatcher.get("/v1/duties").json["items"]
        done = dispatcher.post(f"/v1/duties/{duty['id']}/completion", {"means": "post"})
        assert (done.json["status"], done.json["subject"]) == ("done", None)


STRANGERS = ("cad112", "cad119", "dispatcher", "supervisor", "centre", "watcher", "kim", "moj_officer", "cad-moj2")


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_watches_it_or_learns_of_it(stranger, opened, phone):
    caller = phone(stranger)
    assert watch(caller, opened).json["code"] == "not_dispatched"
    for path in ("/v1/incidents", "/v1/ankle-monitor/violations"):
        assert caller.get(f"{path}/{opened}").json["code"] in {"incident_unknown", "role_missing"}
    assert send(caller, opened).json["code"] in {"invalid_request", "role_missing"}
    assert end(caller, opened).json["code"] in {"incident_unknown", "role_missing"}


@pytest.mark.usefixtures("any_database")
def test_the_glass_is_not_broken_for_it(opened, phone):
    need = {"reason": "추격", "legal_basis": "PIPA_18_2_3"}
    for officer in ("kim", "supervisor", "moj_officer"):
        here = phone(officer).post("/v1/break-glass", need | {"incident_id": opened})
        there = phone(officer).post("/v1/break-glass", need | {"incident_id": "unheard-of"})
        assert (here.status_code, here.json["detail"]) == (404, there.json["detail"])


@pytest.mark.usefixtures("any_database")
def test_nothing_of_it_is_granted_not_even_by_the_location_centre(opened, phone):
    grant = {
        "to": {"officer": "kim"},
        "incident_id": opened,
        "reason": "협조",
        "legal_basis": "PIPA_18_2_3",
        "until": town.in_an_hour(),
    }
    for cameras in ({}, {"camera_ids": ["cam-near"]}):
        assert phone("moj_supervisor").post("/v1/grants", grant | cameras).json["code"] == "incident_reserved"
        assert phone("supervisor").post("/v1/grants", grant | cameras).json["code"] == "incident_unknown"
    asked = {"agency": "moj", "incident_id": opened, "reason": "협조"}
    request = phone("kim").post("/v1/access-requests", asked).json["id"]
    answer = {"granted": True, "legal_basis": "PIPA_18_2_3"}
    reply = phone("moj_supervisor").post(f"/v1/access-requests/{request}/answer", answer)
    assert reply.json["code"] == "incident_reserved"


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("verb", ["transfer", "mutual_aid", "joint_response"])
def test_it_is_shared_with_no_police_room_but_with_another_location_centre(verb, opened, moj, phone):
    path, ask = f"/v1/incidents/{opened}/sharings", {"verb": verb, "reason": "관할"}
    for room in ("room112", "room119"):
        assert moj.post(path, ask | {"to_agency": room}).json["code"] == "incident_reserved"
    assert moj.post(path, ask | {"to_agency": "moj2", "units": ["engine1"]}).status_code == 201
    sharing = moj.get("/v1/sharings").json["items"][0]["id"]
    reply = phone("cad-moj2").post(f"/v1/sharings/{sharing}/acceptance")
    assert reply.json["code"] == "incident_reserved", "a fire engine was asked for"


@pytest.mark.usefixtures("any_database")
def test_only_probation_and_police_units_are_sent(opened, moj, phone):
    path = f"/v1/incidents/{opened}/dispatches"
    assert moj.post(path, {"unit": "engine1"}).json["code"] == "incident_reserved"
    assert moj.post(path, {"unit": "car1"}).status_code == 201
    assert watch(phone("kim"), opened).status_code == 201
    assert watch(phone("lee"), opened).json["code"] == "not_dispatched", "another car"


def test_whoever_reports_it_by_another_way_is_refused(moj, phone, clock):
    body = ankle_town.violation(clock)
    for caller in ("cad112", "cad-wrong", "moj_dispatcher", "dispatcher"):
        assert phone(caller).post("/v1/ankle-monitor/violations", body).json["code"] == "service_not_allowed"
    for caller in ("cad-moj", "cad-wrong", "moj_dispatcher"):
        by_hand = phone(caller).post("/v1/incidents", town.report(service="ankle_monitor", units=[]))
        assert by_hand.json["code"] == "service_not_allowed"


def test_positions_of_another_incident_or_by_another_way_are_not_taken(opened, moj, phone, clock, read):
    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    assert send(moj, incident, fix(clock, 30)).json["code"] == "incident_unknown"
    assert send(moj, "unheard-of", fix(clock, 30)).json["code"] == "incident_unknown"
    assert send(phone("cad-moj2"), opened, fix(clock, 30)).json["code"] == "incident_unknown"
    assert send(phone("moj_dispatcher"), opened, fix(clock, 30)).json["code"] == "service_not_allowed"
    moved = moj.patch(f"/v1/incidents/{opened}", {"location": ankle_town.HOME})
    assert moved.json["code"] == "service_not_allowed"
    assert rows(read, WearerPosition) == []


@pytest.mark.usefixtures("any_database")
def test_rows_that_should_not_be_there_open_nothing(opened, phone, transaction, clock, gate):
    """Somebody writes into the database what no call allows: the decision itself still says no."""
    with transaction() as session:
        part = {"part": Part.OWNS, "since": clock()}
        session.add(IncidentRoom(incident_id=opened, agency_id="room112", **part))
        grant = {"to_kind": GrantTo.OFFICER, "to_id": "kim", "covers": GrantCovers.INCIDENT, "incident_id": opened}
        times = {"starts_at": clock(), "until": clock() + timedelta(hours=1), "created_at": clock()}
        why = {"reason": "x", "legal_basis": LegalBasis.PIPA_18_2_3, "given_by": "supervisor", "agency_id": "room112"}
        session.add(Grant(id="forged", **grant, **times, **why))
    assert watch(phone("dispatcher"), opened).json["code"] == "not_dispatched"
    kim = phone("kim")
    assert kim.post("/v1/grants/forged/acceptance").status_code == 200
    by_grant = kim.post("/v1/playback", {"camera_id": "cam-near", "grant_id": "forged"})
    assert by_grant.json["code"] == "not_granted"


@pytest.mark.usefixtures("any_database")
def test_a_session_of_whose_agency_stops_being_a_location_centre_ends(opened, phone, transaction, gate):
    url = watch(phone("moj_dispatcher"), opened).json["url"]
    assert gate_says(gate, url)[0] == 204
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE agencies SET kind = 'police_112' WHERE id = 'moj'")
    assert gate_says(gate, url)[0] == 403


def test_no_grace_follows_its_end(opened, moj, phone, gate):
    admin = phone("admin")
    refused = admin.put("/v1/services/ankle_monitor/policy", {"grace_s": 60})
    assert (refused.status_code, refused.json["field"]) == (422, "grace_s")
    assert admin.put("/v1/services/ankle_monitor/policy", {"grace_s": 0}).status_code == 200
    url = watch(phone("park"), opened).json["url"]
    end(moj, opened)
    assert gate_says(gate, url)[0] == 403


WRONG = [
    ({"wearer_ref": "홍길동"}, "wearer_ref"),
    ({"wearer_ref": "Hong Gildong 1"}, "wearer_ref"),
    ({"wearer_ref": "honggildong"}, "wearer_ref"),
    ({"kind": "bad_mood"}, "kind"),
    ({"location": {"lat": 35.68, "lon": 139.69}}, "location.lon"),
    ({"at": "2099-01-01T00:00:00Z"}, "at"),
    ({"units": ["unheard-of"]}, "units.0"),
    ({"name": "x"}, "name"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_a_report_that_says_too_much_or_what_cannot_be_leaves_nothing(wrong, field, moj, clock, read):
    reply = moj.post("/v1/ankle-monitor/violations", ankle_town.violation(clock, **wrong))
    assert (reply.status_code, reply.json["field"]) == (422, field), reply.text
    assert rows(read, Incident) == rows(read, Violation) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
LIKE = st.fixed_dictionaries(
    {"lat": st.floats(-100, 100) | JSON, "lon": st.floats(-200, 200) | JSON, "at": st.text(max_size=30) | JSON},
    optional={"accuracy_m": JSON, "name": JSON},
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(LIKE, min_size=1, max_size=4))
def test_whatever_is_sent_as_positions_each_has_its_answer(sent, opened, moj):
    reply = send(moj, opened, *sent)
    assert reply.status_code == 200
    assert len(reply.json["results"]) == len(sent)


def test_a_centre_learns_of_a_view_that_it_is_lawful_and_can_end_it(opened, phone):
    watch(phone("park"), opened)
    watch(phone("moj_dispatcher"), opened)
    watched = [
        phone("centre").get("/v1/playback?active=true"),
        phone("centre").get("/v1/centres/centre/cameras"),
        phone("admin").get("/v1/centres/centre/cameras"),
    ]
    for shown in watched:
        for word in (opened, "park", "watch1", "보호1", "moj", "probation", "ankle", "ANKLE", "dispatch", "room"):
            assert word not in shown.text, word
    sessions, (camera,) = watched[0].json["items"], [one for one in watched[1].json["items"] if one["watchers"]]
    assert [one["basis_kind"] for one in sessions + camera["watchers"]] == ["lawful"] * 4
    assert {one["id"] for one in sessions} == {one["session_id"] for one in camera["watchers"]}
    assert phone("centre").delete(f"/v1/playback/{sessions[0]['id']}?reason=공사").status_code == 204
    assert len(phone("centre").get("/v1/playback?active=true").json["items"]) == 1


def test_an_auditor_of_the_centre_reads_of_a_view_that_it_was_lawful_and_the_provinces_reads_all(
    opened, phone, transaction
):
    watch(phone("park"), opened)
    with transaction() as session:
        session.add(town.officer("of_centre", Role.AUDITOR, "control"))
        session.add(town.officer("of_probation", Role.AUDITOR, "probation"))
    for ledger in ("viewing", "provision"):
        path = f"/v1/audit/ledgers/{ledger}?from=2020-01-01T00:00:00Z&until=2099-01-01T00:00:00Z"
        said = {account: phone(account).get(path) for account in ("of_centre", "of_probation", "auditor")}
        assert {account: len(reply.json["items"]) for account, reply in said.items()} == dict.fromkeys(said, 1)
        for word in ("park", "보호1", "moj", "probation", "ankle", "ANKLE", "zone_entry", "dispatch"):
            assert word not in said["of_centre"].text, (ledger, word)
        assert "lawful" in said["of_centre"].text
        assert said["of_probation"].json["items"] == said["auditor"].json["items"]
        assert said["auditor"].json["items"][0]["service"] == "ankle_monitor"


def test_its_crew_asks_no_centre_to_keep_anything_which_would_tell_the_centre_of_it(opened, phone):
    wish = {"camera_id": "cam-near", "incident_id": opened, "at": "2026-11-02T09:30:00Z", "reason": "x"}
    refused = phone("park").post("/v1/preservation-requests", wish)
    assert (refused.status_code, refused.json["code"]) == (403, "incident_reserved")
    assert phone("centre").get("/v1/preservation-requests").json["items"] == []


def test_whom_a_violation_is_for_and_whose_people_watch_see_all_of_it(opened, phone):
    watch(phone("park"), opened)
    for account in ("moj_supervisor", "probation_supervisor"):
        (shown,) = phone(account).get("/v1/playback?active=true").json["items"]
        assert (shown["incident_id"], shown["viewer_id"], shown["basis_kind"]) == (opened, "park", "dispatch")
