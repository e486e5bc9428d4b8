"""Officers' tokens are good only with a proof of the key they are bound to, made for that request and used once."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from demo.device import Device
from server import jobs
from server.models import SeenProof
from tests.phone import Phone
from tests.server.test_dpop import b64
from tests.town import PASSWORD

PATH = "/v1/me/dispatches"


@pytest.fixture
def kim(phone):
    return phone("kim")


def sent(kim, *proofs, scheme="DPoP"):
    headers = [("Authorization", f"{scheme} {kim.tokens['access_token']}"), *(("DPoP", one) for one in proofs)]
    return kim.client.get(PATH, headers=headers)


def refused(reply, code="dpop_proof_invalid"):
    assert (reply.status_code, reply.json["code"]) == (401, code)
    error = {"dpop_proof_invalid": "invalid_dpop_proof", "token_invalid": "invalid_token"}[code]
    assert reply.headers["WWW-Authenticate"].startswith(f'DPoP realm="goldentime", algs="ES256 EdDSA", error="{error}"')


def proofs(kim, clock):
    """What else than a good proof may come with a good token."""
    url, token = kim.deps.issuer + PATH, kim.tokens["access_token"]
    yield "none", ()
    yield "another address", (kim.device.proof("GET", url + "/x", token),)
    yield "another method", (kim.device.proof("POST", url, token),)
    yield "another token", (kim.device.proof("GET", url, "another"),)
    yield "no token", (kim.device.proof("GET", url),)
    yield "two", (kim.device.proof("GET", url, token), kim.device.proof("GET", url, token))
    yield "an old one", (_later(kim, clock, -61, url, token),)
    yield "one of tomorrow", (_later(kim, clock, 31, url, token),)
    none = b64(b'{"typ":"dpop+jwt","alg":"none","jwk":{}}')
    yield "alg none", (f"{none}.{b64(b'{}')}.",)


def _later(kim, clock, seconds, url, token):
    at = clock.at
    clock.forward(seconds=seconds)
    made = kim.device.proof("GET", url, token)
    clock.at = at
    return made


def test_every_wrong_proof_is_refused_and_a_good_one_is_taken(kim, clock):
    for name, given in proofs(kim, clock):
        assert sent(kim, *given).status_code == 401, name
        refused(sent(kim, *given))
    assert kim.get(PATH).status_code == 200


@pytest.mark.usefixtures("any_database")
def test_a_proof_is_good_once_as_long_as_it_is_good_at_all(kim, clock):
    proof = kim.device.proof("GET", kim.deps.issuer + PATH, kim.tokens["access_token"])
    assert sent(kim, proof).status_code == 200
    for forward_s in (0, 1, 29, 30, 1):
        clock.forward(seconds=forward_s)
        refused(sent(kim, proof))


def test_two_keys_may_choose_the_same_id(phone, monkeypatch):
    monkeypatch.setattr("demo.device.secrets", SimpleNamespace(token_urlsafe=lambda _: "the-same-for-all"))
    for account in ("kim", "lee"):
        viewer = Phone(phone().client, account)
        assert viewer.token(grant_type="password").json["code"] == "dpop_proof_invalid"


def test_the_proof_of_another_key_is_refused(kim, clock):
    thief = Device(clock)
    refused(sent(kim, thief.proof("GET", kim.deps.issuer + PATH, kim.tokens["access_token"])), "token_invalid")


def test_a_bound_token_is_no_bearer_token_and_a_bearer_token_no_bound_one(kim, phone):
    proof = kim.device.proof("GET", kim.deps.issuer + PATH, kim.tokens["access_token"])
    refused(sent(kim, proof, scheme="Bearer"), "token_invalid")
    cad = phone("cad112")
    kim.tokens = cad.tokens
    refused(sent(kim, proof, scheme="DPoP"), "token_invalid")


def test_without_a_proof_there_is_no_login(phone):
    form = {"grant_type": "password", "username": "kim", "password": PASSWORD}
    reply = phone().client.post("/v1/auth/token", data=form)
    refused(reply)
    assert reply.json["error"] == "invalid_dpop_proof"


def test_a_login_uses_its_proof_up_whatever_comes_of_it(phone):
    stranger = phone()
    proof = stranger.proof("POST", "/v1/auth/token")
    form = {"grant_type": "password", "username": "kim", "password": "wrong"}
    first, second = (
        stranger.client.post("/v1/auth/token", data=form, headers={"DPoP": proof}).json["code"] for _ in range(2)
    )
    assert (first, second) == ("invalid_grant", "dpop_proof_invalid")


def test_a_stolen_refresh_token_is_unknown_with_another_key_and_ends_nothing(kim, phone):
    thief = phone()
    stolen = {"grant_type": "refresh_token", "refresh_token": kim.tokens["refresh_token"]}
    assert thief.token(**stolen).json["code"] == "invalid_grant"
    kim.tokens = kim.refresh().json
    assert thief.token(**stolen).json["code"] == "invalid_grant"
    assert kim.get(PATH).status_code == 200


def test_used_proofs_are_forgotten_when_they_are_too_old(kim, transaction, read, clock):
    clock.forward(seconds=121)
    with transaction() as session:
        jobs.purge(session, now=clock())
    with read() as session:
        assert session.scalars(select(SeenProof)).all() == []
