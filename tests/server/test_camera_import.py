"""A centre's list of cameras as a file: every row's fate, before and after, and nothing of a bad one."""

import csv
import io
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from server import __main__ as command_line
from server.api.camera_body import registration
from server.cameras import importing, sheet
from server.cameras.credentials import Vault
from server.errors import ImportFileInvalid
from server.models import AuditEvent, Camera, Centre
from tests import town

STANDARD = [
    "개방자치단체코드",
    "관리번호",
    "관리기관명",
    "소재지도로명주소",
    "소재지지번주소",
    "설치목적구분",
    "카메라대수",
    "카메라화소수",
    "촬영방면정보",
    "보관일수",
    "설치연월",
    "관리기관전화번호",
    "WGS84위도",
    "WGS84경도",
    "데이터기준일자",
    "데이터갱신구분",
    "데이터갱신시점",
    "최종수정시점",
]
OLDER = [
    "관리기관명",
    "소재지도로명주소",
    "소재지지번주소",
    "설치목적구분",
    "카메라대수",
    "카메라화소수",
    "촬영방면정보",
    "보관일수",
    "설치년월",
    "관리기관전화번호",
    "위도",
    "경도",
    "데이터기준일자",
    "제공기관코드",
]
STREAMS = [
    "id",
    "name",
    "lat",
    "lon",
    "bearing_deg",
    "fov_deg",
    "host",
    "port",
    "username",
    "password",
    "main_path",
    "main_codec",
    "sub_path",
    "sub_width_px",
    "sub_height_px",
]
PLACE = {
    "관리번호": "2026-1",
    "소재지도로명주소": "전라남도 목포시 영산로 98",
    "설치목적구분": "생활방범",
    "카메라대수": "1",
    "WGS84위도": "34.791",
    "WGS84경도": "126.387",
    "위도": "34.791",
    "경도": "126.387",
}
STREAM = {
    "id": "mp-1",
    "name": "목포역 광장",
    "lat": "34.791",
    "lon": "126.387",
    "bearing_deg": "140",
    "host": "10.46.0.21",
    "username": "viewer",
    "password": "canary-import-password",
    "main_path": "/main",
    "main_codec": "h264",
}
CENTRE = Centre(id="centre", code="46110", name="목포시", name_en="Mokpo", lat=34.8, lon=126.4, networks=town.NETWORKS)


def written(headings, rows, encoding="utf-8", separator=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, delimiter=separator, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def places(*changes):
    return [PLACE | change for change in changes]


def streams(*changes):
    return [STREAM | change for change in changes]


def imported(admin, data, **query):
    asked = "&".join(f"{name}={value}" for name, value in {"centre_id": "centre", **query}.items())
    return admin.call("POST", f"/v1/cameras:import?{asked}", data=data, headers={"Content-Type": "text/csv"})


def fates(reply):
    assert reply.status_code == 200, reply.text
    return [row["fate"] for row in reply.json["rows"]]


@pytest.fixture
def admin(phone):
    return phone("admin")


@pytest.fixture
def cameras(read):
    def of(prefix):
        with read() as session:
            return {one.id: one for one in session.scalars(select(Camera).where(Camera.id.startswith(prefix)))}

    return of


# Reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("headings", [STANDARD, OLDER])
def test_the_national_sheet_is_read_in_every_form_in_which_offices_save_it(headings, encoding, separator):
    found = importing.parse(written(headings, places({}), encoding, separator), CENTRE, registration)
    [row] = found.rows
    [camera] = row.cameras.values()
    assert (found.kind, row.refusal, row.line) == ("standard", None, 2)
    assert (camera.name, camera.lat, camera.lon) == ("전라남도 목포시 영산로 98 생활방범", 34.791, 126.387)
    assert camera.purpose == "crime_prevention"
    assert camera.camera_id.startswith("46110-")


def test_a_row_of_several_cameras_is_as_many_and_their_ids_stay():
    for headings in (STANDARD, OLDER):
        data = written(headings, places({"카메라대수": "3"}))
        first, again = (importing.parse(data, CENTRE, registration).rows[0].cameras for _ in range(2))
        assert list(first) == list(again)
        assert [one.name[-5:] for one in first.values()] == ["(1/3)", "(2/3)", "(3/3)"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"WGS84위도": "", "WGS84경도": ""}, "camera_place_invalid", "lat"),
        ({"WGS84위도": "삼십사"}, "camera_place_invalid", "lat"),
        ({"WGS84위도": "nan"}, "camera_place_invalid", "lat"),
        ({"WGS84위도": "0", "WGS84경도": "0"}, "position_outside_korea", "lat"),
        ({"WGS84위도": "40.7", "WGS84경도": "-74"}, "position_outside_korea", "lat"),
        ({"카메라대수": "0"}, "invalid_request", "카메라대수"),
        ({"카메라대수": "많음"}, "invalid_request", "카메라대수"),
        ({"카메라대수": "9999"}, "invalid_request", "카메라대수"),
        ({"소재지도로명주소": ""}, "invalid_request", "소재지도로명주소"),
        ({"소재지도로명주소": "목포\x07시"}, "invalid_request", "소재지도로명주소"),
        ({"관리번호": "../1"}, "invalid_request", "관리번호"),
    ],
)
def test_a_row_that_says_too_little_is_refused_by_its_column(change, code, field):
    [bad, good] = importing.parse(written(STANDARD, places(change, {"관리번호": "2"})), CENTRE, registration).rows
    assert (bad.refusal.code, bad.refusal.extension["field"], bad.cameras) == (code, field, {})
    assert good.refusal is None


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"id": ""}, "invalid_request", "id"),
        ({"id": "목포-1"}, "invalid_request", "id"),
        ({"name": ""}, "invalid_request", "name"),
        ({"lat": ""}, "camera_place_invalid", "lat"),
        ({"host": ""}, "invalid_request", "host"),
        ({"port": "x"}, "invalid_request", "port"),
        ({"port": "70000"}, "invalid_request", "port"),
        ({"bearing_deg": "north"}, "invalid_request", "bearing_deg"),
        ({"bearing_deg": "nan"}, "invalid_request", "bearing_deg"),
        ({"bearing_deg": "361"}, "invalid_request", "bearing_deg"),
        ({"password": "x" * 65}, "invalid_request", "password"),
        ({"sub_path": "/sub", "sub_width_px": "wide"}, "invalid_request", "sub_width_px"),
    ],
)
def test_a_row_with_streams_is_refused_by_its_column_and_repeats_no_value(change, code, field):
    [bad] = importing.parse(written(STREAMS, streams(change)), CENTRE, registration).rows
    assert (bad.refusal.code, bad.refusal.extension["field"]) == (code, field)
    assert not any(value in str(bad.refusal) for value in change.values() if len(value) > 4)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"a,b\n1,2\n",
        b"id,id,name\n",
        b"PK\x03\x04\0\0",
        b"id," + b"x" * 140_000,
        "관리번호,위도".encode("utf-16"),
        written(STANDARD, places({}))[:-2] + b'"\n' + b"x\n" * 30,
        written([*STREAMS, "pasword"], streams({})),
    ],
)
def test_a_file_that_is_no_list_of_cameras_is_refused_whole(data):
    with pytest.raises(ImportFileInvalid):
        importing.parse(data, CENTRE, registration)


def test_bytes_of_no_encoding_cost_their_row_and_no_other():
    lines = written(STANDARD, places({}, {"관리번호": "2"}, {"관리번호": "3"}), "cp949").split(b"\r\n")
    lines[2] = lines[2].replace("목포시".encode("cp949"), b"\xff\xff\x80")
    rows = importing.parse(b"\r\n".join(lines), CENTRE, registration).rows
    assert [row.refusal is None for row in rows] == [True, False, True]


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(
        lambda text: ("id,name,lat,lon,host,main_path\n" + text).encode("utf-8", "surrogatepass")
    )
)
def test_whatever_the_file_holds_each_row_is_read_or_refused(data):
    try:
        found = importing.parse(data, CENTRE, registration)
    except ImportFileInvalid:
        return
    assert all(bool(row.cameras) != bool(row.refusal) for row in found.rows)


@given(st.lists(st.dictionaries(st.sampled_from(STANDARD), st.text(max_size=12)), max_size=6))
def test_every_row_that_is_written_is_read_once_as_it_was_written(rows):
    meant = [{name: said.replace("\0", "0") for name, said in (PLACE | row).items()} for row in rows]
    try:
        _, lines = sheet.read(written(STANDARD, meant))
        found = [line.fields for line in lines]
    except ImportFileInvalid:
        breaks = [sum(len(re.findall("\r\n|\r|\n", said)) for said in row.values()) for row in meant]
        assert max(breaks) >= sheet.LONGEST_ROW
    else:
        every = [{name: row.get(name, "").strip() for name in STANDARD} for row in meant]
        assert found == [row for row in every if any(row.values())]


# Writing


@pytest.mark.usefixtures("any_database")
def test_a_dry_run_tells_every_rows_fate_and_the_same_file_then_does_it(admin, cameras, read):
    data = written(
        STREAMS,
        streams(
            {},
            {"id": "mp-2"},
            {"id": "mp-2"},
            {"id": "mp-3", "host": "8.8.8.8"},
            {"id": "mp-4", "lat": "126.387", "lon": "34.791"},
        ),
    )
    wanted = ["new", "new", "refused", "refused", "new"]
    told = imported(admin, data, dry_run="true")
    assert fates(told) == wanted
    assert cameras("mp-") == {}
    done = imported(admin, data)
    assert done.json["rows"] == told.json["rows"]
    assert done.json["counts"] == {"new": 3, "refused": 2}
    assert [(row["line"], row["code"], row["field"]) for row in done.json["rows"] if row["code"]] == [
        (4, "camera_twice", "id"),
        (5, "camera_outside_networks", "host"),
    ]
    assert done.json["rows"][4]["notes"] == ["coordinates_swapped"]
    found = cameras("mp-")
    assert sorted(found) == ["mp-1", "mp-2", "mp-4"]
    assert (found["mp-4"].lat, found["mp-4"].lon, found["mp-1"].enabled) == (34.791, 126.387, True)
    assert found["mp-1"].profiles[0]["path"] == "/main"
    with read() as session:
        tags = list(session.scalars(select(AuditEvent.tag)))
    assert tags.count("admin:cameras:imported") == 1


def test_the_password_is_sealed_and_is_nowhere_else(admin, cameras, read, data_dir, capfd):
    reply = imported(admin, written(STREAMS, streams({}, {"id": "mp-2", "port": "x"})))
    stored = cameras("mp-")["mp-1"]
    assert Vault(data_dir).open(stored.rtsp_password_sealed) == "canary-import-password"
    with read() as session:
        record = str([row.subject for row in session.scalars(select(AuditEvent))])
    out = capfd.readouterr()
    assert "canary-import" not in reply.text + record + out.out + out.err


def test_a_later_file_changes_what_it_says_and_keeps_what_it_does_not(admin, cameras):
    imported(admin, written(STREAMS, streams({}, {"id": "mp-2"})))
    body = admin.get("/v1/cameras/mp-1").json
    masked = {
        "centre_id": "centre",
        "name": body["name"],
        "lat": body["lat"],
        "lon": body["lon"],
        "warm": True,
        "range_m": 150.0,
        "masks": [[[0, 0], [0.5, 0], [0.5, 0.5]]],
        "rtsp": {"host": "10.46.0.21", "username": "viewer"},
        "profiles": [{"name": "main", "path": "/main"}],
    }
    assert admin.put("/v1/cameras/mp-1", masked).status_code == 200
    again = imported(admin, written(STREAMS, streams({"name": "새 이름", "password": ""}, {"id": "mp-2"})))
    assert fates(again) == ["changed", "unchanged"]
    camera = cameras("mp-1")["mp-1"]
    assert (camera.name, camera.warm, camera.range_m, len(camera.masks)) == ("새 이름", True, 150.0, 1)
    assert camera.rtsp_password_sealed is not None


def test_what_a_whole_file_leaves_out_is_retired_but_not_what_a_broken_row_is_about(admin, cameras):
    imported(admin, written(STREAMS, streams(*({"id": f"mp-{n}"} for n in range(1, 5)))))
    shorter = written(STREAMS, streams({"id": "mp-1"}, {"id": "mp-2", "host": ""}, {"id": "mp-5"}))
    told = imported(admin, shorter, complete="true", dry_run="true")
    assert told.json["retired"] == ["mp-3", "mp-4"]
    assert all(one.enabled for one in cameras("mp-").values())
    assert imported(admin, shorter).json["retired"] == []
    assert imported(admin, shorter, complete="true").json["retired"] == ["mp-3", "mp-4"]
    assert [id_ for id_, one in sorted(cameras("mp-").items()) if one.enabled] == ["mp-1", "mp-2", "mp-5"]
    assert cameras("cam-near")["cam-near"].enabled  # it came by no file
    nameless = imported(admin, written(STREAMS, streams({"id": ""})), complete="true")
    assert nameless.json["code"] == "import_file_invalid"
    assert cameras("mp-1")["mp-1"].enabled


def test_a_row_keeps_no_camera_whose_id_only_begins_like_its_own(admin):
    imported(admin, written(STREAMS, streams(*({"id": id_} for id_ in ("gate", "gate-2", "hall", "hall-2")))))
    shorter = written(STREAMS, streams({"id": "gate"}, {"id": "hall", "host": ""}))
    assert imported(admin, shorter, complete="true").json["retired"] == ["gate-2", "hall-2"]


@pytest.mark.parametrize(
    ("later", "retired"),
    [({"카메라대수": "2"}, [3]), ({"카메라대수": "x"}, []), ({"관리번호": "2026"}, [1, 2, 3])],
)
def test_of_a_row_of_the_national_sheet_those_go_that_it_counts_no_more(later, retired, admin, transaction):
    imported(admin, written(STANDARD, places({"카메라대수": "3"}), "cp949"))
    with transaction() as session:
        for camera in session.scalars(select(Camera).where(Camera.imported_as == importing.STANDARD)):
            camera.enabled = True
    told = imported(admin, written(STANDARD, places(later), "cp949"), complete="true").json["retired"]
    assert told == [f"46110-2026-1-{one}" for one in retired]


def test_a_camera_of_the_national_sheet_is_out_of_service_until_its_streams_are_known(admin, cameras):
    assert fates(imported(admin, written(STANDARD, places({}), "cp949"))) == ["new"]
    [camera] = cameras("46110-2026-1").values()
    assert (camera.id, camera.enabled, camera.profiles) == ("46110-2026-1-1", False, [])
    assert fates(imported(admin, written(STREAMS, streams({"id": camera.id})))) == ["changed"]
    moved = imported(admin, written(STANDARD, places({"WGS84위도": "34.792"}), "cp949"))
    assert fates(moved) == ["changed"]
    camera = cameras("46110-2026-1")[camera.id]
    assert (camera.enabled, camera.lat, camera.rtsp_host) == (True, 34.792, "10.46.0.21")


def test_with_thirty_broken_rows_of_a_hundred_the_rest_goes_in(admin, cameras):
    broken = [
        {"host": ""},
        {"lat": "0"},
        {"main_path": "no slash"},
        {"main_codec": "mjpeg"},
        {"port": "x"},
        {"name": ""},
    ]
    rows = [{"id": f"mp-{n}", **(broken[n % len(broken)] if n % 10 < 3 else {})} for n in range(100)]
    reply = imported(admin, written(STREAMS, streams(*rows)))
    assert reply.json["counts"] == {"new": 70, "refused": 30}
    assert all(row["code"] and row["detail"] and row["field"] for row in reply.json["rows"] if row["fate"] == "refused")
    assert len(cameras("mp-")) == 70


def test_a_long_file_is_written_in_batches_and_one_that_was_interrupted_goes_on(admin, cameras, read, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    data, write, written_to = written(STREAMS, streams(*({"id": f"mp-{n}"} for n in range(5)))), importing.write, []

    def fails(session, target, rows):
        written_to.append(session)
        if len(written_to) > 1:
            raise RuntimeError("the power is gone")
        return write(session, target, rows)

    monkeypatch.setattr(importing, "write", fails)
    assert imported(admin, data).status_code == 500
    assert set(cameras("mp-")) == {"mp-0", "mp-1"}
    monkeypatch.setattr(importing, "write", write)
    again = imported(admin, data)
    assert (again.status_code, again.json["counts"]) == (200, {"unchanged": 2, "new": 3})
    with read() as session:
        tags = [row.subject for row in session.scalars(select(AuditEvent)) if row.tag == "admin:cameras:imported"]
    assert [one["new"] for one in tags] == [["mp-0", "mp-1"], [], ["mp-2", "mp-3"], ["mp-4"]]


def test_a_camera_of_another_centre_is_not_taken_over(admin, cameras, transaction):
    with transaction() as session:
        session.add(
            Centre(
                id="other", code="46130", name="여수시", name_en="Yeosu", lat=34.7, lon=127.6, networks=town.NETWORKS
            )
        )
    imported(admin, written(STREAMS, streams({})))
    taken = imported(admin, written(STREAMS, streams({})), centre_id="other")
    assert [row["code"] for row in taken.json["rows"]] == ["centre_not_yours"]
    assert cameras("mp-1")["mp-1"].centre_id == "centre"
    assert imported(admin, b"", centre_id="nowhere").json["code"] == "centre_unknown"


# The command line


@pytest.fixture
def run(data_dir, database_url, monkeypatch, capsys):
    monkeypatch.setenv("GOLDENTIME_DATA_DIR", str(data_dir))
    monkeypatch.setenv("GOLDENTIME_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDENTIME_PUBLIC_URL", "https://goldentime.test")

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["server", "cameras", "import", *map(str, arguments)])
        code = command_line.main()
        out = capsys.readouterr()
        return code, out.out, out.err

    return command


def test_the_command_line_tells_of_every_row_dry_and_of_the_refused_when_it_writes(run, cameras, tmp_path, read):
    path = tmp_path / "cameras.csv"
    path.write_bytes(written(STREAMS, streams({}, {"id": "mp-2", "host": ""}), "cp949"))
    code, out, err = run(path, "--centre", "46110", "--dry-run")
    assert (code, out.splitlines()) == (
        1,
        [
            "line 2: new mp-1",
            "line 3: refused mp-2 invalid_request host: mend: rtsp.host (Field required)",
            "1 new, 1 refused",
        ],
    )
    assert err == "2 of 2 rows\n"
    assert cameras("mp-") == {}
    code, out, _ = run(path, "--centre", "46110")
    assert (code, len(out.splitlines()), sorted(cameras("mp-"))) == (1, 2, ["mp-1"])
    path.write_bytes(written(STREAMS, streams({"id": "mp-3"})))
    assert run(path, "--centre", "46110", "--complete")[:2] == (0, "retired mp-1\n1 new\n")
    assert run(path, "--centre", "99999")[0] == 1
    assert run(tmp_path / "none.csv", "--centre", "46110")[0] == 1
    with read() as session:
        kept = session.scalar(select(func.count()).where(AuditEvent.tag.startswith("admin:cameras:")))
    assert kept == 3
