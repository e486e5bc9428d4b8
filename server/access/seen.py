"""Proofs that were used: none is good twice, in whatever process or host it comes first.

One row for each proof in the database that all processes share, instead of a nonce of ours: a nonce bounds for how long
a proof can be sent again, the row says that it cannot, and costs callers no second round trip over a thin link.
"""

import hashlib
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.access import compact
from server.access.dpop import AGE, Proof
from server.errors import DpopProofInvalid
from server.models import SeenProof

USED_UP = insert(SeenProof)


def remember(session: Session, proof: Proof, *, now: datetime) -> None:
    """Use a proof up; the transaction has to be committed. Raises DpopProofInvalid where it was used before."""
    digest = compact.encoded(hashlib.sha256(f"{proof.jkt} {proof.jti}".encode()).digest())
    row = {"digest": digest, "until": max(now, proof.issued_at) + 2 * AGE}
    try:
        session.connection().execute(USED_UP, row)  # each call pays for it: not the unit of work
    except IntegrityError as error:
        why = "the DPoP proof was used before; make a new one for each request"
        raise DpopProofInvalid(why, error="invalid_dpop_proof") from error
