"""The viewing ledger: one row for each session, as the guideline lists it, in a form that spreadsheets take."""

import csv
import io
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, select, update

from server.audit import ledger
from server.audit import table as table_of
from server.inert import inert
from server.models import AuditEvent, Device, Officer, PlaybackSession, Shift
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def watched(phone, clock):
    """Kim watched two cameras of one incident, an hour apart; the incident is over."""
    room = phone("cad112")
    incident = room.post("/v1/incidents", town.report()).json["id"]
    kim = phone("kim")
    headers = {"X-Real-IP": "203.0.113.9"}
    wish = {"camera_id": "cam-near", "incident_id": incident, "purpose": "도주 방향 확인"}
    assert kim.post("/v1/playback", wish, headers=headers).status_code == 201
    clock.forward(minutes=2)
    assert kim.post("/v1/playback", {"camera_id": "cam-looks", "incident_id": incident}).status_code == 201
    room.patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "검거"})


@pytest.fixture
def take(phone):
    def get(**query):
        span = {"from": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}
        return phone("auditor").get(f"/v1/audit/ledgers/viewing?{urlencode(span | query)}")

    return get


def table(reply):
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_it_says_who_watched_what_when_why_and_by_what_right(watched, take, clock):
    reply = take(format="csv")
    assert reply.data.startswith(b"\xef\xbb\xbf")
    assert reply.content_type == "text/csv; charset=utf-8"
    first, second = table(reply)
    assert list(first) == list(ledger.VIEWING.values())
    at = clock().astimezone(table_of.KOREA).isoformat()
    assert first | {"열람번호": "", "열람 시작 일시": ""} == {
        "열람번호": "",
        "열람자 식별자": "kim",
        "열람자 성명": "이름 kim",
        "소속 기관": "station",
        "출동요소": "순11",
        "단말기": "",
        "열람 시작 일시": "",
        "열람 종료 일시": at,
        "종료 사유": "incident_closed",
        "목적 구분": "crime_report",
        "열람 목적": "도주 방향 확인",
        "법적 근거": "POLICE112_9_1",
        "권한 근거": "dispatch",
        "연계 서비스": "police_112",
        "사건 번호": "112-2026-1",
        "카메라 번호": "cam-near",
        "카메라 명칭": "카메라 cam-near",
        "관제센터": "목포시",
        "접속지": "203.0.113.9",
    }
    assert (second["열람 목적"], second["열람 시작 일시"]) == ("robbery", at)


def test_it_says_on_which_device(phone, take, transaction, clock, read):
    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    kim = phone("kim")
    with transaction() as session:
        made = {"made_at": clock(), "made_by": "admin", "code_until": clock()}
        session.add(Device(id="tablet", agency_id="station", label="순11 태블릿", **made))
        session.flush()
        session.execute(update(Shift).where(Shift.officer_id == "kim").values(device_id="tablet"))
    assert kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident}).status_code == 201
    assert [item["device"] for item in take().json["items"]] == ["순11 태블릿"]
    with read() as session:
        opened = select(AuditEvent.subject).where(AuditEvent.tag == "viewer:playback:opened")
        said = session.scalars(opened).one()
    assert (said["device"], said["unit"], said["purpose_code"]) == ("tablet", "car1", "crime_report")
    assert said["legal_basis"] == "POLICE112_9_1"


def test_json_says_the_same(watched, take):
    body = take().json
    assert body["headings"] == ledger.VIEWING
    assert [item["camera_id"] for item in body["items"]] == ["cam-near", "cam-looks"]
    assert body["items"][0]["started_at"].endswith("Z")
    assert set(body["items"][0]) == set(ledger.VIEWING)


def test_only_what_began_in_that_time_is_in_it(watched, take, clock):
    later, last = clock(), "2099-01-01T00:00:00Z"
    assert [item["camera_id"] for item in take(**{"from": later.isoformat(), "until": last}).json["items"]] == [
        "cam-looks"
    ]
    assert [item["camera_id"] for item in take(until=later.isoformat()).json["items"]] == ["cam-near"]
    assert take(**{"from": "2098-01-01T00:00:00Z", "until": last}).json["items"] == []


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_pages_join_also_within_one_moment(rows, *, watched, take, transaction, clock, monkeypatch):
    with transaction() as session:
        for row in session.scalars(select(PlaybackSession)):
            row.started_at = clock()
    monkeypatch.setattr(ledger, "PAGE", rows)
    assert sorted(item["camera_id"] for item in take().json["items"]) == ["cam-looks", "cam-near"]


@pytest.mark.parametrize("name", ["=1+1", "+82", "-1", "@SUM(A1)", "\tx", "\uff1d1", '=HYPERLINK("http://x","y")'])
def test_no_cell_is_a_formula(name, watched, take, transaction):
    with transaction() as session:
        session.get(Officer, "kim").name = name
    assert {row["열람자 성명"] for row in table(take(format="csv"))} == {f"'{inert(name)}"}
    assert {item["viewer_name"] for item in take().json["items"]} == {name}


@pytest.mark.parametrize("name", ["a,b", 'a"b', "가나다", "이름;이름"])
def test_a_cell_stays_one_cell(name, watched, take, transaction):
    with transaction() as session:
        session.get(Officer, "kim").name = name
    assert {row["열람자 성명"] for row in table(take(format="csv"))} == {name}


def test_taking_it_is_recorded_and_only_the_auditor_may(watched, take, phone, read):
    take(format="csv")
    with read() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (last.tag, last.subject["ledger"], last.subject["format"]) == ("auditor:audit:read", "viewing", "csv")
    assert phone("supervisor").get("/v1/audit/ledgers/viewing").json["code"] == "role_missing"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-11-02"}, "from"),
        ({"until": "2026-11-02T00:00:00"}, "until"),
        ({"format": "xlsx"}, "format"),
        ({"from": "2099-01-01T00:00:00Z"}, ""),
        ({"page": "2"}, "page"),
    ],
)
def test_a_wrong_question_names_the_field(query, field, take):
    reply = take(**query)
    assert (reply.status_code, reply.json["code"], reply.json.get("field", "")) == (422, "invalid_request", field)


def test_an_act_that_cannot_be_recorded_does_not_happen(phone, engine, read, transaction):
    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    kim = phone("kim")

    def refuse(_connection, _cursor, statement, *_):
        if "INTO audit_events" in statement:
            raise OSError("no space left on device")

    event.listen(engine, "before_cursor_execute", refuse)
    reply = kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident})
    event.remove(engine, "before_cursor_execute", refuse)
    assert (reply.status_code, reply.json["code"]) == (500, "internal")
    with read() as session:
        assert session.scalars(select(PlaybackSession)).all() == []
