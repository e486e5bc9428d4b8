"""Cameras asked on the command line: it waits for their answers, and no longer than it says."""

import sys
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from server import __main__ as command_line
from server.models import AuditEvent, Camera, Discovery, DiscoveryWish
from tests.transcoder.waiting import until

FOUND = {"position": None, "heading_deg": None, "ptz": True, "presets": [], "profiles": []}


@pytest.fixture
def discover(monkeypatch, data_dir, database_url, capsys):
    monkeypatch.setenv("GOLDENTIME_DATA_DIR", str(data_dir))
    monkeypatch.setenv("GOLDENTIME_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDENTIME_PUBLIC_URL", "https://goldentime.test")

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["server", "cameras", "discover", *arguments])
        code = command_line.main()
        out = capsys.readouterr()
        return code, out.out.splitlines(), out.err.splitlines()

    return command


@pytest.fixture
def onvif(transaction):
    with transaction() as session:
        for id_ in ("cam-near", "cam-away"):
            session.get(Camera, id_).onvif_port = 80


@pytest.fixture
def transcoder(transaction, read):
    """``transcoder("cam-near", outcome="found")``: a host that answers that camera's wish when there is one."""
    threads = []

    def answer(camera_id, **more):
        def wanted():
            with read() as session:
                return session.get(DiscoveryWish, camera_id)

        def work():
            wish, now = until(wanted), datetime.now(UTC)
            with transaction() as session:
                known = {"host_id": "a", "claimed_until": now, "seq": wish.seq, "found_at": now}
                session.merge(Discovery(camera_id=camera_id, **known, **more))

        threads.append(threading.Thread(target=work))
        threads[-1].start()

    yield answer
    for one in threads:
        one.join()


@pytest.mark.usefixtures("onvif", "any_database")
def test_what_differs_is_printed_camera_by_camera_and_the_asking_is_on_record(discover, transcoder, read):
    transcoder("cam-near", outcome="found", found=FOUND)
    transcoder("cam-away", outcome="unauthorized", found=None)
    code, out, err = discover("cam-near", "cam-away", "cam-near")
    assert (code, err) == (1, [])
    assert sorted(out) == sorted(
        [
            "cam-near: found, 2 differences",
            "  ptz: registered false, found true",
            '  profiles.0.path: registered "/cam-near", found null',
            "cam-away: unauthorized, nothing is known",
        ]
    )
    with read() as session:
        rows = [one for one in session.scalars(select(AuditEvent)) if "discovery" in one.tag]
    assert {(one.actor_kind, one.actor_id, one.subject["camera"]) for one in rows} == {
        ("system", "command line", id_) for id_ in ("cam-near", "cam-away")
    }


@pytest.mark.usefixtures("onvif")
def test_who_found_everything_is_told_so(discover, transcoder):
    transcoder("cam-near", outcome="found", found=FOUND | {"ptz": False})
    assert discover("cam-near")[0] == 0


@pytest.mark.usefixtures("onvif")
def test_nobody_waits_for_longer_than_was_said_or_for_what_cannot_be_asked(discover):
    code, out, err = discover("cam-near", "cam-far", "unheard-of\x1b[2J", "--wait", "0")
    assert (code, out) == (1, [])
    assert err == [
        "cam-far: register the port where the camera takes ONVIF calls",
        "unheard-of\\u001b[2J: there is no such camera",
        "cam-near: no answer within 0 s; does a transcoder run?",
    ]
