"""The core story through the API, on both databases."""

import pytest
from sqlalchemy import select

from server.models import OutboxEvent, Stream
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")


def watch(phone, incident_id, camera_id="cam-near"):
    return phone.post("/v1/playback", {"camera_id": camera_id, "incident_id": incident_id})


def events(read, audience):
    with read() as session:
        rows = session.scalars(select(OutboxEvent).where(OutboxEvent.audience == audience).order_by(OutboxEvent.id))
        return [(row.kind, row.data) for row in rows]


def test_a_call_gives_the_sent_unit_its_cameras_and_closing_takes_them_away(phone, gate, read, clock):
    cad, kim, lee = phone("cad112"), phone("kim"), phone("lee")

    reported = cad.post("/v1/incidents", town.report())
    assert reported.status_code == 201
    incident = reported.json
    assert [camera["camera_id"] for camera in incident["cameras"]] == ["cam-near", "cam-looks", "cam-away", "cam-far"]
    assert [(d["unit"], d["status"]) for d in incident["dispatches"]] == [("car1", "sent")]

    mine = kim.get("/v1/me/dispatches").json
    assert mine["unit"]["call_sign"] == "순11"
    assert [d["incident"]["id"] for d in mine["dispatches"]] == [incident["id"]]
    assert mine["dispatches"][0]["incident"]["cameras"][0]["id"] == "cam-near"
    assert lee.get("/v1/me/dispatches").json["dispatches"] == []

    playback = watch(kim, incident["id"])
    assert playback.status_code == 201
    assert playback.json["basis"] == {"kind": "dispatch", "id": incident["dispatches"][0]["id"]}
    assert ask(gate, playback.json["url"]) == (204, "host-a")

    refused = watch(lee, incident["id"])
    assert (refused.status_code, refused.json["code"]) == (403, "not_dispatched")

    closed = cad.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "현장 종결"})
    assert (closed.status_code, closed.json["status"]) == (200, "closed")
    assert ask(gate, playback.json["url"]) == (403, None)
    assert watch(kim, incident["id"]).json["code"] == "incident_over"
    assert kim.get("/v1/me/dispatches").json["dispatches"] == []

    told = {"session_ids": [playback.json["session_id"]], "incident_id": incident["id"], "reason": "incident_closed"}
    assert events(read, "officer:kim") == [("revoked", told)]
    assert [kind for kind, _ in events(read, "unit:car1")] == ["dispatch", "incident"]
    assert [kind for kind, _ in events(read, "agency:room112")] == ["dispatch", "incident", "incident"]
    with read() as session:
        assert all(stream.wanted_until <= clock() for stream in session.scalars(select(Stream)))


@pytest.mark.parametrize(
    ("how", "reason"), [("withdraw", "dispatch_withdrawn"), ("clear", "dispatch_cleared"), ("move", "incident_moved")]
)
def test_what_ends_the_basis_ends_the_session(how, reason, phone, gate, read):
    cad, kim = phone("cad112"), phone("kim")
    incident = cad.post("/v1/incidents", town.report()).json
    dispatch = f"/v1/dispatches/{incident['dispatches'][0]['id']}"
    playback = watch(kim, incident["id"]).json
    far = dict(zip(("lat", "lon"), town.place(0, 3000), strict=True))

    done = {
        "withdraw": lambda: cad.delete(dispatch),
        "clear": lambda: kim.patch(dispatch, {"status": "cleared"}),
        "move": lambda: cad.patch(f"/v1/incidents/{incident['id']}", {"location": far}),
    }[how]()

    assert done.status_code in {200, 204}
    assert ask(gate, playback["url"]) == (403, None)
    told = {"session_ids": [playback["session_id"]], "incident_id": incident["id"], "reason": reason}
    assert ("revoked", told) in events(read, "officer:kim")


def test_the_room_watches_its_own_open_incident_and_no_other_room_does(phone, gate):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    allowed = watch(phone("dispatcher"), incident["id"])
    assert allowed.json["basis"] == {"kind": "room", "id": incident["id"]}
    assert ask(gate, allowed.json["url"]) == (204, "host-a")
    assert watch(phone("cad112"), incident["id"]).status_code == 201
    for other in ("dispatcher119", "cad119", "supervisor", "auditor", "admin", "fire"):
        assert watch(phone(other), incident["id"]).json["code"] == "not_dispatched", other


def test_dispatching_warms_the_first_cameras_for_two_minutes(phone, read, clock):
    phone("cad112").post("/v1/incidents", town.report())
    with read() as session:
        wanted = {s.camera_id: (s.wanted_until - clock()).total_seconds() for s in session.scalars(select(Stream))}
    assert wanted == {"cam-near": 120, "cam-looks": 120}


def test_a_moved_incident_has_the_cameras_of_its_new_place(phone):
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report()).json
    lat, lon = town.place(0, 2900)
    moved = cad.patch(f"/v1/incidents/{incident['id']}", {"location": {"lat": lat, "lon": lon, "address": "북쪽"}})
    assert [camera["camera_id"] for camera in moved.json["cameras"]] == ["cam-other"]
    assert moved.json["location"]["address"] == "북쪽"
    assert cad.get(f"/v1/incidents/{incident['id']}/cameras").json == {"cameras": moved.json["cameras"]}
