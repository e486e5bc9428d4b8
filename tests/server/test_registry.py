"""From an empty database to an officer who signs in, without the demo's seed; and how far each administrator reaches."""

import io
import shutil
import sys

import pytest
from sqlalchemy import select

from server import __main__ as command_line
from server import db
from server.access import logins
from server.audit import log
from server.models import AuditEvent, Base, Officer, Role
from tests import town
from tests.conftest import ISSUER
from tests.phone import Phone

CENTRE = {
    "code": "46130",
    "name": "여수시",
    "name_en": "Yeosu",
    "lat": 34.76,
    "lon": 127.66,
    "networks": ["10.7.0.0/16"],
}
NEW = {"agency_id": "station", "username": "park", "name": "박순경", "role": "officer", "unit_id": "car1"}
WHY = {"reason": "forgotten"}
CHOSEN = "바다 위의 푸른 등대 하나 둘"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    path = tmp_path_factory.mktemp("bare") / "bare.db"
    db.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def empty(data_dir, database_url, bare):
    """Instead of the town: the newest schema and nothing in it."""
    shutil.copy(bare, data_dir / "goldentime.db")


@pytest.fixture
def run(data_dir, monkeypatch, capsys):
    monkeypatch.setenv("GOLDENTIME_DATA_DIR", str(data_dir))
    monkeypatch.setenv("GOLDENTIME_DATABASE_URL", f"sqlite:///{data_dir / 'goldentime.db'}")
    monkeypatch.setenv("GOLDENTIME_PUBLIC_URL", ISSUER)

    def command(*arguments, stdin=""):
        monkeypatch.setattr(sys, "argv", ["server", "officers", "add", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = command_line.main()
        out = capsys.readouterr()
        return code, out.out.strip(), out.err

    return command


@pytest.fixture
def signed_in(app):
    def sign_in(username, password):
        who = Phone(app.test_client())
        reply = who.token(grant_type="password", username=username, password=password)
        who.tokens = reply.json if reply.status_code == 200 else {}
        return who

    return sign_in


@pytest.fixture
def local_admin(phone, transaction):
    with transaction() as session:
        session.add(town.officer("chief", Role.ADMIN, "station"))
    return phone("chief")


def everything(read):
    """All that the tables hold, as text."""
    with read() as session:
        return "\n".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(table.select()))


def test_an_empty_database_gets_an_administrator_who_makes_the_rest(app, empty, read, run, signed_in):
    code, password, _ = run("hong", "--name", "홍길동", "--agency", "전라남도")
    assert code == 0
    admin = signed_in("hong", password)
    centre = admin.post("/v1/centres", CENTRE).json
    control = admin.post(
        "/v1/agencies", {"name": "여수 관제센터", "kind": "cctv_centre", "centre_id": centre["id"]}
    ).json
    station = admin.post("/v1/agencies", {"name": "여수경찰서", "kind": "police_station"}).json
    room = admin.post("/v1/agencies", {"name": "112 상황실", "kind": "police_112"}).json
    unit = admin.post("/v1/units", {"agency_id": station["id"], "call_sign": "순21", "kind": "patrol_car"}).json
    park = admin.post("/v1/officers", NEW | {"agency_id": station["id"], "unit_id": unit["id"]}).json
    cad = admin.post("/v1/clients", {"id": "cad", "agency_id": room["id"], "services": ["police_112"]}).json
    assert signed_in("park", park["password"]).get("/v1/me/dispatches").json["unit"]["call_sign"] == "순21"
    by_secret = {"grant_type": "client_credentials", "client_id": "cad", "client_secret": cad["client_secret"]}
    assert Phone(app.test_client()).token(**by_secret).status_code == 200
    assert {one["id"] for one in admin.get("/v1/agencies").json["items"]} >= {control["id"], station["id"], room["id"]}
    assert [one["username"] for one in admin.get("/v1/officers?limit=200").json["items"] if one["unit_id"]] == ["park"]
    changed = admin.patch(f"/v1/centres/{centre['id']}", {"networks": ["10.8.0.0/16"]}).json
    assert admin.get("/v1/centres").json["items"] == [changed]
    assert changed == centre | {"networks": ["10.8.0.0/16"]}
    with read() as session:
        tags = session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("admin:%"))).all()
    made = ["agency", "officer", "centre", "agency", "agency", "agency", "unit", "officer", "client"]
    assert tags == [*(f"admin:{name}:registered" for name in made), "admin:centre:changed"]


def test_a_room_reads_which_rooms_there_are_and_a_supervisor_whom_of_the_own_agency_to_choose(phone):
    room = phone("dispatcher").get("/v1/rooms").json["items"]
    assert [(one["id"], one["kind"]) for one in room] == [("room112", "police_112"), ("room119", "fire_119")]
    colleagues = phone("supervisor").get("/v1/colleagues").json["items"]
    assert [set(one) for one in colleagues] == [{"id", "name", "role", "unit_id"}]
    assert colleagues[0]["id"] == "dispatcher", "neither oneself nor another agency's"
    phone("admin").patch("/v1/officers/dispatcher", {"enabled": False})
    assert phone("supervisor").get("/v1/colleagues").json["items"] == []


def test_the_command_takes_a_password_from_its_input_and_makes_no_second_province(data_dir, empty, run, read):
    assert run("hong", "--name", "홍", "--agency", "도청", "--password-stdin", stdin=f"{CHOSEN}\n") == (0, "", "")
    code, out, err = run("lim", "--name", "임", "--agency", "다른 도청")
    assert (code, out, err) == (1, "", "there is no such agency\n")
    assert run("hong", "--name", "홍", "--agency", "도청")[::2] == (1, "choose another username\n")
    weak = run("lim", "--name", "임", "--agency", "도청", "--password-stdin", stdin="lim1234567890\n")
    assert weak == (1, "", "it must not hold the username\n")
    with read() as session:
        assert session.scalars(select(Officer.username)).all() == ["hong"]


def test_a_secret_is_shown_to_its_asker_alone_and_kept_nowhere(phone, read, capsys):
    admin, key = phone("admin"), {"Idempotency-Key": "once"}
    shown = admin.post("/v1/officers", NEW, headers=key)
    again = admin.post("/v1/officers", NEW, headers=key)
    reset = admin.put(f"/v1/officers/{shown.json['id']}/password", WHY, headers={"Idempotency-Key": "reset"}).json
    client = admin.post("/v1/clients/cad112/secret", headers={"Idempotency-Key": "client"}).json
    assert (shown.status_code, again.json, again.headers["Idempotent-Replayed"]) == (201, shown.json, "true")
    secrets = {shown.json["password"], reset["password"], client["client_secret"]}
    assert len(secrets) == 3
    kept, log = everything(read), "".join(capsys.readouterr())
    assert "park" in kept
    assert "/v1/officers" in log
    assert not [secret for secret in secrets if secret in kept or secret in log]
    assert not [secret for secret in secrets if secret in admin.get("/v1/officers").text]


@pytest.mark.usefixtures("any_database")
def test_another_password_ends_every_login_and_the_old_one(phone, signed_in, read):
    kim, tablet = phone("kim"), phone("kim")
    new = phone("admin").put("/v1/officers/kim/password", WHY).json["password"]
    assert {one.get("/v1/me/dispatches").json["code"] for one in (kim, tablet)} == {"token_invalid"}
    assert kim.refresh().json["code"] == "invalid_grant"
    assert not signed_in("kim", town.PASSWORD).tokens
    assert signed_in("kim", new).get("/v1/me/dispatches").status_code == 200
    with read() as session:
        (row,) = session.scalars(select(AuditEvent).filter_by(tag="admin:password:reset")).all()
    assert (row.subject["officer"], row.subject["reason"], len(row.subject["logins_ended"])) == ("kim", "forgotten", 2)


@pytest.mark.usefixtures("any_database")
def test_a_login_that_was_proven_with_the_password_before_is_refused(phone, transaction, clock):
    knock = logins.Knock(log.SYSTEM, "key")
    with transaction() as session:
        proven = session.get(Officer, "kim").password_hash
    phone("admin").put("/v1/officers/kim/password", WHY)
    with transaction() as session:
        assert logins.by_password(session, "kim", proven=proven, knock=knock, now=clock()) is None


@pytest.mark.usefixtures("any_database")
def test_an_officer_who_changes_the_password_keeps_this_login_alone(phone, signed_in):
    kim, tablet = phone("kim"), phone("kim")
    body, key = {"old": town.PASSWORD, "new": CHOSEN}, {"Idempotency-Key": "k"}
    assert [kim.put("/v1/me/password", body, headers=key).status_code for _ in range(2)] == [204, 204]
    assert kim.get("/v1/me/dispatches").status_code == 200
    assert tablet.get("/v1/me/dispatches").json["code"] == "token_invalid"
    assert not signed_in("kim", town.PASSWORD).tokens
    assert signed_in("kim", CHOSEN).tokens


WEAK = ["short", "a-kim-of-twelve", "KIM with big letters", "abababababababab", town.PASSWORD]


def test_a_password_that_is_easy_to_guess_or_not_new_is_refused(phone):
    kim = phone("kim")
    said = [kim.put("/v1/me/password", {"old": town.PASSWORD, "new": new}).json for new in WEAK]
    assert [(one["status"], one["code"], one["field"]) for one in said] == [(422, "password_weak", "new")] * len(WEAK)


def test_the_old_password_cannot_be_guessed_at_a_tablet_that_was_left_open(phone):
    kim = phone("kim")
    codes = [kim.put("/v1/me/password", {"old": f"guess {n}", "new": CHOSEN}).json["code"] for n in range(6)]
    assert codes == ["password_wrong"] * 5 + ["too_many_attempts"]


TAKEN = [
    ("/v1/agencies", {"name": "station", "kind": "police_station"}, 409, "agency_exists"),
    ("/v1/agencies", {"name": "new", "kind": "cctv_centre", "centre_id": "none"}, 422, "centre_unknown"),
    ("/v1/agencies", {"name": "new", "kind": "police_112", "centre_id": "centre"}, 422, "invalid_request"),
    ("/v1/centres", CENTRE | {"code": "46110"}, 409, "centre_exists"),
    ("/v1/centres", CENTRE | {"networks": ["10.7.0.1/16"]}, 422, "invalid_request"),
    ("/v1/centres", CENTRE | {"networks": ["0.0.0.0/0"]}, 422, "invalid_request"),
    ("/v1/units", {"agency_id": "station", "call_sign": "순11", "kind": "patrol_car"}, 409, "unit_exists"),
    ("/v1/units", {"agency_id": "none", "call_sign": "순99", "kind": "patrol_car"}, 422, "agency_unknown"),
    ("/v1/officers", NEW | {"username": "kim"}, 409, "username_taken"),
    ("/v1/officers", NEW | {"username": "Kim"}, 422, "invalid_request"),
    ("/v1/officers", NEW | {"unit_id": "engine1"}, 422, "unit_unknown"),
    ("/v1/clients", {"id": "cad112", "agency_id": "room112", "services": []}, 409, "client_exists"),
    ("/v1/clients/nobody/secret", None, 404, "client_unknown"),
]


def test_what_is_there_already_or_fits_nothing_is_refused(phone):
    admin = phone("admin")
    for path, body, status, code in TAKEN:
        reply = admin.post(path, body)
        assert (reply.status_code, reply.json["code"]) == (status, code), (path, body)


def test_an_administrator_of_one_agency_reaches_no_other(phone, local_admin):
    admin = local_admin
    assert admin.post("/v1/officers", NEW).status_code == 201
    assert admin.put("/v1/officers/lee/password", WHY).status_code == 200
    assert {one["agency_id"] for one in admin.get("/v1/officers").json["items"]} == {"station"}
    assert [one["id"] for one in admin.get("/v1/agencies").json["items"]] == ["station"]
    assert (
        admin.post("/v1/officers", NEW | {"username": "spy", "agency_id": "province"}).json["code"] == "agency_unknown"
    )
    assert admin.put("/v1/officers/fire/password", WHY).json["code"] == "officer_unknown"
    assert admin.patch("/v1/officers/admin", {"enabled": False}).json["code"] == "officer_unknown"
    unit = {"agency_id": "firehouse", "call_sign": "펌프2", "kind": "fire_engine"}
    assert admin.post("/v1/units", unit).json["code"] == "agency_unknown"
    assert phone("fire").get("/v1/me/dispatches").status_code == 200


PROVINCES = [
    ("POST", "/v1/agencies", {"name": "new", "kind": "province"}),
    ("POST", "/v1/centres", CENTRE),
    ("POST", "/v1/clients/cad112/secret", None),
    ("PUT", "/v1/agencies/station/jurisdiction", {"centres": ["centre"]}),
]


def test_the_rest_takes_an_administrator_of_the_province(local_admin):
    for method, path, body in PROVINCES:
        assert local_admin.call(method, path, body).json["code"] == "role_missing", path
