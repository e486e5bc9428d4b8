"""The ledger of provisions: what a centre let another agency see, as decree and guideline list it."""

import csv
import io
import os
import stat
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from server.audit import provision, table
from server.models import Officer, Role
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")
SPAN = {"from": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}


@pytest.fixture
def auditors(transaction):
    """One of the station, one of the centre, one of another agency, beside the province's."""
    with transaction() as session:
        for name, agency in (("of_station", "station"), ("of_centre", "control"), ("of_firehouse", "firehouse")):
            session.add(town.officer(name, Role.AUDITOR, agency))


@pytest.fixture
def provided(phone, clock):
    """Kim of the station watched, the centre gave a fire engine a grant, and its own officer watched too."""
    room = phone("cad112")
    incident = room.post("/v1/incidents", town.report()).json["id"]
    kim = phone("kim")
    assert kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident}).status_code == 201
    clock.forward(minutes=1)
    offer = {
        "to": {"unit": "engine1"},
        "camera_ids": ["cam-far", "cam-away"],
        "until": (clock() + town.timedelta(hours=2)).isoformat(),
        "reason": "연기 확인",
        "legal_basis": "PIPA_18_2_3",
        "conditions": "화재 대응에만",
    }
    given = phone("centre").post("/v1/grants", offer)
    assert given.status_code == 201, given.text
    own = {"camera_id": "cam-near", "centre": "own", "purpose": "시설 점검"}
    assert phone("watcher").post("/v1/playback", own).status_code == 201
    clock.forward(minutes=1)
    again = kim.post("/v1/playback", {"camera_id": "cam-looks", "incident_id": incident}).json
    kim.delete(f"/v1/playback/{again['session_id']}")
    return given.json["id"]


@pytest.fixture
def take(phone):
    return lambda account="auditor", **query: phone(account).get(
        f"/v1/audit/ledgers/provision?{urlencode(SPAN | query)}"
    )


def test_a_view_and_a_grant_are_provisions_and_what_the_centre_sees_itself_is_none(provided, take, clock):
    reply = take(format="csv")
    rows = list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == list(provision.PROVISION.values())
    assert [(row["구분"], row["제공받는 기관"]) for row in rows] == [
        ("열람", "station"),
        ("권한 부여", "firehouse"),
        ("열람", "station"),
    ]
    at = clock().astimezone(table.KOREA) - town.timedelta(minutes=1)
    assert rows[1] == {
        "제공번호": provided,
        "구분": "권한 부여",
        "개인영상정보 파일의 명칭": "목포시 통합관제센터 개인영상정보",
        "제공 기관": "목포시",
        "제공받는 기관": "firehouse",
        "제공받는 자": "펌프1",
        "제공 목적": "급박한 생명·신체·재산 보호: 연기 확인",
        "법적 근거": "PIPA_18_2_3",
        "근거 조문": "개인정보 보호법 제18조 제2항 제3호",
        "제공 항목": "고정형 영상정보처리기기 영상: 카메라 cam-away(cam-away), 카메라 cam-far(cam-far)",
        "제공 시작 일시": at.isoformat(),
        "제공 종료 일시": (at + town.timedelta(hours=2)).isoformat(),
        "제공 형태": provision.FORM,
        "제한·조치 요청 사항": "화재 대응에만",
        "제공 담당": "이름 centre",
        "연계 서비스": "",
        "사건 번호": "",
        "공고 대상": "예",
    }
    view = rows[0]
    assert (view["제공받는 자"], view["제공 목적"]) == ("순11 이름 kim", "112 신고 대응: robbery")
    assert (view["근거 조문"], view["제공 담당"]) == ("112신고의 운영 및 처리에 관한 법률 제9조 제1항", "room112")
    assert view["제한·조치 요청 사항"] == provision.ENDS_BY_ITSELF


def test_pages_join_in_the_order_of_time(provided, take, monkeypatch):
    for rows in (1, 2, 500):
        monkeypatch.setattr(provision, "PAGE", rows)
        items = take().json["items"]
        assert len({item["provision_id"] for item in items}) == len(items) == 3
        assert [item["started_at"] for item in items] == sorted(item["started_at"] for item in items)


def test_an_auditor_sees_what_concerns_the_own_agency_and_the_provinces_everything(provided, auditors, take, phone):
    sees = {
        "auditor": (["firehouse", "station", "station"], 3),
        "of_station": (["station", "station"], 2),
        "of_firehouse": (["firehouse"], 0),
        "of_centre": (["firehouse", "station", "station"], 3),
    }
    for account, (recipients, views) in sees.items():
        assert sorted(item["recipient"] for item in take(account).json["items"]) == recipients
        viewing = phone(account).get(f"/v1/audit/ledgers/viewing?{urlencode(SPAN)}").json["items"]
        assert len(viewing) == views, account


def test_an_auditor_of_an_agency_reads_only_what_its_people_did(provided, auditors, phone):
    told = phone("of_station").get("/v1/audit/events?limit=200").json["items"]
    assert {item["actor_id"] for item in told} == {"kim", "of_station"}
    assert {"cad112", "centre"} < {
        item["actor_id"] for item in phone("auditor").get("/v1/audit/events?limit=200").json["items"]
    }


def test_an_investigation_is_not_made_public_and_the_rest_is(phone, take, clock):
    given = {"to": {"officer": "lee"}, "camera_ids": ["cam-far"], "reason": "x"}
    until = (clock() + town.timedelta(hours=1)).isoformat()
    for basis in ("PIPA_18_2_7", "PIPA_18_2_9"):
        phone("centre").post("/v1/grants", given | {"until": until, "legal_basis": basis})
    assert {item["legal_basis"]: item["to_publish"] for item in take().json["items"]} == {
        "PIPA_18_2_7": "아니오",
        "PIPA_18_2_9": "예",
    }


def test_a_name_that_would_be_a_formula_is_none(provided, take, transaction):
    with transaction() as session:
        session.get(Officer, "centre").name = "=cmd|' /C calc'!A0\r\n\u202e"
    text = take(format="csv").data.decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0\\u000d\\u000a\\u202e" in text
    assert "\u202e" not in text


@pytest.mark.process
def test_the_command_writes_the_same_file_once(provided, phone, database_url, data_dir, tmp_path):
    name, form = "provision", "csv"
    environ = {
        "GOLDENTIME_DATA_DIR": str(data_dir),
        "GOLDENTIME_PUBLIC_URL": "http://localhost",
        "GOLDENTIME_DATABASE_URL": database_url,
    }
    file = tmp_path / f"ledger.{form}"
    argv = [sys.executable, "-m", "server", "audit", "ledger", name, str(file), "--from", SPAN["from"]]
    argv += ["--until", SPAN["until"]]
    done = [subprocess.run(argv, env=os.environ | environ, check=False, capture_output=True) for _ in range(2)]
    assert [one.returncode for one in done] == [0, 1]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    asked = phone("auditor").get(f"/v1/audit/ledgers/{name}?{urlencode(SPAN | {'format': form})}")
    assert file.read_bytes() == asked.data
