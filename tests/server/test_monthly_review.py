"""The monthly review: true figures, signed once by whoever read them, and overdue when nobody did."""

import csv
import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from server.models import AuditEvent, Role
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")
MONTH = datetime(2026, 10, 31, 14, 0, tzinfo=UTC)  # 23:00 of the 31st in Korea: night, and nearly November


@pytest.fixture
def clock():
    return town.Clock(MONTH)


@pytest.fixture
def month(phone, clock, transaction):
    """October: kim watched twice, was refused, broke the glass and explained it; lee broke one and did neither."""
    with transaction() as session:
        session.add(town.officer("of_station", Role.AUDITOR, "station"))
        session.add(town.officer("of_firehouse", Role.AUDITOR, "firehouse"))
    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    kim, lee = phone("kim"), phone("lee")
    first = kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident}).json["session_id"]
    assert kim.post("/v1/playback", {"camera_id": "cam-far", "incident_id": incident}).status_code == 201
    need = {"incident_id": incident, "reason": "추격", "legal_basis": "PIPA_18_2_3"}
    glass = kim.post("/v1/break-glass", need).json["id"]
    assert phone("supervisor").post(f"/v1/grants/{glass}/approval").status_code == 200
    kim.post(f"/v1/grants/{glass}/explanation", {"text": "도주 차량"})
    assert lee.post("/v1/break-glass", need).status_code == 201
    assert lee.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident}).status_code == 403
    clock.forward(minutes=3)
    kim.delete(f"/v1/playback/{first}")
    clock.forward(days=1)


def read(phone, review="station_2026-10", account="of_station", form="json"):
    return phone(account).get(f"/v1/reviews/{review}?format={form}")


def test_the_report_counts_what_the_agencys_people_did(month, phone):
    report = read(phone).json
    assert report["views"] == {"count": 2, "viewers": 1, "cameras": 2, "minutes": 3}
    assert (report["by_basis"], report["by_purpose"]) == ({"dispatch": 2}, {"crime_report": 2})
    assert (report["by_service"], report["by_legal_basis"]) == ({"police_112": 2}, {"POLICE112_9_1": 2})
    night = report["out_of_hours"]
    assert (night["from_h"], night["until_h"], night["count"], night["without_dispatch"]) == (22, 6, 2, 0)
    assert report["top_viewers"] == [{"viewer_id": "kim", "count": 2, "viewers": 1, "cameras": 2, "minutes": 3}]
    assert report["refusals"]["by_code"] == {"not_dispatched": 1}
    assert report["refusals"]["viewers"] == [{"viewer_id": "lee", "count": 1}]
    glasses = {one["officer_id"]: one for one in report["break_glass"]}
    assert (glasses["kim"]["confirmed_by"], glasses["kim"]["explanation"]) == ("supervisor", "도주 차량")
    assert (glasses["lee"]["confirmed_by"], glasses["lee"]["explanation"]) == (None, None)
    assert [(one["given_by"], one["emergency"]) for one in report["unapproved"]] == [("lee", True)]
    assert report["review"]["status"] == "due"


def test_another_agencys_month_and_another_month_are_not_in_it(month, phone):
    assert read(phone, "firehouse_2026-10", "of_firehouse").json["views"]["count"] == 0
    assert read(phone, "station_2026-11").json["views"]["count"] == 0
    for review in ("station_2026-10", "station_2025-01", "x"):
        assert read(phone, review, "of_firehouse").json["code"] == "review_unknown"
    assert read(phone, account="auditor").json["views"]["count"] == 2


def test_a_month_is_signed_by_who_has_read_it_and_then_stands(month, phone, transaction, clock):
    auditor, path = phone("of_station"), "/v1/reviews/station_2026-10/signature"
    digest = read(phone).json["digest"]
    phone("lee").post("/v1/grants", {})  # of November: it changes nothing
    lee = next(one for one in read(phone).json["break_glass"] if one["officer_id"] == "lee")
    phone("lee").post(f"/v1/grants/{lee['grant_id']}/explanation", {"text": "늦은 설명"})
    changed = auditor.post(path, {"digest": digest, "note": "이상 없음"})
    assert (changed.status_code, changed.json["code"]) == (409, "review_changed")
    digest = read(phone).json["digest"]
    signed = auditor.post(path, {"digest": digest, "note": "이상 없음"})
    assert (signed.status_code, signed.json["status"], signed.json["signed_by"]) == (200, "signed", "of_station")
    again = phone("auditor").post(path, {"digest": "0" * 64, "note": "다시"})
    assert again.json == signed.json
    assert read(phone).json["digest"] == digest
    with transaction() as session:
        (row,) = session.scalars(select(AuditEvent).where(AuditEvent.tag == "auditor:review:signed"))
    assert (row.actor_id, row.subject) == ("of_station", {"review": "station_2026-10", "digest": digest})


def test_a_running_month_is_not_signed(month, phone):
    digest = read(phone, "station_2026-11").json["digest"]
    reply = phone("of_station").post("/v1/reviews/station_2026-11/signature", {"digest": digest, "note": "x"})
    assert (reply.status_code, reply.json["code"]) == (409, "review_too_early")


def test_what_nobody_signs_in_time_is_overdue(month, phone, clock):
    def listed(status, account="of_station"):
        auditor = phone(account)
        items = auditor.get(f"/v1/reviews?status={status}").json["items"]
        return [item["id"] for item in items]

    assert listed("due") == ["station_2026-10"]
    assert listed("running") == ["station_2026-11"]
    clock.at = datetime(2026, 11, 14, 14, 59, tzinfo=UTC)
    assert listed("overdue") == []
    clock.forward(minutes=1)
    assert listed("overdue") == ["station_2026-10"]
    assert {"firehouse_2026-10", "station_2026-10"} < set(listed("overdue", "auditor"))


def test_months_are_listed_from_the_first_of_the_record_on_and_page_by_page(month, phone, clock):
    clock.forward(days=31)
    auditor = phone("of_station")
    first = auditor.get("/v1/reviews?limit=2").json
    rest = auditor.get(f"/v1/reviews?limit=2&cursor={first['next_cursor']}").json
    assert [item["month"] for item in first["items"] + rest["items"]] == ["2026-10", "2026-11", "2026-12"]


def test_the_table_and_the_page_say_the_same_and_are_inert(month, phone):
    need = {"reason": "=1+1<script>\u202e", "legal_basis": "PIPA_18_2_3"}
    incident = phone("cad112").post("/v1/incidents", town.report(external_id="2", units=[])).json["id"]
    assert phone("kim").post("/v1/break-glass", need | {"incident_id": incident}).status_code == 201
    rows = list(csv.reader(io.StringIO(read(phone, "station_2026-11", form="csv").data.decode("utf-8-sig"))))
    assert rows[0] == ["구분", "항목", "값"]
    assert ["긴급 접근", "1.reason", "'=1+1<script>\\u202e"] in rows
    page = read(phone, "station_2026-11", form="html")
    assert page.mimetype == "text/html"
    assert "=1+1&lt;script&gt;\\u202e" in page.text
    assert "<script" not in page.text
    assert "\u202e" not in page.text


def test_reading_it_is_recorded(month, phone, transaction):
    read(phone)
    with transaction() as session:
        row = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (row.tag, row.actor_id, row.subject["review"]) == ("auditor:audit:read", "of_station", "station_2026-10")


def test_months_begin_at_midnight_in_korea(month, phone, clock, transaction):
    clock.at = datetime(2026, 10, 31, 14, 59, 59, tzinfo=UTC)
    assert phone("lee").post("/v1/grants", {}).status_code == 403
    clock.forward(seconds=1)
    assert phone("kim").post("/v1/grants", {}).status_code == 403
    assert read(phone).json["refusals"]["by_code"] == {"not_dispatched": 1, "role_missing": 1}
    assert read(phone, "station_2026-11").json["refusals"]["by_code"] == {"role_missing": 1}
