import contextlib
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import pytest
from goldentime import words
from goldentime.__main__ import main
from goldentime.player import absolute

from server.access import playback
from tests import town
from tests.client_sdk.backend import PASSWORD, dispatch
from tests.client_sdk.served import serving
from tests.nginx.conftest import until
from tests.server.test_totp import Authenticator

SDK = Path(words.__file__).parents[1]
PROGRAM = [sys.executable, "-m", "goldentime"]


@pytest.fixture
def environ(tmp_path):
    (tmp_path / "run").mkdir(mode=0o700)
    given = {"XDG_RUNTIME_DIR": str(tmp_path / "run"), "XDG_STATE_HOME": str(tmp_path / "state"), "LANG": "ko_KR.UTF-8"}
    return given | {"PATH": os.environ["PATH"], "PYTHONPATH": str(SDK), "HOME": str(tmp_path)}


@pytest.fixture
def goldentime(environ, monkeypatch, capsys):
    """``goldentime("dispatches", typed="…")``: the exit status and what was said."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def run(*argv, typed=""):
        with Path(environ["HOME"], "typed").open("w+") as stdin:
            stdin.write(typed)
            stdin.seek(0)
            monkeypatch.setattr("sys.stdin", stdin)
            status = main(argv)
        said = "".join(capsys.readouterr()).splitlines(keepends=True)
        return status, "".join(line for line in said if " part=api " not in line)  # what the server logs meanwhile

    return run


@pytest.fixture
def served(transaction, read, keys, data_dir, clock):
    with serving(transaction, read, keys, data_dir=data_dir, clock=clock) as made:
        yield made


def test_from_signing_in_to_signing_out(goldentime, served, phone, environ):
    phone("cad112").post("/v1/incidents", town.report())
    assert goldentime("sign-in", served.base, "kim", typed=f"{town.PASSWORD}\n") == (0, "로그인되었습니다.\n")
    status, said = goldentime("dispatches")
    assert status == 0
    assert re.search(r"\[0\] robbery · 목포역 앞 · sent · \w+", said)
    assert re.search(r"1 cam-near +카메라 cam-near +40 m", said)
    assert '"call_sign": "순11"' in goldentime("dispatches", "--json")[1]
    assert goldentime("--lang", "en", "sign-out") == (0, "Signed out.\n")
    status, said = goldentime("dispatches")
    assert (status, said) == (1, "로그인되어 있지 않습니다. goldentime sign-in 을 실행하세요.\n")


def test_a_second_factor_is_asked_for_when_it_is_needed(goldentime, served, phone, clock):
    kim = Authenticator(phone, clock).set_up()
    assert goldentime("sign-in", served.base, "kim", typed=f"{town.PASSWORD}\n000000\n")[0] != 0
    typed = f"{town.PASSWORD}\n{kim.code()}\n"
    assert goldentime("sign-in", served.base, "kim", typed=typed) == (0, "로그인되었습니다.\n")


def test_the_code_that_enrols_a_device_is_asked_for(goldentime, served, phone):
    made = phone("admin").post("/v1/devices", {"label": "순11 단말", "agency_id": "station", "unit_id": "car1"}).json
    status, said = goldentime("enrol", served.base, typed=f"{made['code']}\n")
    assert (status, said.startswith("등록된 기기: 순11 단말 ")) == (0, True)
    with pytest.raises(SystemExit):
        goldentime("enrol", served.base, made["code"])


def test_after_a_reboot_the_pin_is_asked_for(goldentime, served, environ):
    assert goldentime("sign-in", served.base, "kim", typed=f"{town.PASSWORD}\n4711\n")[0] == 0
    shutil.rmtree(Path(environ["XDG_RUNTIME_DIR"]) / "goldentime")
    status, said = goldentime("dispatches", typed="0000\n")
    assert (status, "pin_wrong" in said) == (1, True)
    assert goldentime("dispatches", typed="4711\n") == (0, "순11: 진행 중인 출동이 없습니다.\n")
    assert goldentime("dispatches") == (0, "순11: 진행 중인 출동이 없습니다.\n")


def test_what_is_refused_is_said_in_words_with_code_and_request(goldentime, served):
    status, said = goldentime("sign-in", served.base, "kim", typed="wrong\n")
    assert status == 1
    assert re.match(r"로그인 실패\. .*\ninvalid_grant: .* \([\w-]+\)\n$", said)
    status, said = goldentime("sign-in", "http://127.0.0.1:9", "kim", typed="x\n")
    assert status == 3
    assert said.startswith("서버가 응답하지 않습니다.")
    status, said = goldentime("sign-in", "http://goldentime.example", "kim", typed="x\n")
    assert (status, "use https" in said) == (1, True)


def test_a_login_that_others_can_read_is_said_with_the_mend(goldentime, served, environ):
    goldentime("sign-in", served.base, "kim", typed=f"{town.PASSWORD}\n")
    login = Path(environ["XDG_STATE_HOME"]) / "goldentime" / "login"
    login.chmod(0o644)
    assert goldentime("dispatches") == (4, f"{login}: mode 0644 lets others read it; run: chmod 600 '{login}'\n")


def test_on_a_terminal_the_password_is_asked_for_and_not_shown(served, environ):
    ours, its = pty.openpty()
    argv = [*PROGRAM, "sign-in", served.base, "kim"]
    process = subprocess.Popen(argv, env=environ, stdin=its, stdout=its, stderr=its, start_new_session=True)
    os.close(its)
    shown = b""
    for asked, typed in (("비밀번호: ", town.PASSWORD), ("로그인되었습니다.", ""), ("새 PIN", "4711")):
        while asked.encode() not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, f"{typed}\n".encode() if typed else b"")
    assert process.wait(20) == 0
    os.close(ours)
    assert town.PASSWORD not in shown.decode()
    assert "4711" not in shown.decode()


def test_every_word_is_in_both_languages_and_every_ending_has_words():
    for table in (words.WORDS, words.ENDINGS):
        assert all(set(line) == {"ko", "en"} and all(line.values()) for line in table.values())
        assert all(re.search("[가-힣]", line["ko"]) or line["ko"] == "PIN: " for line in table.values())
    reasons = {value for name, value in vars(playback).items() if name.isupper() and isinstance(value, str)}
    assert reasons - {playback.VIEWER_LEFT} <= set(words.ENDINGS)
    assert words.ending("of_tomorrow", "en") == "of_tomorrow"


def test_a_playlist_can_be_read_from_anywhere():
    playlist = (
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=A,URI="a.m3u8",NAME="n"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n360p/index.m3u8\n\n/x\n'
    )
    assert absolute(playlist, "https://h/live/s/c/index.m3u8") == (
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=A,URI="https://h/live/s/c/a.m3u8",NAME="n"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n'
        "https://h/live/s/c/360p/index.m3u8\n\nhttps://h/x\n"
    )


# The picture, through a real nginx.


def command_lines():
    """Those of every process on this machine, by its number."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found[path.parent.name] = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return found


@pytest.fixture
def watching(goldentime, backend, environ):
    """``watching("mpv")``: a process that watches the camera of a dispatch; what it shows is in its file."""
    backend.send(dispatch())
    assert goldentime("sign-in", f"http://127.0.0.1:{backend.port}", "officer", typed=f"{PASSWORD}\n")[0] == 0
    running = []

    def start(player):
        with Path(environ["HOME"], "shown").open("wb") as shown:
            argv = [*PROGRAM, "watch", "cam-1", "--incident", "incident-1", "--player", player]
            running.append(subprocess.Popen(argv, env=environ, stdout=shown, stderr=subprocess.PIPE, text=True))
        return running[-1], Path(environ["HOME"], "shown")

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.nginx
@pytest.mark.process
def test_mpv_shows_the_picture_until_the_access_ends_and_nobody_sees_its_address(watching, backend):
    process, shown = watching("mpv")
    until(lambda: shown.read_bytes().count(b"\x1b[48;2;") > 1000, within_s=30)  # a picture in coloured letters
    (sid,) = backend.sessions
    (mpv,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    seen = command_lines()
    assert " --no-ytdl " in seen[mpv]
    assert not any(sid in line for line in seen.values())
    backend.close()
    assert process.wait(20) == 0
    assert process.stderr.read().endswith("열람 종료: 사건이 종결되었습니다.\n")
    assert not Path(f"/proc/{mpv}").exists()


@pytest.mark.nginx
@pytest.mark.process
def test_a_player_of_another_kind_gets_a_playlist_and_the_session_ends_with_it(watching, backend, environ, tmp_path):
    """ffplay's stand-in decodes what ffplay would show."""
    (tmp_path / "bin").mkdir()
    stand_in = tmp_path / "bin" / "ffplay"
    drop = 'while [ "$1" != -an ]; do shift; done'
    ends = "-frames:v 5 -f null - && echo shown"
    stand_in.write_text(f'#!/bin/sh\n{drop}\n{imageio_ffmpeg.get_ffmpeg_exe()} -nostdin -v fatal "$@" {ends}\n')
    stand_in.chmod(0o755)
    environ["PATH"] = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    process, shown = watching("ffplay")
    _, said = process.communicate(timeout=60)
    assert (process.returncode, shown.read_text(), said) == (0, "shown\n", "")
    assert [call[0] for call in backend.calls] == ["play", "stop"]


@pytest.mark.nginx
@pytest.mark.process
def test_a_command_that_is_told_to_stop_closes_its_session_and_its_player(watching, backend):
    process, shown = watching("mpv")
    until(lambda: shown.stat().st_size > 0, within_s=30)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 128 + signal.SIGTERM
    assert ("stop", backend.calls[-1][1]) == backend.calls[-1]
    assert backend.sessions == {}


def test_without_a_player_it_says_what_to_install_and_opens_nothing(goldentime, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    status, said = goldentime("watch", "cam-near", "--incident", "some")
    assert status == 5
    assert said.endswith("there is no mpv and no ffplay; install it: apt-get install mpv\n")
