"""Digest authentication as cameras do it: MD5, no qop (RFC 2617 §3.2.2.1, the form of RFC 2069).

Pure. The nonce belongs to one connection, so an answer cannot be used on another.
"""

import hashlib
import hmac
import re

from demo.cameras.rtsp import Request

REALM = "Goldentime camera"
PAIR = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')


def challenge(nonce: str, *, stale: bool = False) -> str:
    """Value of WWW-Authenticate. ``stale`` tells the client to answer again with the same password."""
    return f'Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5' + (", stale=true" if stale else "")


def fields(authorization: str) -> dict[str, str]:
    """Fields of an Authorization header; empty when the scheme is not Digest."""
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() != "digest":
        return {}
    return {name.lower(): quoted or plain for name, quoted, plain in PAIR.findall(rest)}


def response(method: str, uri: str, *, username: str, password: str, nonce: str) -> str:
    """The 32 hexadecimal digits that prove the password for one method and address."""
    proof = _md5(f"{username}:{REALM}:{password}")
    return _md5(f"{proof}:{nonce}:{_md5(f'{method}:{uri}')}")


def proves(request: Request, *, username: str, password: str, nonce: str) -> bool:
    """Whether the request's Authorization answers this nonce, for its own method and address, with this password.

    The response covers nonce, method and address as we know them, so what the header says of them is not looked at.
    """
    given = fields(request.headers.get("authorization", ""))
    expected = response(request.method, request.uri, username=username, password=password, nonce=nonce)
    return (
        given.get("realm") == REALM
        and hmac.compare_digest(given.get("username", "").encode(), username.encode())
        and hmac.compare_digest(given.get("response", "").lower().encode(), expected.encode())
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
