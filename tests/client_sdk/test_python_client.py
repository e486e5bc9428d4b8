import errno
import os
import resource
import shutil
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import goldentime
import pytest
from goldentime import secret_file
from goldentime.device import DeviceKey
from goldentime.errors import refusals
from sqlalchemy import select

from server import errors
from server.access import dpop
from server.models import PlaybackSession
from tests import town
from tests.client_sdk.served import plain, serving


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr("goldentime.waiting.LEAST_S", 0.01)


@pytest.fixture
def served(transaction, read, keys, data_dir, clock):
    with serving(transaction, read, keys, data_dir=data_dir, clock=clock) as made:
        yield made


@pytest.fixture
def room(served):
    with goldentime.Room(served.base, "cad112", town.PASSWORD) as made:
        yield made


@pytest.fixture
def folder(tmp_path, monkeypatch):
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return tmp_path / "kept"


@pytest.fixture
def device(served, folder):
    """``device()`` is a start of the program on one device."""
    started = []

    def start(**more):
        started.append(goldentime.Client(served.base, **{"keep": folder} | more))
        return started[-1]

    yield start
    for client in started:
        client.close()


@pytest.fixture
def kim(device):
    client = device()
    client.login("kim", town.PASSWORD)
    return client


def reported(room, **more):
    report = town.report(**more)
    return room.incidents.report(**report | {"reported_at": datetime.fromisoformat(report["reported_at"])})


def refusal(act, *args, **more):
    with pytest.raises(goldentime.Refused) as refused:
        act(*args, **more)
    return refused.value


def test_from_a_report_to_a_session_and_its_end(room, kim):
    incident = reported(room)
    mine = kim.dispatches()
    assert mine.unit.call_sign == "순11"
    (order,) = mine.dispatches
    best = order.incident.cameras[0]
    assert (order.incident.id, best.rank, best.id) == (incident.id, 1, "cam-near")
    assert kim.report(order.id, "en_route").status == "en_route"
    playback = kim.play(best.id, incident_id=incident.id)
    assert playback.basis.kind == "dispatch"
    assert kim.url(playback).endswith(f"/{best.id}/index.m3u8")
    assert playback.url not in repr(playback)
    assert kim.stream(best.id, incident_id=incident.id).state == "down"
    kim.stop(playback.session_id)
    assert room.incidents.close(incident.id, "끝").status == "closed"
    assert refusal(kim.play, best.id, incident_id=incident.id).code == "incident_over"


def test_access_is_asked_for_given_accepted_and_taken_back(room, device, folder, clock):
    incident = reported(room, units=[])
    lee, boss = device(keep=folder / "lee"), device(keep=folder / "boss")
    lee.login("lee", town.PASSWORD)
    boss.login("supervisor", town.PASSWORD)
    asked = lee.access_requests.ask("room112", reason="순찰 중 목격", incident_id=incident.id)
    assert [one.id for one in boss.access_requests.list()] == [asked.id]
    answered = boss.access_requests.grant(asked.id, legal_basis="POLICE112_9_1", until=clock() + timedelta(hours=2))
    assert answered.status == "granted"
    grant = lee.grants.accept(answered.grant_id)
    assert (grant.accepted, grant.until) == (True, clock() + timedelta(hours=2))
    assert lee.play("cam-near", grant_id=grant.id).basis.kind == "grant"
    assert [one.viewer_id for one in boss.watched()] == ["lee"]
    assert boss.grants.renew(grant.id, clock() + timedelta(hours=3)).until == clock() + timedelta(hours=3)
    boss.grants.revoke(grant.id)
    assert [one.status for one in lee.grants.list()] == ["ended"]
    given = boss.grants.give(
        {"unit": "car2"}, until=clock() + timedelta(hours=1), reason="수색", legal_basis="POLICE112_9_1",
        camera_ids=["cam-far"], incident_id=incident.id,
    )  # fmt: skip
    assert [one.id for one in given.cameras] == ["cam-far"]


def test_a_room_asks_another_to_help(room, served):
    incident = reported(room)
    with goldentime.Room(served.base, "cad119", town.PASSWORD) as other:
        asked = room.sharings.ask(incident.id, "mutual_aid", "room119", reason="부상자", units=["engine1"])
        assert [one.id for one in other.sharings.list()] == [asked.id]
        accepted = other.sharings.accept(asked.id)
        assert accepted.incident
        assert accepted.incident.summary == incident.summary
        ended = other.sharings.end(asked.id)
        assert ended.ended_at
        assert ended.incident is None


def test_a_device_is_prepared_enrolled_and_lost(device, kim, folder):
    boss = device(keep=folder / "boss")
    boss.login("admin", town.PASSWORD)
    prepared = boss.devices.prepare("순11 태블릿", agency_id="station", unit_id="car1")
    assert prepared.code not in repr(prepared)
    assert kim.enrol(prepared.code).label == "순11 태블릿"
    assert [(one.standing, one.jkt) for one in boss.devices.list()] == [("enrolled", kim.thumbprint)]
    assert boss.devices.lost(prepared.id).standing == "lost"
    assert refusal(kim.dispatches).status in {400, 401, 403}
    assert refusal(kim.login, "kim", town.PASSWORD).code == "device_lost"


def test_a_refusal_says_what_where_and_how_to_mend_it(room, kim):
    wrong = refusal(reported, room, priority=9)
    assert (wrong.code, wrong.status, wrong.field) == ("invalid_request", 422, "priority")
    assert wrong.errors[0]["field"] == "priority"
    assert wrong.request_id
    assert wrong.words("en")[1] == "Mend the field that is named and send it again."
    assert "항목" in wrong.words()[0]
    assert refusal(kim.report, "no-such", "en_route").code == "dispatch_unknown"


def test_every_code_of_the_server_has_words_in_both_languages():
    assert set(errors.codes()) <= set(refusals())
    for code in errors.codes():
        refused = goldentime.Refused(400, {"code": code})
        assert all(refused.words("ko"))
        assert all(refused.words("en"))
    unknown = goldentime.Refused(400, {"code": "of_tomorrow", "detail": "what it is"})
    assert unknown.words("en") == ("what it is", "Try again, or tell the operator.")


def test_a_list_is_read_to_its_end(room, device, folder):
    for n in range(8):
        reported(room, external_id=f"112-{n}", units=[])
    auditor = device(keep=folder / "auditor")
    auditor.login("auditor", town.PASSWORD)
    rows = list(auditor.audit.events())
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    pages = list(auditor._api.pages("/v1/audit/events", limit=7))
    assert [row["seq"] for row in pages[: len(rows)]] == [row.seq for row in rows]


# The login.


def test_a_wrong_password_is_refused_and_nothing_is_kept(device, folder):
    client = device()
    assert refusal(client.login, "kim", "wrong").code == "invalid_grant"
    assert not client.known
    assert sorted(path.name for path in folder.iterdir()) == ["device.pem"]


def test_a_token_about_to_end_is_renewed_before_the_call(served, kim, clock):
    kim._login._access._renew_at_s = 0
    kim.dispatches()
    assert [path for _, path, _ in served.answers] == ["/v1/auth/token", "/v1/auth/token", "/v1/me/dispatches"]


def test_a_token_the_server_no_longer_takes_is_renewed_and_the_call_repeated(served, kim, clock):
    clock.forward(minutes=6)
    kim.dispatches()
    assert [status for _, _, status in served.answers[1:]] == [401, 200, 200]


def test_a_program_started_anew_goes_on_with_the_same_login_and_key(device, kim, served):
    again = device()
    assert again.resume()
    assert again.thumbprint == kim.thumbprint
    assert again.dispatches().unit.id == "car1"
    assert kim.dispatches().unit.id == "car1", "programs that share a folder do not end each other's login"


def test_programs_that_share_a_folder_renew_in_turn(device, kim, clock):
    other = device()
    assert other.resume()
    for client in (kim, other, other, kim, kim, other):
        clock.forward(minutes=6)
        assert client.dispatches().unit.id == "car1"


def test_programs_that_renew_at_the_same_time_wait_for_each_other(device, kim, clock):
    others = [device() for _ in range(3)]
    assert all(other.resume() for other in others)
    for _ in range(2):
        clock.forward(minutes=6)
        with ThreadPoolExecutor(4) as threads:
            found = [threads.submit(client.dispatches) for client in (kim, *others)]
        assert [one.result().unit.id for one in found] == ["car1"] * 4


def test_a_login_kept_for_another_server_is_not_sent_to_this_one(device, kim, served, folder):
    elsewhere = goldentime.Client("http://127.0.0.1:9", keep=folder)
    assert elsewhere.resume() is False
    elsewhere.close()


def reboot(tmp_path):
    """What is in memory only is gone."""
    shutil.rmtree(tmp_path / "run" / "goldentime")


def test_after_a_reboot_the_login_is_locked_until_the_pin(device, kim, tmp_path):
    kim.choose_pin("4711")
    assert (kim.locked, kim.pin_set) == (False, True)
    reboot(tmp_path)
    again = device()
    assert again.resume()
    assert again.locked
    assert refusal(again.dispatches).code == "login_locked"
    wrong = refusal(again.unlock, "0000")
    assert (wrong.code, wrong.problem["tries_left"]) == ("pin_wrong", 4)
    again.unlock("4711")
    assert not again.locked
    assert again.dispatches().unit.id == "car1"
    other = device()
    assert other.resume()
    assert not other.locked, "somebody is at it"


def test_after_a_reboot_a_login_without_a_pin_cannot_go_on_and_nothing_is_asked(device, kim, served, tmp_path):
    reboot(tmp_path)
    asked = len(served.answers)
    assert device().resume() is False
    assert len(served.answers) == asked


def test_after_the_shift_the_login_is_over_and_forgotten(device, kim, clock, folder):
    clock.forward(hours=13)
    assert refusal(kim.dispatches).code == "invalid_grant"
    assert refusal(kim.dispatches).code == "logged_out"
    assert not (folder / "login").exists()
    assert device().resume() is False


def test_logging_out_ends_it_here_and_at_the_server(device, kim, served, folder):
    access = kim._login._access.token
    device().logout()  # another program, as from a command line
    assert served.answers[-1] == ("POST", "/v1/auth/revoke", 200)
    assert not (folder / "login").exists()
    reply = served.app.test_client().get("/v1/me/dispatches", headers={"Authorization": f"Bearer {access}"})
    assert reply.status_code == 401


def test_a_rooms_secret_is_asked_with_again_when_its_token_ends(room, clock):
    reported(room)
    clock.forward(minutes=6)
    assert reported(room).status == "open"


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_wrong_by_ten_minutes_does_not_matter(device, served, clock, minutes):
    clock.forward(minutes=minutes)
    client = device()
    client.login("kim", town.PASSWORD)
    assert client.dispatches().unit.id == "car1"
    assert [status for _, _, status in served.answers] == [401, 200, 200], "one proof by the wrong clock, none after it"
    assert abs(client.clock.now(time.monotonic()) - clock()) < timedelta(seconds=2)


# The key.


def test_key_and_login_are_for_this_account_alone(kim, folder, tmp_path):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = [folder / "device.pem", folder / "login", *(tmp_path / "run" / "goldentime").iterdir()]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600] * 3
    assert town.PASSWORD not in "".join(path.read_text() for path in files)


def test_a_file_that_others_can_read_is_refused_before_anything_is_sent(device, kim, served, folder):
    asked = len(served.answers)
    for name, mode in (("device.pem", 0o640), ("device.pem", 0o604), ("login", 0o660)):
        (folder / name).chmod(mode)
        with pytest.raises(goldentime.FileUnsafe, match=f"chmod 600 '{folder / name}'"):
            device().resume()
        (folder / name).chmod(0o600)
    assert len(served.answers) == asked


@pytest.mark.parametrize("content", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_says_so(device, folder, content):
    folder.mkdir(mode=0o700)
    (folder / "device.pem").touch(mode=0o600)
    (folder / "device.pem").write_text(content)
    with pytest.raises(goldentime.FileUnsafe, match="holds no key"):
        device()


def test_a_link_in_place_of_the_key_is_not_followed(device, folder, tmp_path):
    folder.mkdir(mode=0o700)
    (folder / "device.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(goldentime.FileUnsafe):
        device()


def test_a_folder_that_others_can_change_is_refused(device, folder):
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(goldentime.FileUnsafe, match="chmod 700"):
        device()


def test_a_folder_that_cannot_be_made_is_refused(device, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(goldentime.FileNotKept, match="choose another folder"):
        device(keep=tmp_path / "file" / "kept")


@contextmanager
def full_disk():
    """Files cannot grow, as on a full disk; Python ignores the signal."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_no_key_is_made_and_nothing_is_half_written(device, folder):
    with full_disk(), pytest.raises(goldentime.FileNotKept, match="make room"):
        device()
    assert list(folder.iterdir()) == []


def test_on_a_full_disk_no_password_is_sent(device, served):
    client = device()
    with full_disk(), pytest.raises(goldentime.FileNotKept):
        client.login("kim", town.PASSWORD)
    assert served.answers == []
    client.login("kim", town.PASSWORD)


def test_a_disk_that_fills_up_ends_no_shift(device, kim, clock, folder, engine):
    renew = kim._login._renew
    for full in (True, True, False):
        clock.forward(minutes=6)
        with read_only(folder) if full else nullcontext():
            renew()
        assert (folder / "login").exists() is not full, "a used token is not left behind"
    assert device().resume()


@contextmanager
def read_only(folder):
    """No file can be made in it, but removed: as when a disk has no room for another name."""
    made = secret_file.os.open

    def open_(path, flags, *more):
        if flags & os.O_CREAT and str(path).startswith(str(folder)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return made(path, flags, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret_file.os, "open", open_)
        yield


def test_a_proof_is_one_request_s_own_and_fits_the_servers_rules():
    key, at = DeviceKey.new(), datetime.now(UTC)
    url = "https://goldentime.test/v1/playback"
    proof = key.proof("POST", url, token="the token", at=at)
    found = dpop.verify(proof, method="POST", url=url, token="the token", now=at)
    assert found.jkt == key.thumbprint
    assert found.jwk == key.jwk
    assert proof != key.proof("POST", url, token="the token", at=at)


def test_a_token_that_was_taken_away_is_of_no_use_with_another_key(kim, served):
    stolen = kim._login._access.token
    thief = goldentime.Client(served.base)
    thief._login._access = kim._login._access
    assert refusal(thief.dispatches).status == 401
    reply = served.app.test_client().get("/v1/me/dispatches", headers={"Authorization": f"Bearer {stolen}"})
    assert (reply.status_code, reply.json["code"]) == (401, "token_invalid")
    thief.close()


# The line.


def test_a_lost_answer_is_asked_for_again_and_the_call_is_done_once(room, kim, served, read):
    incident = reported(room)
    served.lost = 2
    playback = kim.play("cam-near", incident_id=incident.id)
    with read() as session:
        assert [row.id for row in session.scalars(select(PlaybackSession))] == [playback.session_id]


def test_without_a_server_it_says_so_and_keeps_the_login(kim, served):
    served.lost = 3
    with pytest.raises(goldentime.Offline, match="no answer from"):
        kim.dispatches()
    assert kim.known
    assert kim.dispatches().unit


@pytest.mark.parametrize(
    "base",
    ["http://goldentime.example", "goldentime.example", "ftp://x", "https://", "https://a:b@x", "https://x/path", "http://[", ""],
)  # fmt: skip
def test_an_address_that_would_send_secrets_in_clear_or_is_none_is_refused(base):
    with pytest.raises(goldentime.AddressInvalid):
        goldentime.Client(base)


@pytest.mark.parametrize("status", [200, 302])
def test_a_sign_in_page_of_the_network_is_not_taken_for_the_server(status):
    def page(_environ, start_response):
        start_response(f"{status} Whatever", [("Content-Type", "text/html"), ("Location", "https://login.wifi/")])
        return [b"<html>Welcome</html>"]

    with plain(page) as base, goldentime.Client(base) as client, pytest.raises(goldentime.Unreadable):
        client.login("kim", town.PASSWORD)
