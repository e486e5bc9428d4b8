"""A centre's codes on their days, what it can take, and its own view of its cameras and of who watches them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server.centres import condition
from server.models import AuditEvent, CameraHealth, Centre, Host, Lease, LeaseState, Role, Stream
from tests import town
from tests.test_architecture import ROOT
from tests.town import CENTRE_OTHER

BEFORE = {"code": "46110", "name": "전라남도 목포시", "name_en": "Mokpo, Jeonnam", "valid_until": "2026-06-30"}
AFTER = {"code": "12110", "name": "전남광주 목포시", "name_en": "Mokpo", "valid_from": "2026-07-01"}
LAST_EVENING = datetime(2026, 6, 30, 14, 59, tzinfo=UTC)  # a minute before midnight in Korea


@pytest.fixture
def admin(phone):
    return phone("admin")


@pytest.fixture
def other(transaction):
    with transaction() as session:
        session.add(Centre(**CENTRE_OTHER))


def recorded(read, tag):
    with read() as session:
        return [row.subject for row in session.scalars(select(AuditEvent).where(AuditEvent.tag == tag))]


# Codes


@pytest.mark.usefixtures("any_database")
def test_the_merged_province_is_new_codes_of_the_same_centre(admin, read):
    done = admin.patch("/v1/centres/centre", {"codes": [BEFORE, AFTER]})
    assert done.status_code == 200, done.text
    for code, day, found in (
        ("46110", "2026-06-30", ["centre"]),
        ("46110", "2026-07-01", []),
        ("12110", "2026-06-30", []),
        ("12110", "2026-07-01", ["centre"]),
    ):
        items = admin.get(f"/v1/centres?code={code}&on={day}").json["items"]
        assert [one["id"] for one in items] == found, (code, day)
    assert recorded(read, "admin:centre:changed")[-1]["codes"][1]["code"] == "12110"


@pytest.mark.parametrize(("minutes", "code"), [(0, "46110"), (1, "12110")])
def test_a_centre_is_shown_by_the_code_and_name_of_the_day_in_korea(minutes, code, phone, clock):
    clock.at = LAST_EVENING
    phone("admin").patch("/v1/centres/centre", {"codes": [BEFORE, AFTER]})
    clock.forward(minutes=minutes)
    [shown] = phone("admin").get("/v1/centres").json["items"]
    assert (shown["id"], shown["code"]) == ("centre", code)
    assert shown["name"] == (BEFORE if code == "46110" else AFTER)["name"]


@pytest.mark.parametrize(
    "codes",
    [
        [BEFORE, AFTER | {"valid_from": "2026-06-30"}],
        [BEFORE | {"valid_from": "2026-07-01"}],
        [AFTER, AFTER],
        [AFTER, AFTER | {"code": "99999"}],
    ],
)
def test_codes_that_contradict_each_other_are_refused_and_nothing_changes(codes, admin):
    refused = admin.patch("/v1/centres/centre", {"codes": codes, "name": "다른 이름"})
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "centre_code_invalid", "codes")
    [shown] = admin.get("/v1/centres").json["items"]
    assert (shown["codes"], shown["name"]) == ([], "목포시")


@pytest.mark.usefixtures("other")
def test_two_centres_never_go_by_one_code_on_one_day(admin):
    assert admin.patch("/v1/centres/centre", {"codes": [BEFORE, AFTER]}).status_code == 200
    taken = admin.patch("/v1/centres/other", {"codes": [AFTER]})
    assert (taken.status_code, taken.json["code"]) == (409, "centre_exists")
    its_own = admin.patch("/v1/centres/centre", {"codes": [AFTER | {"code": "46130"}]})
    assert its_own.json["code"] == "centre_exists"
    later = [AFTER | {"code": "46110", "valid_from": "2030-01-01"}]
    assert admin.patch("/v1/centres/other", {"codes": later}).status_code == 200


@pytest.mark.usefixtures("other")
def test_a_list_is_imported_for_the_centre_that_goes_by_the_code_today(admin, clock):
    admin.patch("/v1/centres/centre", {"codes": [BEFORE, AFTER]})
    body = b"id,name,lat,lon,host,main_path\nc1,c,34.8,126.4,10.46.0.1,/1\n"
    for code, status in (("12110", 200), ("46110", 422), ("46130", 200)):
        asked = f"/v1/cameras:import?centre_id={code}&dry_run=true"
        assert admin.call("POST", asked, data=body, headers={"Content-Type": "text/csv"}).status_code == status, code


# Capacity


def test_a_centres_own_administrator_says_what_it_can_take_and_nothing_else(phone, transaction, read):
    with transaction() as session:
        session.add(town.officer("chief", Role.ADMIN, "control"))
    chief = phone("chief")
    said = chief.patch("/v1/centres/centre", {"max_pulls": 12, "uplink_kbps": 40_000})
    assert (said.status_code, said.json["max_pulls"], said.json["uplink_kbps"]) == (200, 12, 40_000)
    assert recorded(read, "admin:centre:changed")[-1]["max_pulls"] == 12
    assert chief.patch("/v1/centres/centre", {"max_pulls": None}).json["max_pulls"] is None
    for more in ({"networks": ["10.0.0.0/8"]}, {"name": "우리 센터"}, {"codes": [AFTER]}):
        assert chief.patch("/v1/centres/centre", more).json["code"] == "role_missing"


@pytest.mark.parametrize(
    ("field", "value"), [("max_pulls", 0), ("max_pulls", -1), ("max_pulls", "12"), ("uplink_kbps", 99), ("codes", {})]
)
def test_a_capacity_that_is_none_is_refused_by_its_field(field, value, admin):
    refused = admin.patch("/v1/centres/centre", {field: value})
    assert (refused.status_code, refused.json["code"]) == (422, "invalid_request")
    assert refused.json["field"].startswith(field)


# The centre's own view


def lease(camera_id, now, **more):
    given = {"state": LeaseState.LIVE, "pulls": 1, "kbps": 1500, "expires_at": now + timedelta(seconds=8)} | more
    return Lease(camera_id=camera_id, host_id="host-a", state_at=now, reported_at=now, **given)


@pytest.fixture
def leased(transaction, clock):
    """Three cameras of the centre are wanted: one is live, one refuses the password, one has to wait."""
    now = datetime.now(UTC)
    with transaction() as session:
        session.add(Host(id="host-a", seen_at=now))
        session.get(Centre, "centre").max_pulls = 1
        for camera_id in ("cam-near", "cam-looks", "cam-away"):
            session.add(Stream(camera_id=camera_id, wanted_until=now + timedelta(minutes=1), priority=1))
        session.flush()
        session.add(lease("cam-near", now))
        session.add(lease("cam-looks", now, state=LeaseState.FAILED, reason="camera_unauthorized", pulls=0))
        session.add(lease("cam-away", now, state=LeaseState.BACKOFF, reason="centre_full", pulls=0))


def view(who, **query):
    asked = who.get("/v1/centres/centre/cameras?" + "&".join(f"{k}={v}" for k, v in query.items()))
    assert asked.status_code == 200, asked.text
    return asked.json


@pytest.mark.usefixtures("any_database", "leased")
def test_a_centre_sees_how_each_camera_is_what_mends_it_and_how_full_it_is(phone):
    shown = view(phone("watcher"))
    found = {one["camera_id"]: one for one in shown["items"]}
    assert {id_: (one["health"], one["cause"]) for id_, one in found.items()} == {
        "cam-near": ("ok", None),
        "cam-looks": ("down", "camera_unauthorized"),
        "cam-away": ("waiting", "centre_full"),
        "cam-far": ("ok", None),
        "cam-off": ("off", "out_of_service"),
        "cam-other": ("ok", None),
    }
    assert all(bool(one["cause"]) == bool(one["mend"]) for one in found.values())
    load = {"cameras": 5, "wanted": 3, "pulls": 1, "max_pulls": 1, "kbps": 1500, "uplink_kbps": None}
    assert shown["load"] == load | {"waiting": 1, "sessions": 0}


def test_a_centre_sees_who_watches_what_and_of_which_agency(phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]})
    shown = view(phone("centre"))
    [one] = [one for one in shown["items"] if one["watchers"]]
    [watcher] = one["watchers"]
    names = ("viewer_id", "agency_id", "unit_id", "incident_id", "basis_kind", "purpose_code")
    assert [watcher[name] for name in names] == ["kim", "station", "car1", incident["id"], "dispatch", "crime_report"]
    assert shown["load"]["sessions"] == 1
    assert "sid" not in str(shown)
    phone("dispatcher").patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    assert not any(one["watchers"] for one in view(phone("centre"))["items"])


def test_a_camera_that_its_centre_blacks_out_or_its_own_events_report_is_told_so(phone, transaction):
    phone("centre").put("/v1/cameras/cam-near/blackout", {"on": True, "reason": "공사"})
    with transaction() as session:
        session.get(condition.Camera, "cam-far").health = CameraHealth.DEGRADED
    found = {one["camera_id"]: (one["health"], one["cause"]) for one in view(phone("centre"))["items"]}
    assert (found["cam-near"], found["cam-far"]) == (("dark", "blacked_out"), ("degraded", "sensor"))


def test_the_view_is_read_page_by_page(phone):
    first = view(phone("centre"), limit=4)
    rest = view(phone("centre"), limit=4, cursor=first["next_cursor"])
    assert [one["camera_id"] for one in first["items"] + rest["items"]] == sorted(
        ["cam-near", "cam-looks", "cam-away", "cam-far", "cam-off", "cam-other"]
    )
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("who", ["kim", "dispatcher", "supervisor"])
def test_nobody_else_sees_a_centres_view(who, phone):
    refused = phone(who).get("/v1/centres/centre/cameras")
    unknown = phone(who).get("/v1/centres/unheard-of/cameras")
    assert (refused.status_code, refused.json["code"]) == (422, "centre_unknown")
    assert refused.json["detail"] == unknown.json["detail"]


def test_every_cause_that_pages_know_has_a_mend():
    catalogue = json.loads((ROOT / "client_sdk/words/en.json").read_text())
    [known] = [part["why"] for part in catalogue.values() if "why" in part]
    pages_own = {"opening", "link", "starting", "no_top", "slow", "key_frames", "unknown", "unplayable"}
    assert set(known) - set(condition.MENDS) == pages_own
