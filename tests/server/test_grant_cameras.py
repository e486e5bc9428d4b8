"""Which cameras a supervisor may grant, and for how much longer a grant may go on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.models import Agency, ApprovalPolicy, AuditEvent, Camera, Centre, Role, Shift
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")
ELSEWHERE = "cam-looks"  # of the incident, and of a centre outside the room's jurisdiction


@pytest.fixture
def chief(phone, transaction):
    """The room's supervisor, to whose jurisdiction one camera on the scene does not belong."""
    with transaction() as session:
        session.add(Centre(id="other", code="46130", name="여수시", name_en="Yeosu", lat=34.8, lon=126.4))
        session.flush()
        session.get(Camera, ELSEWHERE).centre_id = "other"
    return phone("supervisor")


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json["id"]


def give(chief, **more):
    body = {"to": {"unit": "car2"}, "until": town.in_an_hour(), "reason": "수색", "legal_basis": "PIPA_18_2_3"}
    return chief.post("/v1/grants", body | more)


def square(metres):
    north, south = town.place(0, metres), town.place(180, metres)
    west, east = town.place(270, metres), town.place(90, metres)
    return [(north[0], west[1]), (north[0], east[1]), (south[0], east[1]), (south[0], west[1]), (north[0], west[1])]


def test_those_of_the_agencys_jurisdiction_and_no_others(chief):
    assert give(chief, camera_ids=["cam-near"]).status_code == 201
    refused = give(chief, camera_ids=["cam-near", ELSEWHERE])
    assert (refused.status_code, refused.json["code"]) == (422, "grant_camera_unknown")
    assert refused.json["field"] == "camera_ids.1"
    assert "incident_id" in refused.json["detail"], "it says what would help"
    unheard_of = give(chief, camera_ids=["cam-near", "unheard-of"])
    told = [{key: reply.json[key] for key in ("code", "detail", "field")} for reply in (refused, unheard_of)]
    assert told[0] == told[1], "whether there is such a camera is not told"


def test_those_of_the_rooms_open_incident_in_a_grant_that_ends_with_it(chief, phone, incident, gate):
    given = give(chief, camera_ids=[ELSEWHERE], incident_id=incident)
    assert given.status_code == 201, given.text
    lee = phone("lee")
    lee.post(f"/v1/grants/{given.json['id']}/acceptance")
    opened = lee.post("/v1/playback", {"camera_id": ELSEWHERE, "grant_id": given.json["id"]}).json
    assert ask(gate, opened["url"])[0] == 204
    phone("cad112").patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "끝"})
    assert ask(gate, opened["url"])[0] == 403
    assert give(chief, camera_ids=[ELSEWHERE], incident_id=incident).json["code"] == "incident_closed"


def test_not_those_of_an_incident_that_the_room_handed_on(chief, phone, incident):
    asked = {"verb": "transfer", "to_agency": "room119", "reason": "화재"}
    sharing = phone("cad112").post(f"/v1/incidents/{incident}/sharings", asked).json
    phone("cad119").post(f"/v1/sharings/{sharing['id']}/acceptance")
    assert give(chief, camera_ids=[ELSEWHERE], incident_id=incident).json["code"] == "incident_unknown"
    assert give(phone("supervisor119"), camera_ids=[ELSEWHERE], incident_id=incident).status_code == 201


def test_an_area_gives_what_is_the_agencys_of_it(chief, incident):
    cameras = {one["id"] for one in give(chief, area=square(150)).json["cameras"]}
    assert "cam-near" in cameras
    assert ELSEWHERE not in cameras
    with_incident = {one["id"] for one in give(chief, area=square(150), incident_id=incident).json["cameras"]}
    assert with_incident == cameras | {ELSEWHERE}


def test_never_one_that_its_centre_has_switched_off(chief, phone):
    phone("centre").put("/v1/cameras/cam-near/blackout", {"on": True, "reason": "민원"})
    refused = give(chief, camera_ids=["cam-away", "cam-near"])
    assert (refused.json["code"], refused.json["field"]) == ("grant_camera_unknown", "camera_ids.1")
    assert "stopped showing" in refused.json["detail"]
    assert "cam-near" not in {one["id"] for one in give(chief, area=square(150)).json["cameras"]}
    own = give(phone("centre"), camera_ids=["cam-near"])
    assert own.json["code"] == "grant_camera_unknown", "nor does the centre itself"


def test_an_administrator_says_for_which_centres_an_agency_answers(chief, phone, read):
    admin, path = phone("admin"), "/v1/agencies/room112/jurisdiction"
    assert admin.put(path, {"centres": ["other"]}).json == {"agency_id": "room112", "centres": ["other"]}
    assert chief.get(path).json["centres"] == ["other"]
    assert give(chief, camera_ids=[ELSEWHERE]).status_code == 201
    assert give(chief, camera_ids=["cam-near"]).status_code == 422
    bad = admin.put(path, {"centres": ["other", "unheard-of"]})
    assert (bad.json["code"], bad.json["field"]) == ("centre_unknown", "centres.1")
    assert admin.put("/v1/agencies/unheard-of/jurisdiction", {"centres": []}).json["code"] == "agency_unknown"
    assert admin.get("/v1/agencies/unheard-of/jurisdiction").json["code"] == "agency_unknown"
    with read() as session:
        assert session.scalars(select(AuditEvent.tag)).all().count("admin:jurisdiction:set") == 1


@pytest.fixture
def granted(phone):
    """A grant that lee watches by."""
    grant = give(phone("supervisor"), camera_ids=["cam-near"]).json
    lee = phone("lee")
    lee.post(f"/v1/grants/{grant['id']}/acceptance")
    opened = lee.post("/v1/playback", {"camera_id": "cam-near", "grant_id": grant["id"]}).json
    return f"/v1/grants/{grant['id']}/renewal", opened


def in_hours(clock, hours):
    return {"until": (clock() + timedelta(hours=hours)).isoformat()}


def test_a_renewed_grant_goes_on_with_what_is_watched_on_it(granted, *, phone, clock, gate, transaction, read):
    path, opened = granted
    for _ in range(2):
        assert phone("supervisor").post(path, in_hours(clock, 11)).json["status"] == "active"
    clock.forward(hours=2)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, opened["url"])[0] == 204
    clock.forward(hours=10)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, opened["url"])[0] == 403
    assert phone("supervisor").post(path, in_hours(clock, 1)).json["code"] == "grant_ended", (
        "what is over is given anew"
    )
    with read() as session:
        assert session.scalars(select(AuditEvent.tag)).all().count("supervisor:grant:renewed") == 1


def test_what_is_watched_on_a_renewed_grant_still_ends_with_its_viewers_login(granted, phone, clock, gate, transaction):
    path, opened = granted
    with transaction() as session:
        ends_at = clock() + timedelta(minutes=90)
        session.scalars(select(Shift).where(Shift.officer_id == "lee")).one().ends_at = ends_at
    assert phone("supervisor").post(path, in_hours(clock, 11)).status_code == 200
    clock.forward(minutes=90)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, opened["url"])[0] == 403


@pytest.mark.parametrize("hours", [-1, 0, 12.1])
def test_a_renewal_is_for_twelve_hours_at_most(granted, hours, phone, clock):
    reply = phone("supervisor").post(granted[0], in_hours(clock, hours))
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, "grant_times_invalid", "until")


def test_a_renewal_may_also_shorten(granted, phone, clock, gate, transaction):
    phone("supervisor").post(granted[0], in_hours(clock, 0.1))
    clock.forward(minutes=10)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, granted[1]["url"])[0] == 403


def test_only_the_agency_that_gave_it_renews_it(granted, phone, clock):
    assert phone("supervisor119").post(granted[0], in_hours(clock, 2)).json["code"] == "grant_unknown"
    assert phone("supervisor").post("/v1/grants/unheard-of/renewal", in_hours(clock, 2)).json["code"] == "grant_unknown"


def test_a_grant_that_takes_two_people_is_not_renewed_by_who_gave_it(phone, clock, transaction):
    with transaction() as session:
        session.get(Agency, "room112").approval = ApprovalPolicy.ALWAYS
        session.add(town.officer("deputy", Role.SUPERVISOR, "room112"))
    path = f"/v1/grants/{give(phone('supervisor'), camera_ids=['cam-near']).json['id']}/renewal"
    assert phone("supervisor").post(path, in_hours(clock, 2)).json["code"] == "grant_needs_another"
    assert phone("deputy").post(path, in_hours(clock, 2)).status_code == 200


@pytest.mark.parametrize(
    ("to", "unit"), [({"unit": "car2"}, "car2"), ({"officer": "deputy"}, None), ({"agency": "room112"}, None)]
)
def test_nobody_renews_what_they_receive_but_who_gave_it_may(to, unit, *, phone, clock, transaction):
    with transaction() as session:
        session.add(town.officer("deputy", Role.SUPERVISOR, "room112", unit))
    path = f"/v1/grants/{give(phone('supervisor'), to=to, camera_ids=['cam-near']).json['id']}/renewal"
    assert phone("deputy").post(path, in_hours(clock, 2)).json["code"] == "grant_needs_another"
    assert phone("supervisor").post(path, in_hours(clock, 2)).status_code == 200


def test_what_left_the_jurisdiction_is_not_renewed_but_may_be_shortened(granted, chief, phone, clock):
    phone("admin").put("/v1/agencies/room112/jurisdiction", {"centres": ["other"]})
    refused = chief.post(granted[0], in_hours(clock, 2))
    assert (refused.status_code, refused.json["code"], refused.json["camera_id"]) == (
        422,
        "grant_camera_unknown",
        "cam-near",
    )
    assert chief.post(granted[0], in_hours(clock, 0.1)).status_code == 200


def test_the_camera_of_an_incident_is_renewed_with_it_wherever_it_stands(chief, incident, clock):
    grant = give(chief, camera_ids=[ELSEWHERE], incident_id=incident).json
    assert chief.post(f"/v1/grants/{grant['id']}/renewal", in_hours(clock, 2)).status_code == 200


def test_a_broken_glass_is_explained_not_renewed(phone, clock, incident):
    body = {"incident_id": incident, "reason": "추격", "legal_basis": "PIPA_18_2_3"}
    broken = phone("supervisor").post("/v1/break-glass", body).json
    assert (
        phone("supervisor").post(f"/v1/grants/{broken['id']}/renewal", in_hours(clock, 1)).json["code"] == "grant_ended"
    )
