import io
import json
import logging

import pytest

from server import logs
from tests import town


@pytest.mark.parametrize(
    "name", ["access_token", "refresh_token", "password", "client_secret", "authorization", "sid", "url"]
)
def test_a_field_named_like_a_secret_is_blank(name):
    assert logs.blank_secrets(None, "info", {name: "canary"}) == {name: "***"}


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer canary.canary.canary",
        "Authorization: DPoP canary.canary.canary",
        "basic canary=",
        "rtsp://viewer:canary@10.0.0.1/stream",
        "GET /live/canary-sid/cam-1/index.m3u8",
    ],
)
def test_a_secret_inside_text_is_blank(text):
    assert "canary" not in logs.blank_secrets(None, "info", {"event": text})["event"]


@pytest.mark.parametrize("text", ["a\r\n{}", "\x1b[31m", "\x9b31m", "\u202e", "\u2066", "\u2028", "\x7f", "\x00"])
def test_nothing_in_a_field_breaks_the_line_steers_a_terminal_or_turns_the_text(text):
    line = logs.formatter().format(logging.LogRecord("x", logging.INFO, "x", 1, "%s 가", (text,), None))
    assert json.loads(line)["event"] == f"{text} 가"
    assert line.isprintable()
    assert "가" in line


def test_ids_stay():
    event = {"session_id": "s", "request_id": "r", "caller": "officer:kim", "status": 200}
    assert logs.blank_secrets(None, "info", dict(event)) == event


def test_a_record_of_the_standard_library_becomes_one_of_our_lines():
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(logs.formatter())
    logger = logging.getLogger("somebody")
    logger.addHandler(handler)
    logger.warning("Bearer %s", "canary")
    logger.removeHandler(handler)
    line = json.loads(sink.getvalue())
    assert (line["level"], "canary" in line["event"]) == ("warning", False)


def test_nothing_of_a_whole_story_in_the_log_is_secret(phone, capsys):
    kim, cad = phone("kim"), phone("cad112")
    incident = cad.post("/v1/incidents", town.report()).json
    opened = kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    kim.delete(f"/v1/playback/{opened['session_id']}")
    tokens = (*kim.tokens.values(), cad.tokens["access_token"])
    kim.get(f"/v1/incidents/{kim.tokens['refresh_token']}?token={kim.tokens['access_token']}")
    log = "".join(capsys.readouterr())
    assert "/v1/playback/<id:session_id>" in log
    for secret in (*tokens, town.PASSWORD, town.RTSP_PASSWORD, opened["url"].split("/")[2], incident["summary"]):
        assert str(secret) in {"Bearer", "DPoP", "300", "None"} or str(secret) not in log
