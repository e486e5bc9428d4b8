"""What a request presents to say who calls: an access token, and for a bound one the proof of its key."""

from dataclasses import dataclass
from datetime import datetime

from server.access import dpop, seen, tokens
from server.access import viewer as viewers
from server.access.keys import Keys
from server.access.tokens import Claims
from server.access.viewer import Viewer
from server.db import Transaction
from server.errors import DpopProofInvalid, Refusal, TokenInvalid, TokenMissing

Doors = tuple[Transaction, Transaction]  # to write (proofs are used up) and to read

LOCKED = "the login is locked after a restart; send the PIN to /v1/auth/pin"
ERRORS: dict[type[Refusal], str] = {DpopProofInvalid: "invalid_dpop_proof", TokenInvalid: "invalid_token"}


@dataclass(frozen=True, slots=True)
class Presented:
    """The headers Authorization and DPoP as they came, and which request they came with."""

    authorization: str
    proof: str | None
    method: str
    path: str
    origins: list[str]  # scheme and host, of which the proof names one

    @property
    def urls(self) -> list[str]:
        """The addresses that a proof of this request may be made for."""
        return [origin + self.path for origin in self.origins]


def viewer(given: Presented, doors: Doors, keys: Keys, *, issuer: str, now: datetime) -> tuple[Viewer, Claims]:
    """Who calls, and until when that is known. Only a proof, which is used up, takes the door to write.

    Raises:
        TokenMissing, TokenInvalid, DpopProofInvalid: 401.
    """
    scheme, _, token = given.authorization.partition(" ")
    if scheme.lower() not in {"dpop", "bearer"} or not token:
        raise TokenMissing("send the access token as: Authorization: DPoP <token>, or Bearer for a client's")
    claims = tokens.verify(keys, token, issuer=issuer, now=now)
    if scheme.lower() != ("dpop" if claims.jkt else "bearer"):  # RFC 9449 §7.2: no way down to Bearer
        raise TokenInvalid(tokens.REFUSED)
    proof = None
    if claims.jkt:
        proof = dpop.verify(given.proof, method=given.method, url=given.urls, token=token, now=now)
        if proof.jkt != claims.jkt:
            raise TokenInvalid(tokens.REFUSED)
    write, read = doors
    with read() if proof is None else write() as session:
        if proof is not None:
            seen.remember(session, proof, now=now)
        found = viewers.find(session, claims.kind, claims.id, claims.login_id, now=now)
    if found is None:
        raise TokenInvalid(tokens.REFUSED)
    return found, claims


def challenge(refusal: Refusal) -> str:
    """What a 401 says of how to do it right (RFC 9110 §15.5.2, RFC 9449 §7.1)."""
    error = ERRORS.get(type(refusal))
    said = f', error="{error}"' if error else ""
    return f'DPoP realm="goldentime", algs="{" ".join(dpop.ALGORITHMS)}"{said}, Bearer realm="goldentime"'
