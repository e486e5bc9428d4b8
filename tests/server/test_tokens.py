import base64
import json
import re
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.access import tokens
from server.errors import TokenInvalid

ISSUER = "https://goldentime.test"


@pytest.fixture
def good(keys, clock):
    return tokens.mint(keys, "officer:kim", bound=tokens.Bound("login", "key"), issuer=ISSUER, now=clock())


def verify(keys, token, now, issuer=ISSUER):
    return tokens.verify(keys, token, issuer=issuer, now=now)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(keys, clock, *, claims=None, headers=None, drop=()):
    """A token signed with the true key whose claims or headers are changed."""
    at = int(clock().timestamp())
    body = {
        "iss": ISSUER,
        "aud": tokens.AUDIENCE,
        "sub": "officer:kim",
        "iat": at,
        "nbf": at,
        "exp": at + 300,
        "jti": "j",
        "sid": "login",
        "cnf": {"jkt": "key"},
    }
    body = {name: value for name, value in (body | (claims or {})).items() if name not in drop}
    head = {"alg": "EdDSA", "kid": keys.ring.signing.kid, "typ": tokens.TYPE} | (headers or {})
    content = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}"
    return f"{content}.{b64(keys.ring.signing.private.sign(content.encode()))}"


def test_a_token_says_who_calls_until_when(keys, clock, good):
    claims = verify(keys, good, clock())
    assert (claims.kind, claims.id, claims.login_id) == ("officer", "kim", "login")
    assert claims.expires_at == clock() + timedelta(minutes=5)
    assert len(good) < 1024


def test_a_token_holds_no_name_and_no_secret(keys, clock, good):
    payload = json.loads(base64.urlsafe_b64decode(good.split(".")[1] + "=="))
    assert set(payload) == {"iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "cnf"}


@pytest.mark.parametrize(
    ("after_s", "valid"), [(-31, False), (-30, True), (0, True), (300, True), (329, True), (330, False)]
)
def test_a_token_is_valid_for_five_minutes_give_or_take_half_a_one(after_s, valid, keys, clock, good):
    now = clock() + timedelta(seconds=after_s)
    if valid:
        assert verify(keys, good, now)
    else:
        with pytest.raises(TokenInvalid):
            verify(keys, good, now)


WRONG = {
    "another issuer": {"claims": {"iss": "https://evil.test"}},
    "an issuer that begins like ours": {"claims": {"iss": ISSUER + ".evil"}},
    "another audience": {"claims": {"aud": "stream"}},
    "a list of audiences": {"claims": {"aud": [tokens.AUDIENCE]}},
    "a subject of no kind": {"claims": {"sub": "kim"}},
    "a subject of another kind": {"claims": {"sub": "admin:kim"}},
    "a subject with a line break": {"claims": {"sub": "officer:kim\n"}},
    "a login that is a list": {"claims": {"sid": ["x"]}},
    "a lifetime of a day": {"claims": {"exp": 4_000_000_000}},
    "an expiry in text": {"claims": {"exp": "4000000000"}},
    "an expiry that is a fraction": {"claims": {"exp": 4e9}},
    "a type of another use": {"headers": {"typ": "JWT"}},
    "a type of a refresh token": {"headers": {"typ": "rt+jwt"}},
    "a claim that is too long": {"claims": {"pad": "x" * 4000}},
    "no key id": {"headers": {"kid": None}},
    "an unknown key id": {"headers": {"kid": "unknown"}},
    "a key id with a path": {"headers": {"kid": "../../etc/passwd"}},
    "a key in the header": {"headers": {"jwk": {"kty": "OKP"}}},
    "a key's address in the header": {"headers": {"jku": "https://evil.test/jwks"}},
    "a certificate in the header": {"headers": {"x5c": ["x"]}},
    "a critical extension": {"headers": {"crit": ["exp"]}},
    "an unencoded payload": {"headers": {"b64": False}},
    "compression": {"headers": {"zip": "DEF"}},
    **{f"no {name}": {"drop": (name,)} for name in ("iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "cnf")},
    "a key that is a list": {"claims": {"cnf": {"jkt": ["key"]}}},
    "a confirmation that is no object": {"claims": {"cnf": "key"}},
    "a client's bound as an officer's": {"claims": {"sub": "client:cad112"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_token_of_our_key_with_anything_else_in_it_is_refused(wrong, keys, clock):
    with pytest.raises(TokenInvalid) as refusal:
        verify(keys, signed(keys, clock, **wrong), clock())
    assert str(refusal.value) == tokens.REFUSED


def test_an_unchanged_one_is_accepted_by_the_same_means(keys, clock):
    assert verify(keys, signed(keys, clock), clock())


def forged(keys, clock, good):
    head, body, signature = good.split(".")
    raw = keys.ring.signing.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = {"kid": keys.ring.signing.kid, "typ": tokens.TYPE}
    none = b64(json.dumps({"alg": "none", **kid}).encode())
    twice = b64(f'{{"alg":"EdDSA","typ":"{tokens.TYPE}","kid":"x","kid":"{keys.ring.signing.kid}"}}'.encode())
    twice = f"{twice}.{body}"
    last = "AQgw"["AQgw".index(signature[-1]) - 1]
    spare = signature[:-1] + chr(ord(signature[-1]) + 1)  # the same bytes, other unused bits
    return {
        "nothing": "",
        "one part": "a",
        "four parts": f"{good}.a",
        "no signature": f"{head}.{body}.",
        "alg none": f"{none}.{body}.",
        "another key": jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=kid),
        "our public key as a shared secret": jwt.encode(claims, raw, algorithm="HS256", headers=kid),
        "another signature": f"{head}.{body}.{signature[:-1]}{last}",
        "spare bits": f"{head}.{body}.{spare}",
        "padding": f"{head}.{body}.{signature}==",
        "a line break": f"{good}\n",
        "the other alphabet": f"{head}.{body}.{signature[:-4]}+/+/",
        "a name given twice": f"{twice}.{b64(keys.ring.signing.private.sign(twice.encode()))}",
        "a header that is no object": f"{b64(b'[]')}.{body}.{signature}",
        "a header that is no JSON": f"{b64(b'{')}.{body}.{signature}",
        "a deep header": f"{b64(b'[' * 2900)}.{body}.{signature}",
        "too long": good + "A" * 4096,
        "not ASCII": good + "ü",
        "half a character": good + "\ud800",
    }


FORGERIES = [
    "nothing", "one part", "four parts", "no signature", "alg none", "another key", "our public key as a shared secret",
    "another signature", "spare bits", "padding", "a line break", "the other alphabet", "a name given twice",
    "a header that is no object", "a header that is no JSON", "a deep header", "too long", "not ASCII", "half a character",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:The HMAC key")
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_in_the_same_words(name, keys, clock, good):
    with pytest.raises(TokenInvalid) as refusal:
        verify(keys, forged(keys, clock, good)[name], clock())
    assert str(refusal.value) == tokens.REFUSED


def test_the_table_of_forgeries_is_whole(keys, clock, good):
    assert sorted(FORGERIES) == sorted(forged(keys, clock, good))


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic a2ltOng=", "bearer x y", "Token x", "DPoP", "DPoP x"]
)
def test_a_header_without_a_good_token_is_401(header, phone):
    reply = phone().get("/v1/me/dispatches", headers={"Authorization": header})
    assert reply.status_code == 401
    assert re.fullmatch(
        r'DPoP realm="goldentime", algs="ES256 EdDSA"(, error="invalid_token")?, Bearer realm="goldentime"',
        reply.headers["WWW-Authenticate"],
    )
    assert reply.json["code"] in {"token_missing", "token_invalid"}
