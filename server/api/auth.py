"""Tokens over HTTP, as RFC 6749 has it: a form in, JSON out. Problems carry ``error`` for OAuth's own clients."""

from collections.abc import Callable
from typing import Annotated, Literal, Self

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from server import errors
from server.access import logins, passwords, tokens
from server.access.logins import Answer, Knock, Login
from server.api import oidc, sign_in
from server.api.call import anonymous, refuses
from server.api.deps import deps
from server.api.fields import LINE, Shown, ShownTime
from server.api.proof import used_up

auth = APIBlueprint("auth", __name__)

Secret = Annotated[str, Field(min_length=1, max_length=1024)]


class TokenRequest(BaseModel):
    """The form; which fields it needs depends on the grant type."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    grant_type: Annotated[
        str, Field(max_length=40, description="password, refresh_token, authorization_code or client_credentials")
    ]
    username: Annotated[str, Field(max_length=64, pattern=LINE)] | None = None
    password: Secret | None = None
    otp: (
        Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z -]+$", description="a code or recovery code")] | None
    ) = None
    refresh_token: Secret | None = None
    code: Annotated[str, Field(min_length=1, max_length=2048, pattern=r"^[\x20-\x7e]+$")] | None = None
    state: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    iss: Annotated[str, Field(max_length=255, pattern=LINE, description="if the service sent it (RFC 9207)")] | None = (
        None
    )
    access_token: Annotated[Secret | None, Field(description="the last one; without it the login locks")] = None
    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] | None = None
    client_secret: Secret | None = None


class RevokeRequest(BaseModel):
    """The refresh token whose login ends."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    token: Secret


class Tokens(Shown):
    """An access token of five minutes; officers also get the refresh token that replaces it, until their shift ends."""

    access_token: str
    token_type: Literal["Bearer", "DPoP"]
    expires_in: int = int(tokens.LIFETIME.total_seconds())
    refresh_token: str | None = None
    login_ends_at: ShownTime | None = None
    locked: bool | None = None
    pin_set: bool | None = None

    @classmethod
    def of(cls, login: Login) -> Self:
        """The tokens of a login."""
        viewer = login.viewer
        bound = tokens.Bound(viewer.login_id, login.jkt) if viewer.login_id and login.jkt else None
        access = tokens.mint(deps().keys, viewer.subject, bound=bound, issuer=deps().issuer, now=deps().now())
        return cls(
            access_token=access,
            token_type="DPoP" if bound else "Bearer",
            refresh_token=login.refresh_token,
            login_ends_at=login.ends_at,
            locked=login.locked,
            pin_set=login.pin_set,
        )


@auth.post("/v1/auth/token")
@refuses(
    errors.InvalidGrant,
    errors.InvalidClient,
    errors.UnsupportedGrantType,
    errors.DpopProofInvalid,
    errors.DeviceLost,
    errors.DeviceNotEnrolled,
    errors.TooManyAttempts,
    *sign_in.REFUSALS.values(),
    *oidc.REFUSALS,
)
@auth.input(TokenRequest, location="form")
@auth.output(Tokens)
def token(form_data: TokenRequest) -> Tokens:
    """Get tokens for a password, a refresh token, a code of the agency's service, or a client's secret."""
    grant = GRANTS.get(form_data.grant_type)
    if grant is None:
        known = ", ".join(GRANTS)
        raise errors.UnsupportedGrantType(f"use one of {known}", field="grant_type", error="unsupported_grant_type")
    login = grant(form_data)
    given = Tokens.of(login)
    if login.refresh_token is not None:
        with deps().transaction() as session:
            logins.issued(session, login.refresh_token, given.access_token)
    return given


@auth.post("/v1/auth/revoke")
@auth.input(RevokeRequest, location="form")
@auth.doc(responses={200: "The login has ended, or there was none"})
def revoke(form_data: RevokeRequest) -> Response:
    """End a login with everything it watches (RFC 7009)."""
    with deps().transaction() as session:
        logins.revoke(session, form_data.token, by=anonymous(), now=deps().now())
    return jsonify({})


@auth.get("/.well-known/jwks.json")
@auth.doc(responses={200: "A JWK set"})
def jwks() -> Response:
    """Read the keys that access tokens are signed with (RFC 7517)."""
    response = jsonify(deps().keys.ring.jwks())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _by_password(form: TokenRequest) -> Login:
    knock = Knock(anonymous(), used_up().jkt)
    username, password = _given(form.username, "username"), _given(form.password, "password")

    proven = sign_in.proven(username, password, otp=form.otp, jkt=knock.jkt)

    def act(session: Session) -> Answer:
        return logins.by_password(session, username, proven=proven, knock=knock, now=deps().now())

    return _login(act, "the username or the password is wrong")


def _by_refresh_token(form: TokenRequest) -> Login:
    knock = Knock(anonymous(), used_up().jkt, form.access_token)
    refresh_token = _given(form.refresh_token, "refresh_token")

    def act(session: Session) -> Answer:
        return logins.by_refresh_token(session, refresh_token, knock=knock, now=deps().now())

    return _login(act, "the login has ended; log in again")


def _by_code(form: TokenRequest) -> Login:
    code, state = _given(form.code, "code"), _given(form.state, "state")
    return oidc.by_code(code, state, form.iss)


def _by_client_secret(form: TokenRequest) -> Login:
    basic = request.authorization
    client_id, secret = form.client_id, form.client_secret
    if basic is not None and basic.type == "basic":
        client_id, secret = basic.username, basic.password
    if not client_id or not secret or not client_id.isprintable():
        raise errors.InvalidClient("send client_id and client_secret", error="invalid_client")
    with deps().read() as session:
        stored = logins.secret_hash(session, client_id)
    proven = passwords.fits(secret, stored)
    with deps().transaction() as session:
        login = logins.by_client_secret(session, client_id, proven=proven, by=anonymous(), now=deps().now())
    if login is None:
        raise errors.InvalidClient("the client is unknown or its secret is wrong", error="invalid_client")
    return login


GRANTS: dict[str, Callable[[TokenRequest], Login]] = {
    "password": _by_password,
    "refresh_token": _by_refresh_token,
    "authorization_code": _by_code,
    "client_credentials": _by_client_secret,
}


def _given(value: str | None, name: str) -> str:
    if value is None:
        raise errors.InvalidRequest(f"{name} is needed for this grant type", field=name, error="invalid_request")
    return value


def _login(act: Callable[[Session], Answer], detail: str) -> Login:
    with deps().transaction() as session:
        login = act(session)
    if login is None:
        raise errors.InvalidGrant(detail, error="invalid_grant")
    if isinstance(login, errors.Refusal):
        raise login
    return login
