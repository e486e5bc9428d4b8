"""Ten thousand tokens that must be refused, the same for the same good one: forged, stretched, bent, cut and mixed up."""

import base64
import hashlib
import hmac
import json
import random

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.access import tokens
from tests.conftest import ISSUER

MANY = 10_000
ODD = [
    *(None, True, False, 0, 1, -1, 1.5, 1e308, 2**63, 2**70, [], {}, [""], {"a": 1}),
    *("", " ", "\0", "null", "x" * 500, "관리자", "\u202e"),
]
STRANGE = [
    *("\0", "\n", "\r\n", "\t", " ", "%00", "%2e", "=", "==", ".", "..", "+", "/", "~", "\x7f"),
    *("é", "\u202e", "\uff41", "\ud800", "😀"),
]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def b64(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Forge:
    """What an attacker has, a good token and the public key; and, to be stricter than that, the private one."""

    def __init__(self, keys, now):
        self.key, at = keys.ring.signing, int(now.timestamp())
        self.head = {"alg": "EdDSA", "kid": self.key.kid, "typ": tokens.TYPE}
        self.body = {"iss": ISSUER, "aud": tokens.AUDIENCE, "sub": "officer:kim", "iat": at, "nbf": at, "exp": at + 300}
        self.body |= {"jti": "j", "sid": "login", "cnf": {"jkt": "key"}}
        self.good = self.signed(b64(self.head), b64(self.body))
        self.random = random.Random(46)

    def signed(self, head, body):
        content = f"{head}.{body}"
        return f"{content}.{b64(self.key.private.sign(content.encode()))}"

    def with_claims(self, **claims):
        return self.signed(b64(self.head), b64(self.body | claims))

    def with_headers(self, **headers):
        return self.signed(b64(self.head | headers), b64(self.body))

    def bad(self):
        """All of them, each another one."""
        found = dict.fromkeys([*self.of_our_key(), *self.forged(), *self.bent(), *self.cut(), *self.large()])
        mutations = self.mutated()
        found.pop(self.good, None)
        while len(found) < MANY:
            found.setdefault(next(mutations))
        return list(found)

    def of_our_key(self):
        """Signed by the true key: what must not count although the signature does."""
        good = self.body
        for name, value in good.items():
            if name != "sid":  # a client's token has none
                yield self.signed(b64(self.head), b64({key: kept for key, kept in good.items() if key != name}))
            yield from (self.with_claims(**{name: odd}) for odd in ODD if not fits(name, odd, good))
            if isinstance(value, str) and name not in {"jti", "sid"}:
                twisted = [value.upper(), f" {value}", f"{value}/", f"{value}\0", [value], {"": value}]
                if name != "sub":  # where another text is another account
                    twisted += [f"{value}x", value[:-1]]
                yield from (self.with_claims(**{name: odd}) for odd in twisted)
        yield from (self.with_claims(exp=good["exp"] - 330 - off) for off in range(0, 5000, 50))
        yield from (self.with_claims(nbf=good["nbf"] + 31 + off) for off in range(0, 5000, 50))
        yield from (self.with_claims(iat=good["iat"] + 31 + off, exp=good["exp"] + off) for off in range(0, 5000, 50))
        yield from (self.with_claims(exp=good["exp"] + 1 + off) for off in range(0, 5000, 50))
        for name in ("alg", "kid", "typ"):
            yield self.signed(b64({key: value for key, value in self.head.items() if key != name}), b64(good))
            yield from (self.with_headers(**{name: odd}) for odd in [*ODD, "none", "HS256", "ES256", "JWT", "dpop+jwt"])
        for name in ("crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c"):
            yield from (self.with_headers(**{name: odd}) for odd in [*ODD, ["exp"], "https://evil.test/keys"])
        yield from self.ambiguous()

    def ambiguous(self):
        head, body = (json.dumps(part)[:-1] for part in (self.head, self.body))
        for name in self.head:
            yield self.signed(b64(f'{head},"{name}":{json.dumps(self.head[name])}}}'.encode()), b64(self.body))
        for name in self.body:
            yield self.signed(b64(self.head), b64(f'{body},"{name}":{json.dumps(self.body[name])}}}'.encode()))
        for depth in (9, 50, 500, 1400):
            nested = "[" * depth + "]" * depth
            yield self.signed(b64(f'{head},"x":{nested}}}'.encode()), b64(self.body))
            yield self.signed(b64(self.head), b64(f'{body},"x":{nested}}}'.encode()))
        for encoding in ("utf-8-sig", "utf-16", "utf-32"):
            yield self.signed(b64(json.dumps(self.head).encode(encoding)), b64(self.body))
            yield self.signed(b64(self.head), b64(json.dumps(self.body).encode(encoding)))
        for odd in (b"", b"{", b"[]", b"null", b"1", b'""', b"{}", b"\xff\xfe", b'{"alg":"EdDSA"} x'):
            yield self.signed(b64(odd), b64(self.body))
            yield self.signed(b64(self.head), b64(odd))

    def forged(self):
        """Made without the private key."""
        body, public = b64(self.body), self.key.public
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        known = [raw, pem, pem.strip(), b64(raw).encode(), self.key.kid.encode(), b"", b"secret", b"\0" * 32]
        for alg, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512"), ("EdDSA", "sha256")):
            for secret in known:
                content = f"{b64(self.head | {'alg': alg})}.{body}"
                yield f"{content}.{b64(hmac.digest(secret, content.encode(), digest))}"
        for alg in ("none", "None", "NONE", "nOnE", "", " none", "none\0"):
            for kid in ({}, {"kid": ""}, {"kid": self.key.kid}):
                head = b64({"alg": alg, "typ": tokens.TYPE} | kid)
                yield from (f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.{self.good.split('.')[2]}")
        for other in [Ed25519PrivateKey.from_private_bytes(bytes([at]) * 32) for at in range(20)]:
            own = {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": b64(other.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)),
            }
            for more in ({}, {"jwk": own}, {"kid": "../../dev/null"}, {"kid": "' OR 1=1 --"}, {"kid": b64(raw)}):
                yield jwt.encode(self.body, other, "EdDSA", self.head | more)
        es256 = {"kid": self.key.kid, "typ": tokens.TYPE}
        for at in range(1, 6):
            yield jwt.encode(self.body, ec.derive_private_key(at, ec.SECP256R1()), "ES256", es256)
        order = 2**252 + 27742317777372353535851937790883648493
        signature = base64.urlsafe_b64decode(self.good.split(".")[2] + "==")
        more = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
        yield f"{self.good.rpartition('.')[0]}.{b64(signature[:32] + more)}"  # the same one, plus the group's order
        yield f"{self.good.rpartition('.')[0]}.{b64(bytes(64))}"
        yield f"{self.good.rpartition('.')[0]}.{b64(hashlib.sha512(raw).digest())}"

    def bent(self):
        """A good one with something put in, at every place that means something and some that do not."""
        for strange in STRANGE:
            places = {0, 1, len(self.good), *(at for at, char in enumerate(self.good) if char == ".")}
            for at in sorted(places | {self.random.randrange(len(self.good)) for _ in range(20)}):
                yield self.good[:at] + strange + self.good[at:]
        parts = self.good.split(".")
        for order in (
            (0, 2, 1),
            (1, 0, 2),
            (2, 1, 0),
            (0, 0, 2),
            (0, 1),
            (1, 2),
            (0, 1, 1),
            (0, 1, 2, 2),
            (0, 1, 2, 0, 1),
        ):
            yield ".".join(parts[i] for i in order)
        for at in range(3):
            yield ".".join(part + "=" * (-len(part) % 4 or 4) if at == i else part for i, part in enumerate(parts))
            yield ".".join("" if at == i else part for i, part in enumerate(parts))
        yield from (
            self.good.swapcase(),
            self.good[::-1],
            f"Bearer {self.good}",
            f'"{self.good}"',
            f"{self.good},{self.good}",
        )

    def cut(self):
        yield from (self.good[:length] for length in range(len(self.good)))
        yield from (self.good[length:] for length in range(1, len(self.good)))

    def large(self):
        for size in (4097, 8191, 65_536, 1_000_000):
            yield from ("A" * size, "." * size, self.good + "A" * size, self.with_claims(pad="x" * size))
        for depth in (3000, 10_000):
            for part in (b"[" * depth, b'{"a":' * depth, b"[" * depth + b"]" * depth):
                yield self.signed(b64(part), b64(self.body))
                yield self.signed(b64(self.head), b64(part))

    def mutated(self):
        """A good one with one to four characters changed, or two parts of which belong to another good one."""
        others = [self.with_claims(jti=f"j{i}", sub=f"officer:o{i}").split(".") for i in range(50)]
        parts = self.good.split(".")
        for other in others:
            yield from (f"{parts[0]}.{other[1]}.{parts[2]}", f"{parts[0]}.{parts[1]}.{other[2]}")
        while True:
            chars = list(self.good)
            for at in self.random.sample(range(len(chars)), self.random.randint(1, 4)):
                chars[at] = self.random.choice(ALPHABET.replace(chars[at], ""))
            yield "".join(chars)


def fits(name, odd, good):
    """What looks odd and is right."""
    if name == "sid":
        return odd is None or isinstance(odd, str)
    if name == "jti":
        return odd is not None
    return name in {"nbf", "iat"} and type(odd) is int and odd <= good[name] and name == "nbf"
