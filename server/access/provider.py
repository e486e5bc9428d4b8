"""Talks to an agency's sign-in service: OpenID Connect, authorization code with PKCE. The only door to it.

An identity counts when its token is signed by a key that the service publishes, with an asymmetric algorithm, for us
(``aud``, ``azp``), by it (``iss`` exactly), for this sign-in (``nonce``), and now, and when the person proved who they
are for this sign-in (``auth_time``): a session that somebody left open there opens nothing here. Redirects are not
followed; every address is https, or http on the loopback interface alone.
Source: OpenID Connect Core 1.0 §3.1.2.1 and §3.1.3.7, Discovery 1.0 §4; RFC 7636; RFC 9207; RFC 9700 §2.1.
"""

import ipaddress
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException
from urllib3.exceptions import HTTPError

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
SKEW_S = 30
TIMEOUT_S = 5
MAX_BYTES = 256 * 1024
METADATA_KEPT = timedelta(minutes=5)
DOWN_KEPT = timedelta(seconds=10)  # each try takes a thread for up to TIMEOUT_S: strangers could take them all
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Metadata = dict[str, Any]


class ProviderDown(Exception):
    """The service does not answer, or not as a service does."""


class IdentityRefused(Exception):
    """The service does not vouch for anybody, or what it says does not hold; the text is for our log."""


@dataclass(frozen=True, slots=True)
class Service:
    """A sign-in service, and who we are to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ties the answer to the question: ``state`` is seen by the browser, the others by the service alone."""

    state: str
    nonce: str
    verifier: str  # of PKCE


@dataclass(frozen=True, slots=True)
class Brought:
    """What the browser brings back: the code, and beside it who says that it is theirs, if anybody does."""

    code: str
    iss: str | None


@dataclass(slots=True)
class Providers:
    """The services this process has talked to lately."""

    _known: dict[str, tuple[datetime, Metadata]] = field(default_factory=dict)
    _down: dict[str, datetime] = field(default_factory=dict)

    def authorization_url(self, service: Service, secrets: Secrets, *, now: datetime) -> str:
        """Where the browser goes. Raises ProviderDown."""
        with _session(service) as session:
            metadata = self._metadata(session, service, now)
            url, _ = session.create_authorization_url(
                metadata["authorization_endpoint"],
                state=secrets.state,
                code_verifier=secrets.verifier,
                nonce=secrets.nonce,
                prompt="login",
                max_age=0,
            )
        return str(url)

    def identity(
        self, service: Service, secrets: Secrets, brought: Brought, *, begun_at: datetime, now: datetime
    ) -> str:
        """Who signed in, by the service's claim.

        Raises ProviderDown or IdentityRefused.
        """
        with _session(service) as session:
            metadata = self._metadata(session, service, now)
            if brought.iss != service.issuer and (
                brought.iss or metadata.get("authorization_response_iss_parameter_supported")
            ):
                raise IdentityRefused("the code comes from another service")
            token = _token(session, metadata["token_endpoint"], brought.code, secrets.verifier)
            published = _fetched(session, metadata["jwks_uri"])
        try:
            keys = KeySet.import_key_set(published)  # type: ignore[arg-type]  # a KeySetSerialization, if it is one
            found = jwt.decode(str(token["id_token"]), keys, algorithms=ALGORITHMS)
            said = {"nonce": secrets.nonce, "client_id": service.client_id, "access_token": token.get("access_token")}
            wanted = {
                "iss": {"essential": True, "value": service.issuer},
                "aud": {"essential": True, "value": service.client_id},
            }
            claims = CodeIDToken(found.claims, found.header, wanted, said)
            claims.validate(now=int(now.timestamp()), leeway=SKEW_S)
        except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IdentityRefused(f"{type(error).__name__}: {error}") from error
        signed_in_at = claims.get("auth_time")
        if not isinstance(signed_in_at, int) or signed_in_at < begun_at.timestamp() - SKEW_S:
            raise IdentityRefused("the person did not sign in there for this")
        name = claims.get(service.claim)
        if not isinstance(name, str) or not name:
            raise IdentityRefused(f"there is no claim {service.claim}")
        return name

    def _metadata(self, session: OAuth2Session, service: Service, now: datetime) -> Metadata:
        """What the service publishes of itself, five minutes old at most; what failed is left alone for ten seconds."""
        at, known = self._known.get(service.issuer, (now - METADATA_KEPT, {}))
        if now - at < METADATA_KEPT:
            return known
        if now - self._down.get(service.issuer, now - DOWN_KEPT) < DOWN_KEPT:
            raise ProviderDown("it did not answer a moment ago")
        try:
            found = _published(session, service.issuer)
        except ProviderDown:
            self._down[service.issuer] = now
            raise
        self._known[service.issuer] = (now, found)
        return found


def is_safe(url: object) -> bool:
    """Whether an address is https, or http to this very host; pure."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.password or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _session(service: Service) -> OAuth2Session:
    made = OAuth2Session(
        service.client_id,
        service.client_secret,
        scope="openid",
        redirect_uri=service.redirect_uri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_S,
    )
    made.trust_env = False  # no proxy and no .netrc that nobody told us of
    return made


def _published(session: OAuth2Session, issuer: str) -> Metadata:
    found = _fetched(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ProviderDown("it says that it is another issuer")
    if not all(is_safe(found.get(name)) for name in ADDRESSES):
        raise ProviderDown("an address of it is missing or not https")
    return found


def _fetched(session: OAuth2Session, url: str) -> dict[str, Any]:
    try:
        reply = session.request("GET", url, withhold_token=True, allow_redirects=False, stream=True)
        body = reply.raw.read(MAX_BYTES + 1, decode_content=True)
        if reply.status_code != 200 or len(body) > MAX_BYTES:
            raise ProviderDown(f"it answers {reply.status_code}, {len(body)} bytes")
        found = json.loads(body)
    except (RequestException, HTTPError, OSError, ValueError, RecursionError) as error:
        raise ProviderDown(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ProviderDown("what it publishes is no object")
    return found


def _token(session: OAuth2Session, url: str, code: str, verifier: str) -> dict[str, Any]:
    try:
        return dict(
            session.fetch_token(
                url, grant_type="authorization_code", code=code, code_verifier=verifier, allow_redirects=False
            )
        )
    except AuthlibBaseError as error:
        raise IdentityRefused(f"no token: {error.error}") from error
    except (RequestException, OSError, ValueError, RecursionError) as error:
        raise ProviderDown(type(error).__name__) from error
