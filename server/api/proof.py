"""The proof of a key that comes without an access token: at the token endpoint, and where a device enrols."""

from server.access import dpop, seen
from server.access.dpop import Proof
from server.api.call import given
from server.api.deps import deps


def used_up() -> Proof:
    """The proof of this request, which is good no second time, whatever comes of it. Raises DpopProofInvalid."""
    asked = given()
    proof = dpop.verify(asked.proof, method=asked.method, url=asked.urls, now=deps().now())
    with deps().transaction() as session:
        seen.remember(session, proof, now=deps().now())
    return proof
