"""Steering a camera: who may, one at a time, only while they watch, and all of it on record."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from server import jobs
from server.api.ptz import Move
from server.models import Agency, AuditEvent, Camera, Incident, PlaybackSession, PtzHold, PtzRight, PtzState
from tests import town

PRESETS = [{"token": "home", "name": "기본"}, {"token": "gate", "name": "정문"}]
NEED = {"reason": "도주 방향 확인"}
PATH = "/v1/cameras/cam-near/ptz"


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json


@pytest.fixture
def turning(transaction):
    with transaction() as session:
        camera = session.get(Camera, "cam-near")
        camera.ptz, camera.ptz_home, camera.onvif_port, camera.ptz_presets = True, "home", 80, PRESETS
        session.get(Agency, "station").ptz = PtzRight.EVERYBODY
        session.get(Agency, "room112").ptz = PtzRight.ROOM


@pytest.fixture
def watching(phone, incident, turning):
    """``watching("kim")``: that account, with the camera open."""

    def open_it(account):
        who = phone(account)
        opened = who.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]})
        assert opened.status_code == 201, opened.text
        who.session_id = opened.json["session_id"]
        return who

    return open_it


@pytest.fixture
def take(incident):
    def steer(who, **more):
        return who.post(PATH, {"incident_id": incident["id"]} | NEED | more)

    return steer


def tags(read):
    with read() as session:
        return [row for row in session.scalars(select(AuditEvent)) if ":ptz:" in row.tag]


@pytest.mark.usefixtures("any_database")
def test_a_camera_that_one_watches_is_taken_moved_and_let_go_and_all_of_it_recorded(watching, take, incident, read):
    kim = watching("kim")
    held = take(kim, seconds=60)
    assert held.status_code == 201, held.text
    assert (held.json["presets"], held.json["moves"], held.json["outcome"]) == (PRESETS, 0, None)
    moved = kim.post(f"{PATH}/moves", {"pan": 0.5, "tilt": -0.25, "duration_ms": 400})
    assert (moved.status_code, moved.json["moves"]) == (202, 1)
    assert kim.post(f"{PATH}/moves", {"preset": "gate"}).json["moves"] == 2
    assert kim.get(PATH).json["moves"] == 2
    assert kim.delete(PATH).status_code == 204
    assert kim.get(PATH).json["code"] == "ptz_not_held"
    rows = tags(read)
    assert [row.tag for row in rows] == [f"viewer:ptz:{act}" for act in ("held", "moved", "moved", "released")]
    first = rows[0].subject
    assert (first["incident"], first["reason"], first["purpose_code"]) == (
        incident["id"],
        *NEED.values(),
        "crime_report",
    )
    assert rows[2].subject["move"] == {"preset": "gate"}


def test_who_asks_again_says_why_again(watching, take, read):
    kim = watching("kim")
    take(kim)
    assert take(kim, reason="다른 방향 확인").status_code == 200
    said = {row.tag: row.subject["reason"] for row in tags(read)}
    assert said == {"viewer:ptz:held": NEED["reason"], "viewer:ptz:renewed": "다른 방향 확인"}


def test_steering_is_a_right_of_its_own(watching, take, transaction, phone):
    kim, dispatcher = watching("kim"), watching("dispatcher")
    for right, may in ((PtzRight.NOBODY, False), (PtzRight.ROOM, False), (PtzRight.EVERYBODY, True)):
        with transaction() as session:
            session.get(Agency, "station").ptz = right
        assert (take(kim).status_code == 201) is may, right
    assert kim.delete(PATH).status_code == 204
    assert take(dispatcher).status_code == 201
    refused = phone("admin").put("/v1/agencies/station/policy", {"ptz": "nobody"})
    assert (refused.status_code, refused.json["ptz"]) == (200, "nobody")


@pytest.mark.usefixtures("turning")
@pytest.mark.parametrize(
    ("right", "change", "said"),
    [
        (PtzRight.EVERYBODY, {}, True),
        (PtzRight.ROOM, {}, False),
        (PtzRight.NOBODY, {}, False),
        (PtzRight.EVERYBODY, {"ptz": False}, False),
        (PtzRight.EVERYBODY, {"onvif_port": None}, False),
    ],
)
def test_who_opens_a_camera_is_told_whether_they_may_steer_it(right, change, said, phone, transaction):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    with transaction() as session:
        session.get(Agency, "station").ptz = right
        for name, value in change.items():
            setattr(session.get(Camera, "cam-near"), name, value)
    opened = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    assert opened["steers_for"] == (incident["id"] if said else None)


def test_a_room_is_told_which_unit_steers_a_camera_of_their_incident_and_of_another_only_until_when(
    watching, take, phone, transaction
):
    kim, room = watching("kim"), watching("dispatcher")
    until = take(kim).json["until"]
    assert {name: take(room).json.get(name) for name in ("by", "until")} == {"by": "순11", "until": until}
    other = phone("cad112").post("/v1/incidents", town.report(external_id="another", units=[])).json
    room.post("/v1/playback", {"camera_id": "cam-near", "incident_id": other["id"]})
    refused = take(room, incident_id=other["id"]).json
    assert (refused["code"], refused["until"], refused.get("by")) == ("ptz_held", until, None)


def test_a_unit_is_told_which_room_steers_a_camera_of_their_incident(watching, take):
    kim, room = watching("kim"), watching("dispatcher")
    take(room)
    assert take(kim).json["by"] == "room112"


def test_only_the_province_gives_the_right(phone, transaction):
    with transaction() as session:
        session.add(town.officer("chief", town.Role.ADMIN, "station"))
    refused = phone("chief").put("/v1/agencies/station/policy", {"ptz": "everybody"})
    assert (refused.status_code, refused.json["code"]) == (403, "role_missing")
    with transaction() as session:
        assert session.get(Agency, "station").ptz == PtzRight.NOBODY


@pytest.mark.usefixtures("turning")
def test_who_does_not_watch_it_for_that_incident_steers_nothing(phone, take, incident):
    for who in ("kim", "lee", "supervisor119"):
        refused = take(phone(who))
        assert (refused.status_code, refused.json["code"]) == (403, "ptz_not_watching")
    assert phone("kim").post("/v1/cameras/unheard-of/ptz", NEED | {"incident_id": incident["id"]}).json["code"] == (
        "ptz_not_watching"
    )


def test_one_person_steers_at_a_time_for_a_minute_at_most_and_may_ask_again(watching, take, clock):
    kim, room = watching("kim"), watching("dispatcher")
    assert take(kim, seconds=60).status_code == 201
    held = take(room)
    assert (held.status_code, held.json["code"]) == (409, "ptz_held")
    assert "kim" not in held.text
    assert room.post(f"{PATH}/moves", {"pan": 1.0}).json["code"] == "ptz_not_held"
    clock.forward(seconds=50)
    assert take(kim, seconds=60).status_code == 200
    clock.forward(seconds=50)
    assert take(room).json["code"] == "ptz_held"
    clock.forward(seconds=10)
    assert take(room).status_code == 201
    assert kim.post(f"{PATH}/moves", {"pan": 1.0}).json["code"] == "ptz_not_held"
    assert take(kim, seconds=61).json["code"] == "invalid_request"


@pytest.fixture
def acts(phone, incident, clock, transaction):
    """What ends an access, by a name."""

    def grace(kim):
        with transaction() as session:
            session.get(PlaybackSession, kim.session_id).grace_until = clock()

    closing = {"status": "closed", "closing_reason": "끝"}
    return {
        "closed": lambda _: phone("dispatcher").patch(f"/v1/incidents/{incident['id']}", closing),
        "left": lambda kim: kim.delete(f"/v1/playback/{kim.session_id}"),
        "withdrawn": lambda _: phone("dispatcher").delete(f"/v1/dispatches/{incident['dispatches'][0]['id']}"),
        "blackout": lambda _: phone("centre").put("/v1/cameras/cam-near/blackout", {"on": True, "reason": "공사"}),
        "grace": grace,
        "late": lambda _: clock.forward(seconds=30),
    }


@pytest.mark.parametrize("how", ["closed", "left", "withdrawn", "blackout", "grace", "late"])
def test_whatever_ends_the_access_ends_the_hold_in_the_same_moment(how, acts, watching, take):
    kim = watching("kim")
    take(kim)
    acts[how](kim)
    assert kim.post(f"{PATH}/moves", {"pan": 1.0}).json["code"] == "ptz_not_held"
    deps = kim.deps
    with deps.transaction() as session:
        jobs.end_holds(session, now=deps.now())
        [held] = session.scalars(select(PtzHold))
        assert (held.end_reason, held.seq) == ("expired" if how == "late" else "access_ended", 0)
    assert tags(deps.read)[-1].tag == "system:ptz:ended"


def test_the_next_one_waits_until_the_camera_is_back_and_the_record_says_when(watching, take, transaction, clock, read):
    kim, room = watching("kim"), watching("dispatcher")
    hold_id = take(kim).json["id"]
    state = {"hold_id": hold_id, "host_id": "host-a", "claimed_until": clock(), "away": True, "outcome": "asked"}
    with transaction() as session:
        session.add(PtzState(camera_id="cam-near", seq=1, **state))
    kim.delete(PATH)
    assert take(room).json["code"] == "ptz_held"
    with transaction() as session:
        back = session.get(PtzState, "cam-near")
        back.away, back.given_back_at = False, clock()
    assert take(room).status_code == 201
    assert [row.subject["hold"] for row in tags(read) if row.tag == "system:ptz:given_back"] == [hold_id]


@pytest.mark.parametrize("change", [{"ptz": False}, {"onvif_port": None}])
def test_a_camera_that_cannot_turn_is_not_taken(change, watching, take, transaction):
    kim = watching("kim")
    with transaction() as session:
        for name, value in change.items():
            setattr(session.get(Camera, "cam-near"), name, value)
    assert take(kim).json["code"] == "ptz_unable"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"preset": "roof"}, "ptz_preset_unknown"),
        ({"preset": "gate", "pan": 1.0}, "invalid_request"),
        ({}, "invalid_request"),
        ({"pan": 1.5}, "invalid_request"),
        ({"pan": 1.0, "duration_ms": 2001}, "invalid_request"),
        ({"pan": "1"}, "invalid_request"),
    ],
)
def test_an_order_out_of_bounds_moves_nothing(body, code, watching, take, read):
    kim = watching("kim")
    take(kim)
    refused = kim.post(f"{PATH}/moves", body)
    assert (refused.status_code, refused.json["code"]) == (422, code)
    with read() as session:
        assert session.scalars(select(PtzHold)).one().seq == 0


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["preset", "pan", "tilt", "zoom", "duration_ms"]), st.floats() | st.text() | st.none()
    )
)
def test_every_order_is_one_place_or_a_bounded_move(body):
    try:
        move = Move.model_validate(body)
    except ValidationError:
        return
    assert (move.preset is None) == bool(move.pan or move.tilt or move.zoom)
    assert max(abs(move.pan), abs(move.tilt), abs(move.zoom)) <= 1
    assert 100 <= move.duration_ms <= 2000


def test_the_incident_must_be_open(watching, take, incident, transaction):
    kim = watching("kim")
    with transaction() as session:
        session.get(Incident, incident["id"]).status = "closed"
    assert take(kim).json["code"] == "incident_over"
