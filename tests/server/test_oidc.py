import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from server import jobs
from server.access.provider import is_safe
from server.models import AuditEvent, Officer, Provider, ProviderSignIn
from tests.phone import Phone
from tests.server.provider import CLIENT, KEY, SECRET, StubProvider

OTHER = RSAKey.generate_key(2048, {"kid": "one"})
SUBJECT = "8f1c-kim"


@pytest.fixture
def provider(clock):
    with StubProvider(clock) as started:
        yield started


def offer(phone, provider, agency="room112", **more):
    body = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET} | more
    return phone("admin").put(f"/v1/agencies/{agency}/provider", body)


@pytest.fixture
def agency(phone, provider, read):
    """The agency of Kim, whose service knows Kim as SUBJECT."""
    with read() as session:
        agency_id = session.get(Officer, "kim").agency_id
    assert offer(phone, provider, agency_id).status_code == 200
    assert phone("admin").put("/v1/officers/kim/identity", {"external_id": SUBJECT}).status_code == 200
    return agency_id


class Browser(Phone):
    """A page that signs in at the agency's service."""

    def begin(self, agency):
        headers = {"DPoP": self.proof("POST", "/v1/auth/oidc")}
        return self.client.post("/v1/auth/oidc", json={"agency_id": agency}, headers=headers)

    def finish(self, code, state, **more):
        return self.token(grant_type="authorization_code", code=code, state=state, **more)

    def go(self, provider, agency, subject=SUBJECT):
        begun = self.begin(agency).json
        return self.finish(provider.signed_in(begun["authorization_url"], subject), begun["state"])


@pytest.fixture
def browser(app, provider):
    made = Browser(app.test_client())
    made.provider = provider
    return made


def tags(read):
    with read() as session:
        return session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)).all()


@pytest.mark.usefixtures("any_database")
def test_who_signs_in_at_the_agencys_service_gets_a_shift_of_ours(browser, provider, agency, read):
    assert browser.client.get("/v1/auth/oidc").json["items"] == [{"agency_id": agency, "name": name_of(read, agency)}]
    reply = browser.go(provider, agency)
    assert (reply.status_code, reply.json["token_type"]) == (200, "DPoP")
    browser.tokens = reply.json
    assert browser.get("/v1/me/dispatches").status_code == 200
    browser.tokens = browser.refresh().json
    assert browser.get("/v1/me/dispatches").status_code == 200
    with read() as session:
        issued = session.scalars(select(AuditEvent).filter_by(tag="viewer:token:issued").order_by(AuditEvent.seq)).all()
    assert (issued[-1].actor_id, issued[-1].subject["grant"]) == ("kim", "oidc")
    assert {"admin:provider:changed", "admin:identity:set"} <= set(tags(read))


def name_of(read, agency):
    with read() as session:
        return session.get(Provider, agency).agency.name


LIES = {
    "another nonce": {"claims": {"nonce": "x"}},
    "no nonce": {"claims": {"nonce": None}},
    "another audience": {"claims": {"aud": "somebody"}},
    "no audience": {"claims": {"aud": None}},
    "two audiences and no party": {"claims": {"aud": [CLIENT, "somebody"]}},
    "another party": {"claims": {"azp": "somebody"}},
    "another issuer": {"claims": {"iss": "http://127.0.0.1:1"}},
    "an issuer that begins alike": {"claims": {"iss": "http://127.0.0.1"}},
    "no issuer": {"claims": {"iss": None}},
    "an expired one": {"claims": {"exp": 1_000_000_000}},
    "no expiry": {"claims": {"exp": None}},
    "one from tomorrow": {"claims": {"iat": 4_000_000_000, "exp": 4_000_000_060}},
    "somebody who signed in before": {"claims": {"auth_time": 1_000_000_000}},
    "somebody who signed in at no known time": {"claims": {"auth_time": None}},
    "a time that is a word": {"claims": {"auth_time": "now"}},
    "no subject": {"claims": {"sub": None}},
    "a subject that is a number": {"claims": {"sub": 7}},
    "an empty subject": {"claims": {"sub": ""}},
    "another access token's hash": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "another key": {"key": OTHER},
    "an unknown key id": {"header": {"kid": "two"}},
    "no signature": {"header": {"alg": "none"}},
    "a shared secret": {"header": {"alg": "HS256"}, "key": SECRET.encode()},
    "the public key as a shared secret": {
        "header": {"alg": "HS256"},
        "key": KEY.as_pem(private=False),
    },
    "a code for nobody": {"replies": {"/token": (400, {"error": "invalid_grant"})}},
    "no identity": {"replies": {"/token": (200, {"access_token": "x", "token_type": "Bearer"})}},
    "an identity that is none": {"replies": {"/token": (200, {"access_token": "x", "id_token": "a.b.c"})}},
    "an identity that is a list": {"replies": {"/token": (200, {"access_token": "x", "id_token": ["a"]})}},
    "keys that are none": {"replies": {"/keys": (200, {"keys": [{"kty": "none"}]})}},
    "no keys": {"replies": {"/keys": (200, {})}},
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_an_identity_that_does_not_hold_opens_nothing(lie, browser, provider, agency, read):
    provider.__dict__.update(lie)
    reply = browser.go(provider, agency)
    assert (reply.status_code, reply.json["code"], reply.json["error"]) == (400, "invalid_grant", "invalid_grant")
    assert "viewer:token:issued" not in tags(read)[-1:]


DOWN = {
    "nothing": {"replies": {"/.well-known/openid-configuration": (404, {})}},
    "a mishap": {"replies": {"/.well-known/openid-configuration": (500, {})}},
    "a redirect": {"replies": {"/.well-known/openid-configuration": (302, {})}},
    "no JSON": {"replies": {"/.well-known/openid-configuration": (200, b"<html>")}},
    "a list": {"replies": {"/.well-known/openid-configuration": (200, [])}},
    "a flood": {"replies": {"/.well-known/openid-configuration": (200, b'{"a":"' + b"x" * 300_000 + b'"}')}},
    "deep nesting": {"replies": {"/.well-known/openid-configuration": (200, b"[" * 100_000)}},
    "another's issuer": {"metadata": {"issuer": "https://elsewhere.test"}},
    "an address that is not https": {"metadata": {"token_endpoint": "http://10.0.0.1/token"}},
    "no address": {"metadata": {"jwks_uri": None}},
    "a file": {"metadata": {"authorization_endpoint": "file:///etc/passwd"}},
}


@pytest.mark.parametrize("fault", DOWN.values(), ids=DOWN.keys())
def test_a_service_that_does_not_answer_as_one_is_told_so_and_asked_again_after_a_while(
    fault, browser, provider, agency, clock
):
    whole = provider.__dict__ | {}
    provider.__dict__.update(fault)
    reply = browser.begin(agency)
    assert (reply.status_code, reply.json["code"]) == (503, "provider_unavailable")
    assert "/elsewhere" not in provider.asked
    provider.__dict__.update({name: whole[name] for name in fault} | {"replies": {}, "metadata": {}})
    asked = len(provider.asked)
    assert browser.begin(agency).status_code == 503, "strangers must not keep every thread waiting for it"
    assert len(provider.asked) == asked
    clock.forward(seconds=10)
    assert browser.begin(agency).status_code == 201


@pytest.mark.parametrize("path", ["/token", "/keys"])
@pytest.mark.parametrize("reply", [(302, {}), (500, {}), (200, b"<html>")])
def test_a_service_that_fails_half_way_is_told_so(path, reply, browser, provider, agency):
    provider.replies[path] = reply
    answer = browser.go(provider, agency)
    assert answer.status_code in {400, 503}
    assert answer.json["code"] in {"provider_unavailable", "invalid_grant"}
    assert "/elsewhere" not in provider.asked


def test_a_sign_in_is_finished_once_in_time_and_by_the_page_that_began_it(app, browser, provider, agency, clock):
    begun = browser.begin(agency).json
    code = provider.signed_in(begun["authorization_url"], SUBJECT)
    thief = Browser(app.test_client())
    assert thief.finish(code, begun["state"]).json["code"] == "invalid_grant"
    assert browser.finish(code, "x" * 43).json["code"] == "invalid_grant"
    assert "/token" not in provider.asked
    assert browser.finish(code, begun["state"]).status_code == 200
    assert browser.finish(code, begun["state"]).json["code"] == "invalid_grant"
    late = browser.begin(agency).json
    clock.forward(minutes=10)
    assert browser.finish("x", late["state"]).json["code"] == "invalid_grant"


def test_a_code_that_was_used_or_is_of_another_sign_in_opens_nothing(browser, provider, agency):
    one, other = browser.begin(agency).json, browser.begin(agency).json
    code = provider.signed_in(one["authorization_url"], SUBJECT)
    assert browser.finish(code, other["state"]).json["code"] == "invalid_grant"
    assert browser.finish(code, one["state"]).json["code"] == "invalid_grant"  # the service gives a code once


def test_a_code_of_another_service_is_not_taken_there(browser, provider, agency):
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    for iss, status in (({}, 400), ({"iss": "https://elsewhere.test"}, 400), ({"iss": provider.issuer}, 200)):
        begun = browser.begin(agency).json
        code = provider.signed_in(begun["authorization_url"], SUBJECT)
        assert browser.finish(code, begun["state"], **iss).status_code == status


def test_an_agencys_service_opens_that_agencys_accounts_alone(browser, phone, agency, read, transaction):
    provider = browser.provider
    offer(phone, provider, "room119")
    assert phone("admin").put("/v1/officers/fire/identity", {"external_id": "fire"}).status_code == 200
    with read() as session:
        assert session.get(Officer, "fire").agency_id != agency
    for subject in ("fire", "nobody", "kim", SUBJECT.upper(), f"{SUBJECT} "):
        reply = browser.go(provider, agency, subject)
        assert (reply.status_code, reply.json["code"]) == (403, "identity_unknown")
    assert browser.go(provider, "room119").json["code"] == "identity_unknown"
    with transaction() as session:
        session.get(Officer, "kim").enabled = False
    assert browser.go(provider, agency).json["code"] == "identity_unknown"
    with read() as session:
        refused = session.scalars(select(AuditEvent).filter_by(tag="viewer:login:refused")).all()
    assert [row.subject["reason"] for row in refused] == ["identity"] * 6 + ["disabled"]
    assert SUBJECT not in str([row.subject for row in refused])


def test_the_claim_may_be_another_one(browser, phone, provider, agency):
    offer(phone, provider, agency, claim="employee_number")
    provider.claims = {"employee_number": SUBJECT}
    assert browser.go(provider, agency, "somebody").status_code == 200
    provider.claims = {"employee_number": None}
    assert browser.go(provider, agency).json["code"] == "invalid_grant"


def test_who_has_the_identity_no_more_is_logged_out(browser, provider, agency, phone):
    browser.tokens = browser.go(provider, agency).json
    assert browser.get("/v1/me/dispatches").status_code == 200
    assert phone("admin").put("/v1/officers/kim/identity", {"external_id": SUBJECT}).status_code == 200
    assert browser.get("/v1/me/dispatches").status_code == 200, "it is the same"
    assert phone("admin").put("/v1/officers/kim/identity", {"external_id": None}).status_code == 200
    assert browser.get("/v1/me/dispatches").json["code"] == "token_invalid"


def test_an_identity_is_one_officers_of_an_agency(phone, agency):
    admin = phone("admin")
    assert admin.put("/v1/officers/lee/identity", {"external_id": SUBJECT}).json["code"] == "identity_taken"
    assert admin.put("/v1/officers/fire/identity", {"external_id": SUBJECT}).status_code == 200  # another agency's
    assert admin.put("/v1/officers/kim/identity", {"external_id": None}).json["external_id"] is None
    assert admin.put("/v1/officers/lee/identity", {"external_id": SUBJECT}).status_code == 200
    assert admin.put("/v1/officers/nobody/identity", {"external_id": "x"}).json["code"] == "officer_unknown"


def test_a_service_that_was_removed_is_gone(browser, phone, provider, agency, read):
    begun = browser.begin(agency).json
    code = provider.signed_in(begun["authorization_url"], SUBJECT)
    admin = phone("admin")
    assert [admin.delete(f"/v1/agencies/{agency}/provider").status_code for _ in range(2)] == [204, 204]
    assert browser.begin(agency).json["code"] == browser.finish(code, begun["state"]).json["code"] == "provider_unknown"
    assert tags(read).count("admin:provider:removed") == 1


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://login.example", True),
        ("https://login.example/tenant/v2.0", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://login.example", False),
        ("http://127.0.0.1.evil.test", False),
        ("https://user@login.example", False),
        ("https://login.example/#x", False),
        ("ftp://login.example", False),
        ("https://", False),
        ("https://[", False),
        ("//login.example", False),
        (None, False),
        (7, False),
    ],
)
def test_which_addresses_of_a_service_are_safe(url, safe, phone):
    assert is_safe(url) is safe
    body = {"issuer": url, "client_id": "x", "client_secret": "x"}
    assert phone("admin").put("/v1/agencies/room112/provider", body).status_code == (200 if safe else 422)


@pytest.mark.usefixtures("any_database")
def test_no_secret_is_in_the_database_and_what_is_over_is_removed(browser, agency, read, transaction, clock):
    begun = browser.begin(agency).json
    with read() as session:
        row, waiting = session.get(Provider, agency), session.scalars(select(ProviderSignIn)).one()
        assert SECRET not in str(row.__dict__)
        assert begun["state"] not in str(waiting.__dict__)
    clock.forward(minutes=11)
    with transaction() as session:
        jobs.purge(session, now=clock())
        assert session.scalars(select(ProviderSignIn)).all() == []
