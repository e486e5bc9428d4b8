"""A compact JWS read strictly, before any library sees it: one spelling, one value for a name, a bounded size. Pure.

Source: RFC 7515 §2 (base64url without padding), §3.1 (three parts), §4.1 (headers that fetch or change a key).
"""

import base64
import binascii
import json
from typing import Any

MAX_BYTES = 4096
MAX_DEPTH = 8
UNWANTED = {"crit", "b64", "zip", "enc", "jku", "x5u", "x5c"}


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a token, of which nobody has proven anything.

    Raises ValueError, or RecursionError where it is nested too deep.
    """
    if len(token) > MAX_BYTES:
        raise ValueError("too long")
    parts = [decoded(part) for part in token.split(".")]
    if len(parts) != 3:
        raise ValueError("not a compact JWS")
    header, claims = (json.loads(part.decode(), object_pairs_hook=_without_repeats) for part in parts[:2])
    if not isinstance(header, dict) or not isinstance(claims, dict) or UNWANTED & header.keys():
        raise ValueError("not two objects, or a header that is not wanted")
    if _depth(header) > MAX_DEPTH or _depth(claims) > MAX_DEPTH:
        raise ValueError("nested too deep")
    return header, claims


def decoded(part: str) -> bytes:
    """Strict base64url: no padding, no other alphabet, no stray bits. Raises ValueError."""
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if encoded(data) != part:
        raise ValueError("not canonical base64url")
    return data


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found
