import pytest
from sqlalchemy import select

from server.models import AuditEvent, Officer, RefreshToken
from tests.town import PASSWORD

pytestmark = pytest.mark.usefixtures("any_database")


def tags(read):
    with read() as session:
        return session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)).all()


def test_a_password_opens_a_shift(phone):
    tokens = phone("kim").tokens
    assert tokens["token_type"] == "DPoP"
    assert tokens["expires_in"] == 300
    assert len(tokens["refresh_token"]) == 43
    assert tokens["login_ends_at"].endswith("Z")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"grant_type": "password", "username": "kim", "password": "wrong"}, 400, "invalid_grant"),
        ({"grant_type": "password", "username": "nobody", "password": PASSWORD}, 400, "invalid_grant"),
        ({"grant_type": "password", "username": "kim"}, 422, "invalid_request"),
        ({"grant_type": "password", "username": "a\0b", "password": "x"}, 422, "invalid_request"),
        ({"grant_type": "password", "username": "kim", "password": "x" * 1025}, 422, "invalid_request"),
        ({"grant_type": "refresh_token"}, 422, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "made-up"}, 400, "invalid_grant"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "cad112", "client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "kim", "client_secret": PASSWORD}, 401, "invalid_client"),
        ({"grant_type": "password", "username": "cad112", "password": PASSWORD}, 400, "invalid_grant"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"grant_type": "x" * 41}, 422, "invalid_request"),
        ({}, 422, "invalid_request"),
    ],
)
def test_a_bad_request_for_tokens(form, status, code, phone):
    reply = phone().token(**form)
    assert (reply.status_code, reply.json["code"]) == (status, code)
    assert reply.headers["Cache-Control"] == "no-store"
    if status < 422:
        assert reply.json["error"] == code


def test_an_unknown_name_and_a_wrong_password_read_the_same(phone):
    wrong = phone().token(grant_type="password", username="kim", password="wrong").json
    unknown = phone().token(grant_type="password", username="nobody", password="wrong").json
    assert wrong | {"request_id": ""} == unknown | {"request_id": ""}


def test_a_client_may_use_basic_authentication(phone):
    reply = phone().client.post("/v1/auth/token", data={"grant_type": "client_credentials"}, auth=("cad112", PASSWORD))
    assert (reply.status_code, reply.json["refresh_token"], reply.json["token_type"]) == (200, None, "Bearer")


def test_a_refresh_token_is_used_once_and_the_shift_goes_on(phone, clock):
    kim = phone("kim")
    ends = kim.tokens["login_ends_at"]
    for _ in range(3):
        clock.forward(minutes=19)
        reply = kim.refresh()
        assert (reply.status_code, reply.json["login_ends_at"]) == (200, ends)
        kim.tokens = reply.json
        assert kim.get("/v1/me/dispatches").status_code == 200


def test_a_refresh_token_used_twice_ends_the_shift_for_both(phone, read):
    kim = phone("kim")
    stolen = kim.tokens["refresh_token"]
    kim.tokens = kim.refresh().json
    fresh = kim.refresh().json
    assert kim.token(grant_type="refresh_token", refresh_token=stolen).json["code"] == "invalid_grant"
    assert kim.token(grant_type="refresh_token", refresh_token=fresh["refresh_token"]).json["code"] == "invalid_grant"
    kim.tokens = fresh
    assert kim.get("/v1/me/dispatches").json["code"] == "token_invalid"
    assert tags(read)[-1] == "viewer:refresh:reused"


def test_a_renewal_whose_answer_is_lost_is_asked_for_again_and_what_was_lost_ends_the_shift(phone, clock, read):
    kim = phone("kim")
    lost = []
    for _ in range(2):
        clock.forward(minutes=4)
        lost.append(kim.refresh().json)
    kim.tokens = kim.refresh().json
    assert kim.tokens["locked"] is False
    assert kim.get("/v1/me/dispatches").status_code == 200
    thief = {name: lost[-1][name] for name in ("refresh_token", "access_token")}
    assert kim.token(grant_type="refresh_token", **thief).json["code"] == "invalid_grant"
    assert tags(read)[-1] == "viewer:refresh:reused"
    assert kim.refresh().json["code"] == "invalid_grant"


def test_a_lost_answer_is_no_way_around_the_pin(phone):
    kim = phone("kim")
    kim.put("/v1/auth/pin", {"pin": "2580"})
    kim.refresh()
    assert kim.token(grant_type="refresh_token", refresh_token=kim.tokens["refresh_token"]).json["locked"] is True


def test_a_shift_ends_after_twelve_hours_however_often_it_was_refreshed(phone, clock):
    kim = phone("kim")
    kim.put("/v1/auth/pin", {"pin": "2580"})
    clock.forward(hours=11, minutes=59)
    kim.tokens = kim.refresh().json
    clock.forward(minutes=1)
    assert kim.refresh().json["code"] == "invalid_grant"


def test_a_revoked_shift_is_over_and_revoking_nonsense_is_no_error(phone, read):
    kim = phone("kim")
    assert kim.post("/v1/auth/revoke", data={"token": kim.tokens["refresh_token"]}).status_code == 200
    assert kim.refresh().json["code"] == "invalid_grant"
    assert kim.post("/v1/auth/revoke", data={"token": "made-up"}).status_code == 200
    assert tags(read)[-1] == "viewer:token:revoked"


def test_a_disabled_officer_gets_no_token(phone, transaction, read):
    kim = phone("kim")
    with transaction() as session:
        session.get(Officer, "kim").enabled = False
    assert kim.refresh().json["code"] == "invalid_grant"
    assert kim.token(grant_type="password", username="kim", password=PASSWORD).json["code"] == "invalid_grant"
    assert tags(read)[-2:] == ["viewer:login:refused"] * 2


def test_tokens_are_not_in_the_database(phone, read):
    kim = phone("kim")
    with read() as session:
        (row,) = session.scalars(select(RefreshToken))
        assert kim.tokens["refresh_token"] not in (row.token_hash, row.shift_id)


def test_a_refused_known_name_is_recorded_and_an_unknown_one_is_not(phone, read):
    phone().token(grant_type="password", username="kim", password="wrong")
    phone().token(grant_type="password", username="nobody", password="wrong")
    phone().token(grant_type="client_credentials", client_id="cad112", client_secret="wrong")
    with read() as session:
        rows = session.execute(select(AuditEvent.tag, AuditEvent.actor_id)).all()
    assert rows == [("viewer:login:refused", "kim"), ("viewer:login:refused", "cad112")]
