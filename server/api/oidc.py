"""Signing in at the agency's own service (OpenID Connect): the page begins here, goes there, comes back for tokens."""

import secrets
from typing import Annotated

from apiflask import APIBlueprint
from flask import Response, current_app
from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors, logs
from server.access import logins
from server.access import oidc as sign_ins
from server.access.logins import Knock, Login
from server.access.provider import Brought, IdentityRefused, ProviderDown, Providers, Service, is_safe
from server.access.viewer import Caller
from server.api.call import Answer, anonymous, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown, ShownTime
from server.api.paging import Page, PageQuery, page
from server.api.proof import used_up
from server.models import Provider, Role
from server.refusal import Refusal

oidc = APIBlueprint("oidc", __name__)

EXTENSION = "goldentime.providers"
REFUSALS = (errors.IdentityUnknown, errors.ProviderUnavailable, errors.ProviderUnknown)
LOG = logs.get("api")


def _issuer(url: str) -> str:
    if not is_safe(url) or "?" in url:
        raise ValueError("must be the https address that the service calls itself, without a query")
    return url


Name = Annotated[str, Field(min_length=1, max_length=255, pattern=LINE)]


class NewSignIn(Body):
    """At which agency's service."""

    agency_id: Id


class ShownSignIn(Shown):
    """Where to go. The service sends the browser back to our page with ``code`` and ``state``."""

    authorization_url: str
    state: str
    expires_at: ShownTime


class NewProvider(Body):
    """The service, and who we are to it; the redirect address to register there is our public URL with a slash."""

    issuer: Annotated[str, Field(max_length=255, pattern=LINE), AfterValidator(_issuer)]
    client_id: Name
    client_secret: Annotated[str, Field(min_length=1, max_length=1024, pattern=LINE)]
    claim: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/-]{1,64}$", description="equals an officer's external_id")] = (
        "sub"
    )


class ShownProvider(Shown):
    """The service, without its secret."""

    agency_id: str
    issuer: str
    client_id: str
    claim: str


class ShownChoice(Shown):
    """An agency whose officers may sign in at its service."""

    agency_id: str
    name: str


class ShownChoices(Page):
    """In the order of the agencies' ids."""

    items: list[ShownChoice]


class Identity(Body):
    """What the agency's service calls this officer; null: nothing."""

    external_id: Name | None


class ShownIdentity(Shown):
    """What the agency's service calls this officer."""

    id: str
    agency_id: str
    external_id: str | None


@oidc.get("/v1/auth/oidc")
@refuses(errors.CursorInvalid)
@oidc.input(PageQuery, location="query")
@oidc.output(ShownChoices)
def choices(query_data: PageQuery) -> ShownChoices:
    """List the agencies that have a sign-in service."""
    with deps().read() as session:
        rows, cursor = page(session, select(Provider), Provider.agency_id, query_data)
        items = [ShownChoice(agency_id=row.agency_id, name=row.agency.name) for row in rows]
    return ShownChoices(items=items, next_cursor=cursor)


@oidc.post("/v1/auth/oidc")
@refuses(errors.DpopProofInvalid, errors.ProviderUnknown, errors.ProviderUnavailable)
@oidc.input(NewSignIn)
@oidc.output(ShownSignIn, 201)
def begun(json_data: NewSignIn) -> tuple[ShownSignIn, int]:
    """Begin to sign in at an agency's service, with a proof of the key that will ask for the tokens."""
    jkt, now, state = used_up().jkt, deps().now(), secrets.token_urlsafe(32)
    with deps().read() as session:
        service = _service(session, json_data.agency_id)
    try:
        url = _providers().authorization_url(service, sign_ins.secrets_of(state, deps().keys.digest), now=now)
    except ProviderDown as error:
        raise _unavailable(json_data.agency_id, error) from error
    with deps().transaction() as session:
        until = sign_ins.begin(session, json_data.agency_id, state=state, jkt=jkt, now=now)
    return ShownSignIn(authorization_url=url, state=state, expires_at=until), 201


def by_code(code: str, state: str, iss: str | None) -> Login:
    """The login of who signed in at the agency's service.

    Raises InvalidGrant, IdentityUnknown, ProviderUnavailable or ProviderUnknown.
    """
    who, now = Knock(anonymous(), used_up().jkt), deps().now()
    with deps().transaction() as session:
        begun = sign_ins.finish(session, state=state, jkt=who.jkt, now=now)
    if begun is None:
        raise errors.InvalidGrant("this sign-in was not begun here, is over or was used; begin again", **INVALID)
    agency_id, begun_at = begun
    with deps().read() as session:
        service = _service(session, agency_id)
    tied = sign_ins.secrets_of(state, deps().keys.digest)
    try:
        external_id = _providers().identity(service, tied, Brought(code, iss), begun_at=begun_at, now=now)
    except ProviderDown as error:
        raise _unavailable(agency_id, error) from error
    except IdentityRefused as error:
        LOG.warning("identity refused", agency=agency_id, reason=str(error))
        raise errors.InvalidGrant(
            "the agency's service does not vouch for this sign-in; begin again", **INVALID
        ) from error
    with deps().transaction() as session:
        login = logins.by_identity(session, agency_id, external_id, knock=who, now=now)
    if login is None:
        raise errors.IdentityUnknown(
            "no account of the agency belongs to this identity; ask an administrator", error="access_denied"
        )
    if isinstance(login, Refusal):
        raise login
    return login


INVALID = {"error": "invalid_grant"}


@oidc.put("/v1/agencies/<id:agency_id>/provider")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.AgencyUnknown)
@oidc.input(NewProvider)
@oidc.output(ShownProvider)
def provided(agency_id: str, json_data: NewProvider, caller: Caller) -> Response:
    """Say where an agency's officers may sign in from now on."""

    def act(session: Session) -> Answer:
        given = json_data.model_dump(exclude={"client_secret"})
        sealed = deps().vault.seal(f"{agency_id} {json_data.client_secret}")
        provider = Provider(agency_id=agency_id, sealed_secret=sealed, **given)
        sign_ins.put_provider(session, caller, provider, now=deps().now())
        return ShownProvider.model_validate(provider), 200

    return change(caller, act)


@oidc.delete("/v1/agencies/<id:agency_id>/provider")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.AgencyUnknown)
@oidc.doc(responses={204: "It has none now"})
def removed(agency_id: str, caller: Caller) -> Response:
    """Have an agency's officers sign in with their passwords alone."""

    def act(session: Session) -> Answer:
        sign_ins.remove_provider(session, caller, agency_id, now=deps().now())
        return None, 204

    return change(caller, act)


@oidc.put("/v1/officers/<id:officer_id>/identity")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.OfficerUnknown, errors.IdentityTaken)
@oidc.input(Identity)
@oidc.output(ShownIdentity)
def identified(officer_id: str, json_data: Identity, caller: Caller) -> Response:
    """Say what the agency's service calls an officer."""

    def act(session: Session) -> Answer:
        officer = sign_ins.identify(session, caller, officer_id, json_data.external_id, now=deps().now())
        return ShownIdentity.model_validate(officer), 200

    return change(caller, act)


def _service(session: Session, agency_id: str) -> Service:
    return sign_ins.service(session, agency_id, opened=deps().vault.open, redirect_uri=f"{deps().issuer}/")


def _providers() -> Providers:
    found: Providers = current_app.extensions.setdefault(EXTENSION, Providers())
    return found


def _unavailable(agency_id: str, error: ProviderDown) -> errors.ProviderUnavailable:
    LOG.warning("provider down", agency=agency_id, reason=str(error))
    return errors.ProviderUnavailable(
        "the agency's sign-in service does not answer; try again, or use the password", agency_id=agency_id
    )
