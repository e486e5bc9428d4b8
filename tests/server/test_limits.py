import pytest
from sqlalchemy import select

from server import app as application
from server.api.deps import EXTENSION
from server.api.limits import Kind, Rates, kind_of
from server.models import AuditEvent
from server.settings import Settings
from tests import town
from tests.phone import Phone

FEW = Rates(sign_in=5, playback=2, intake=3, change=2, look_up=4, export=1)


@pytest.fixture
def limited(app):
    """``limited("kim")``: the API with few calls a minute, as one account sees it."""
    counting = application.create_app(app.extensions[EXTENSION], FEW)
    return lambda account=None: Phone(counting.test_client(), account)


@pytest.mark.parametrize(
    ("method", "rule", "machine", "kind"),
    [
        ("POST", "/v1/playback", False, Kind.PLAYBACK),
        ("POST", "/v1/playback", True, Kind.PLAYBACK),
        ("DELETE", "/v1/playback/<id:session_id>", False, Kind.CHANGE),
        ("POST", "/v1/incidents", False, Kind.INTAKE),
        ("POST", "/v1/incidents", True, Kind.INTAKE),
        ("PATCH", "/v1/incidents/<id:incident_id>", True, Kind.INTAKE),
        ("PATCH", "/v1/incidents/<id:incident_id>", False, Kind.CHANGE),
        ("GET", "/v1/incidents/<id:incident_id>", True, Kind.LOOK_UP),
        ("GET", "/v1/audit/ledgers/viewing", False, Kind.EXPORT),
        ("GET", "/v1/audit/events", False, Kind.LOOK_UP),
    ],
)
def test_a_call_counts_as_what_it_does(method, rule, machine, kind):
    assert kind_of(method, rule, machine=machine) == kind


def test_past_its_rate_an_account_waits_and_others_do_not(limited):
    kim, lee = limited("kim"), limited("lee")
    for _ in range(FEW.look_up):
        assert kim.get("/v1/me/dispatches").status_code == 200
    refused = kim.get("/v1/me/dispatches")
    assert (refused.status_code, refused.json["code"], refused.mimetype) == (
        429,
        "too_many_requests",
        "application/problem+json",
    )
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert refused.json["retry_after_s"] == int(refused.headers["Retry-After"])
    assert lee.get("/v1/me/dispatches").status_code == 200


def test_one_kind_of_call_does_not_use_up_another(limited):
    cad = limited("cad112")
    while cad.get("/v1/units").status_code == 200:
        pass
    assert cad.post("/v1/incidents", town.report()).status_code == 201


def test_calls_that_are_refused_for_another_reason_count_too(limited):
    kim = limited("kim")
    wanted = {"camera_id": "cam-near", "incident_id": "unheard-of"}
    codes = [kim.post("/v1/playback", wanted).json["code"] for _ in range(FEW.playback + 1)]
    assert codes[-1] == "too_many_requests"
    assert "too_many_requests" not in codes[:-1]


@pytest.mark.parametrize(
    ("first", "other", "shared"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("fd00:1:2:3::1", "fd00:1:2:3:ffff::9", True),
        ("fd00:1:2:3::1", "fd00:1:2:4::1", False),
    ],
)
def test_strangers_attempts_count_by_address(limited, first, other, shared):
    def attempt(address):
        form = {"grant_type": "password", "username": "kim", "password": "wrong"}
        return limited().token({"X-Real-IP": address}, **form)

    replies = [attempt(first) for _ in range(FEW.sign_in + 1)]
    assert [reply.status_code for reply in replies] == [400] * FEW.sign_in + [429]
    assert (attempt(other).status_code == 429) is shared


def test_a_flood_is_recorded_once_a_minute(limited, read):
    kim = limited("kim")
    for _ in range(FEW.look_up + 5):
        kim.get("/v1/me/dispatches")
    with read() as session:
        said = [event.subject for event in session.scalars(select(AuditEvent)) if event.subject.get("code")]
    assert [subject["code"] for subject in said] == ["too_many_requests"]


def test_a_worker_lets_through_its_share_and_at_least_one():
    assert Rates(playback=60, workers=2).share(Kind.PLAYBACK).amount == 30
    assert Rates(export=1, workers=4).share(Kind.EXPORT).amount == 1


def test_no_setting_makes_the_rooms_intake_narrow(monkeypatch, tmp_path):
    given = {"data_dir": tmp_path, "public_url": "https://goldentime.test"}
    assert application.rates_of(Settings(**given)).share(Kind.INTAKE).amount >= 50 * 60
    with pytest.raises(ValueError, match="600"):
        Settings(**given, limit_intake=599)
