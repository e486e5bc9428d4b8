import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

from demo.device import Device
from server.access import dpop
from server.errors import DpopProofInvalid

URL = "https://goldentime.test/v1/playback"
TOKEN = "an.access.token"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


ATH = b64(hashlib.sha256(TOKEN.encode()).digest())


@pytest.fixture
def device(clock):
    return Device(clock)


@pytest.fixture
def proof(device, clock):
    """A good proof, of which claims and headers are changed; ``None`` takes one away."""

    def made(claims=None, headers=None, key=device.key, algorithm="ES256"):
        body = {"jti": "j" * 22, "htm": "POST", "htu": URL, "iat": int(clock().timestamp()), "ath": ATH}
        head = {"typ": "dpop+jwt", "jwk": device.jwk} | (headers or {})
        body, head = (
            {name: value for name, value in given.items() if value is not None}
            for given in (body | (claims or {}), head)
        )
        return jwt.encode(body, key, algorithm=algorithm, headers=head)

    return made


def verify(proof, clock, **more):
    return dpop.verify(proof, **{"method": "POST", "url": URL, "token": TOKEN, "now": clock()} | more)


def refused(proof, clock, **more):
    with pytest.raises(DpopProofInvalid) as raised:
        verify(proof, clock, **more)
    assert raised.value.extension["error"] == "invalid_dpop_proof"
    return str(raised.value)


def test_a_proof_names_its_key_by_the_thumbprint_of_the_standard(proof, device, clock):
    found = verify(proof(), clock)
    assert (found.jti, found.issued_at, set(found.jwk)) == ("j" * 22, clock(), {"kty", "crv", "x", "y"})
    assert found.jkt == dpop.thumbprint(found.jwk)
    # RFC 7638 §3.1 has the vector of an RSA key; RFC 8037 §A.3 that of an Ed25519 one.
    known = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert dpop.thumbprint(known) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_an_ed25519_key_does_as_well(proof, clock):
    key = Ed25519PrivateKey.generate()
    jwk = json.loads(OKPAlgorithm.to_jwk(key.public_key()))
    assert verify(proof(headers={"jwk": jwk}, key=key, algorithm="EdDSA"), clock).jwk["crv"] == "Ed25519"


def test_without_a_token_nothing_need_be_said_of_one(proof, clock):
    verify(proof({"ath": None}), clock, token=None)


@pytest.mark.parametrize(
    "htu",
    [URL, f"{URL}?a=b", f"{URL}#x", "HTTPS://Goldentime.TEST:443/v1/playback", "https://goldentime.test/v1/%70layback"],
)
def test_an_address_is_compared_after_normalising_and_without_its_query(htu, proof, clock):
    verify(proof({"htu": htu}), clock)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"htm": "GET"}, "htm"),
        ({"htm": "post"}, "htm"),
        ({"htm": None}, "htm"),
        ({"htu": "https://goldentime.test/v1/playback/"}, "htu"),
        ({"htu": "http://goldentime.test/v1/playback"}, "htu"),
        ({"htu": "https://evil.test/v1/playback"}, "htu"),
        ({"htu": "https://x@goldentime.test/v1/playback"}, "htu"),
        ({"htu": "https://goldentime.test:8443/v1/playback"}, "htu"),
        ({"htu": "https://goldentime.test:port/v1/playback"}, "is not a signed"),
        ({"htu": "/v1/playback"}, "htu"),
        ({"htu": 1}, "htu"),
        ({"htu": None}, "htu"),
        ({"ath": None}, "ath"),
        ({"ath": b64(hashlib.sha256(b"another").digest())}, "ath"),
        ({"ath": ATH + "="}, "ath"),
        ({"ath": 1}, "ath"),
        ({"jti": None}, "jti"),
        ({"jti": "short"}, "jti"),
        ({"jti": "x" * 129}, "jti"),
        ({"jti": "white space"}, "jti"),
        ({"iat": None}, "iat"),
        ({"iat": 1.5}, "iat"),
        ({"iat": True}, "iat"),
    ],
)
def test_a_proof_of_another_request_is_refused_with_the_reason(claims, why, proof, clock):
    assert why in refused(proof(claims), clock)


@pytest.mark.parametrize(("off_s", "good"), [(-61, False), (-60, True), (0, True), (30, True), (31, False)])
def test_a_proof_is_of_the_last_minute_give_or_take_a_clock(off_s, good, proof, clock):
    made = proof({"iat": int((clock() + timedelta(seconds=off_s)).timestamp())})
    if good:
        verify(made, clock)
    else:
        assert "iat" in refused(made, clock)


@pytest.mark.parametrize(
    "headers",
    [
        {"typ": "JWT"},
        {"typ": "at+jwt"},
        {"typ": None},
        {"jwk": None},
        {"jwk": "https://evil.test/key"},
        {"jwk": {}},
        {"crit": ["b64"], "b64": True},
        {"jku": "https://evil.test/jwks"},
        {"x5c": ["MII"]},
        {"zip": "DEF"},
    ],
)
def test_a_header_that_is_not_of_a_proof_is_refused(headers, proof, clock):
    refused(proof(headers=headers), clock)


def test_a_private_key_in_a_proof_is_refused(proof, device, clock):
    private = json.loads(ECAlgorithm.to_jwk(device.key))
    assert "d" in private
    assert "public key" in refused(proof(headers={"jwk": private}), clock)


def test_a_key_that_did_not_sign_is_refused(proof, clock):
    refused(proof(headers={"jwk": Device(clock).jwk}), clock)


@pytest.mark.parametrize(
    "change", [{"y": "AAAA"}, {"x": 1}, {"crv": "P-384"}, {"kty": "RSA"}, {"kty": "oct", "k": "AAAA"}]
)
def test_a_key_of_another_kind_is_refused(change, proof, device, clock):
    refused(proof(headers={"jwk": device.jwk | change}), clock)


def test_a_point_that_is_not_on_the_curve_is_refused(proof, device, clock):
    refused(proof(headers={"jwk": device.jwk | {"y": device.jwk["x"]}}), clock)


def signed(head, body, sign):
    content = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}"
    return f"{content}.{b64(sign(content.encode()))}"


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS256", "ES384", "", None])
def test_no_other_algorithm_is_taken(algorithm, device, clock):
    body = {"jti": "j" * 22, "htm": "POST", "htu": URL, "iat": int(clock().timestamp()), "ath": ATH}
    head = {"typ": "dpop+jwt", "alg": algorithm, "jwk": device.jwk}
    as_secret = json.dumps(device.jwk).encode()
    assert "alg" in refused(signed(head, body, lambda content: hmac.digest(as_secret, content, "sha256")), clock)
    assert "alg" in refused(signed(head, body, lambda _: b""), clock)


def test_a_signature_in_der_or_of_a_larger_curve_is_refused(device, clock):
    body = {"jti": "j" * 22, "htm": "POST", "htu": URL, "iat": int(clock().timestamp()), "ath": ATH}
    head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": device.jwk}
    refused(signed(head, body, lambda content: device.key.sign(content, ECDSA(SHA256()))), clock)
    larger = generate_private_key(SECP384R1())
    head["jwk"] = json.loads(ECAlgorithm.to_jwk(larger.public_key()))
    refused(signed(head, body, lambda content: larger.sign(content, ECDSA(SHA256()))), clock)


def mangled(good):
    head, body, signature = good.split(".")
    yield from (
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        good + "=",
        good + "\n",
        " " + good,
        f"{good},{good}",
        f"{good}, {good}",
    )
    yield from (f"{head}.{body}.", f"{head}..{signature}", f".{body}.{signature}", "A" * 5000, "\u0661.\u0661.\u0661")
    yield from (f"{b64(b'[]')}.{body}.{signature}", f"{b64(b'[' * 2000)}.{body}.{signature}")
    twice = b'{"alg":"ES256","alg":"ES256","typ":"dpop+jwt"}'
    yield f"{b64(twice)}.{body}.{signature}"
    yield f"{head}.{b64(json.dumps({'jti': 'other-jti-000'}).encode())}.{signature}"


def test_whatever_is_not_one_proof_is_refused(proof, clock):
    for one in [None, *mangled(proof())]:
        refused(one, clock)
