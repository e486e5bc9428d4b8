"""Tablets: enrolled with a code that is good once, and shut with all they have when they are lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.access import devices, tokens
from server.access import viewer as viewers
from server.access.dpop import thumbprint
from server.models import AuditEvent, Device, Officer, PlaybackSession, Shift
from tests import town
from tests.conftest import ISSUER
from tests.phone import ask
from tests.town import PASSWORD

pytestmark = pytest.mark.usefixtures("any_database")
ME = "/v1/me/dispatches"


@pytest.fixture
def made(phone):
    """A new device with its code, as its agency sees it."""

    def make(by="admin", **more):
        return phone(by).post("/v1/devices", {"label": "순11 단말", "agency_id": "station", "unit_id": "car1"} | more)

    return make


def enrol(phone, code):
    """A tablet that tries a code."""
    tablet = phone()
    proof = {"DPoP": tablet.proof("POST", "/v1/devices/enrolment")}
    return tablet, tablet.post("/v1/devices/enrolment", {"code": code}, headers=proof)


def sign_in(tablet, account="kim"):
    return tablet.token(grant_type="password", username=account, password=PASSWORD)


@pytest.fixture
def tablet(phone, made):
    """An enrolled tablet of car 1, and its id."""
    enrolled, reply = enrol(phone, made().json["code"])
    assert reply.status_code == 201
    return enrolled, reply.json["id"]


@pytest.fixture
def only_enrolled(phone):
    reply = phone("admin").put("/v1/agencies/station/policy", {"enrolled_devices_only": True})
    assert reply.json["enrolled_devices_only"] is True


def tags(read):
    with read() as session:
        return list(session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def test_a_code_enrols_one_key_once(phone, made, read):
    device = made().json
    assert (device["standing"], len(device["code"]), device["agency_id"]) == ("waiting", 14, "station")
    tablet, reply = enrol(phone, device["code"].lower().replace("-", " "))
    assert reply.json == {name: device[name] for name in ("id", "label", "agency_id", "unit_id")}
    assert enrol(phone, device["code"])[1].json["code"] == "enrolment_code_invalid"
    (shown,) = phone("admin").get("/v1/devices").json["items"]
    assert (shown["standing"], shown["jkt"]) == ("enrolled", thumbprint(tablet.device.jwk))
    assert {"admin:device:registered", "device:device:enrolled"} <= set(tags(read))


def test_the_code_is_in_no_table_and_a_repeat_shows_it_again(phone, made, engine):
    admin = phone("admin")
    body = {"label": "단말"}
    first, again = (admin.post("/v1/devices", body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json == again.json
    secret = first.json["code"].replace("-", "")[4:]
    with engine.connect() as connection:
        for table in ("devices", "idempotency_keys", "audit_events"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 — names of ours
            assert rows
            assert secret not in str(rows).replace("-", "")


@pytest.mark.parametrize("hours", [24, 25])
def test_a_code_is_good_for_a_day(hours, phone, made, clock):
    code = made().json["code"]
    clock.forward(hours=hours)
    assert enrol(phone, code)[1].json["code"] == "enrolment_code_invalid"
    assert phone("admin").get("/v1/devices").json["items"][0]["standing"] == "expired"


def test_guessing_is_bounded_the_fifth_wrong_code_ends_it(phone, made, read):
    code = made().json["code"]
    wrong = code[:5] + ("2222-2222" if code[5:] != "2222-2222" else "3333-3333")
    replies = [enrol(phone, guess)[1] for guess in (*[wrong] * 5, code)]
    assert {(reply.status_code, reply.json["code"]) for reply in replies} == {(403, "enrolment_code_invalid")}
    assert len({reply.json["detail"] for reply in replies}) == 1
    assert tags(read).count("device:enrolment:refused") == 5
    assert len(devices.ALPHABET) ** devices.SECRET / devices.TRIES > 2**37


def test_guesses_at_no_code_leave_others_alone(phone, made):
    code = made().json["code"]
    for guess in ("AAAA-AAAA-AAAA", "A", "관리자", code[:4], code + "A"):
        assert enrol(phone, guess)[1].json["code"] == "enrolment_code_invalid"
    assert enrol(phone, code)[1].status_code == 201


def test_a_code_needs_a_proof_and_a_key_is_enrolled_once(phone, made, tablet):
    code = made().json["code"]
    assert phone().post("/v1/devices/enrolment", {"code": code}).json["code"] == "dpop_proof_invalid"
    enrolled, _ = tablet
    proof = {"DPoP": enrolled.proof("POST", "/v1/devices/enrolment")}
    reply = enrolled.post("/v1/devices/enrolment", {"code": code}, headers=proof)
    assert (reply.status_code, reply.json["code"]) == (409, "device_enrolled")


@pytest.mark.parametrize(
    ("by", "more", "code"),
    [
        ("supervisor", {}, "agency_unknown"),
        ("supervisor", {"agency_id": "room112"}, "unit_unknown"),
        ("admin", {"agency_id": "nowhere"}, "agency_unknown"),
        ("admin", {"unit_id": "engine1"}, "unit_unknown"),
        ("admin", {"unit_id": "nothing"}, "unit_unknown"),
    ],
)
def test_a_device_is_of_an_agency_and_its_unit(by, more, code, made):
    assert made(by, **more).json["code"] == code


def test_a_supervisor_sees_and_loses_only_the_agencys(phone, made, tablet):
    _, device_id = tablet
    own = made("supervisor", agency_id=None, unit_id=None).json
    assert own["agency_id"] == "room112"
    supervisor = phone("supervisor")
    assert [shown["id"] for shown in supervisor.get("/v1/devices").json["items"]] == [own["id"]]
    assert supervisor.post(f"/v1/devices/{device_id}/lost").json["code"] == "device_unknown"
    assert supervisor.post(f"/v1/devices/{own['id']}/lost").json["standing"] == "lost"
    assert len(phone("admin").get("/v1/devices").json["items"]) == 2


def test_where_only_enrolled_devices_may_the_others_may_not_and_only_who_knows_the_password_is_told(
    phone, tablet, only_enrolled, read
):
    enrolled, _ = tablet
    stranger = phone()
    reply = sign_in(stranger)
    assert (reply.status_code, reply.json["code"]) == (403, "device_not_enrolled")
    assert stranger.token(grant_type="password", username="kim", password="x").json["code"] == "invalid_grant"
    assert tags(read).count("viewer:login:refused") == 2
    assert sign_in(enrolled).status_code == 200
    assert sign_in(phone(), "fire").status_code == 200, "another agency's policy"


def test_an_enrolled_device_of_another_agency_does_not_do(phone, made, only_enrolled):
    other, _ = enrol(phone, made(agency_id="firehouse", unit_id=None).json["code"])
    assert sign_in(other).json["code"] == "device_not_enrolled"
    assert sign_in(other, "fire").status_code == 200


def test_a_policy_that_comes_later_ends_what_other_devices_renew(phone, request, gate):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    kim = phone("kim")
    opened = kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    request.getfixturevalue("only_enrolled")
    assert ask(gate, opened["url"])[0] == 204
    assert kim.refresh().json["code"] == "device_not_enrolled"
    assert kim.get(ME).json["code"] == "token_invalid"
    assert ask(gate, opened["url"])[0] == 403


def test_a_lost_device_has_nothing_left(phone, tablet, gate, read):
    """Logins, refresh tokens, access tokens, sessions and the key: each is refused at once, and it is told and recorded."""
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    enrolled, device_id = tablet
    enrolled.tokens = sign_in(enrolled).json
    before = dict(enrolled.tokens)
    enrolled.tokens = enrolled.refresh().json
    opened = enrolled.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    other = phone("kim")
    untouched = other.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    assert ask(gate, opened["url"])[0] == 204

    admin = phone("admin")
    replies = [admin.post(f"/v1/devices/{device_id}/lost") for _ in range(2)]
    assert [reply.json["standing"] for reply in replies] == ["lost", "lost"]
    assert ask(gate, opened["url"])[0] == 403
    for given in (before, enrolled.tokens):
        enrolled.tokens = given
        assert enrolled.get(ME).json["code"] == "token_invalid"
        assert enrolled.refresh().json["code"] == "device_lost"
    assert sign_in(enrolled).json["code"] == "device_lost"
    with read() as session:
        ended = session.get(PlaybackSession, opened["session_id"])
        assert ended.end_reason == "device_lost"
        jkt = session.get(Device, device_id).jkt
        assert session.scalars(select(Shift).where(Shift.jkt == jkt, Shift.ended_at.is_(None))).all() == []
        (row,) = session.scalars(select(AuditEvent).filter_by(tag="admin:device:lost"))
    assert row.subject["sessions_ended"] == [opened["session_id"]]
    assert len(row.subject["logins_ended"]) == 1
    assert ask(gate, untouched["url"])[0] == 204, "the officer's other device goes on"
    assert other.get(ME).status_code == 200


def test_what_began_while_the_device_was_lost_is_good_for_nothing(phone, tablet, transaction, keys, clock):
    enrolled, device_id = tablet
    phone("admin").post(f"/v1/devices/{device_id}/lost")
    jkt, now = thumbprint(enrolled.device.jwk), clock()
    with transaction() as session:
        times = {"started_at": now, "ends_at": now + timedelta(hours=12)}
        session.add(Shift(id="between", officer_id="kim", jkt=jkt, **times))
    token = tokens.mint(keys, "officer:kim", bound=tokens.Bound("between", jkt), issuer=ISSUER, now=now)
    enrolled.tokens = {"access_token": token, "token_type": "DPoP"}
    assert enrolled.get(ME).json["code"] == "token_invalid"
    with transaction() as session:
        assert not viewers.hold(session, viewers.of_officer(session.get(Officer, "kim"), "between"), now=now)


def test_a_code_that_is_taken_back_enrols_nothing(phone, made):
    device = made().json
    phone("admin").post(f"/v1/devices/{device['id']}/lost")
    assert enrol(phone, device["code"])[1].json["code"] == "enrolment_code_invalid"
