"""One call: who makes it, whether they may, and for calls that change something, exactly once."""

import ipaddress
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Response, g, request
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from server.access import presented
from server.access.presented import Presented
from server.access.viewer import Caller, Viewer
from server.api.deps import deps
from server.api.limits import counted
from server.audit.log import Actor
from server.errors import (
    NOWHERE,
    DpopProofInvalid,
    IdempotencyConflict,
    InvalidRequest,
    LoginLocked,
    NotFound,
    Refusal,
    RoleMissing,
    TokenInvalid,
    TokenMissing,
)
from server.models import AgencyKind, IdempotencyKey, Role

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[..., Any]
Answer = tuple[BaseModel | None, int]

MANAGING = frozenset({Role.ADMIN, Role.AUDITOR})
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,128}")


def request_id() -> str:
    """The id nginx gave the request, or one of ours."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_urlsafe(12)
    return str(g.request_id)


def remote_address() -> str | None:
    """The caller's address as nginx saw it; the unix socket has none of its own."""
    try:
        return str(ipaddress.ip_address(request.headers.get("X-Real-IP", request.remote_addr or "")))
    except ValueError:
        return None


def anonymous() -> Actor:
    """The actor of a call before anybody is known."""
    return Actor("system", "api", request_id(), remote_address())


def is_management() -> bool:
    """Whether the call came by the management listener; nginx says so, and passes on no header of the caller's."""
    return request.headers.get("X-Listener") == "management"


def refuses(*kinds: type[Refusal]) -> Callable[[View], View]:
    """Document the refusals of a view; the OpenAPI document lists them by status."""

    def decorate(view: View) -> View:
        view.__dict__["refuses"] = [*view.__dict__.get("refuses", []), *kinds]
        return view

    return decorate


def given() -> Presented:
    """What this request says of who calls.

    The management listener has an address of its own, which only its callers know: there a proof may name that.
    """
    headers = request.headers
    here = f"{headers.get('X-Forwarded-Proto', 'http')}://{request.host}"
    origins = [deps().issuer, *([here] if is_management() else [])]
    return Presented(headers.get("Authorization", ""), headers.get("DPoP"), request.method, request.path, origins)


def takes(*media_types: str) -> Callable[[View], View]:
    """Document the body of a view that reads it itself."""

    def decorate(view: View) -> View:
        schema = {"schema": {"type": "string", "format": "binary"}}
        view.__dict__["takes"] = {"content": dict.fromkeys(media_types, schema)}
        return view

    return decorate


def unrepeated(view: View) -> View:
    """Document that a view heeds no Idempotency-Key: each call is an act of its own."""
    view.__dict__["unrepeated"] = True
    return view


def needs(
    *roles: Role, clients: bool = False, even_locked: bool = False, own_agency: bool = False
) -> Callable[[View], View]:
    """Let in officers of these roles (none named: of any) and, when said, clients; the view gets ``caller``.

    It stands right under the route, so that a stranger is turned away before the body is read. What only administrators
    and auditors may do is not found but by the management listener, whoever asks. Administrators are the province's;
    those of another agency get in only where the view keeps to their ``own_agency``.
    """
    managing = bool(roles) and MANAGING.issuperset(roles) and not clients

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if managing and not is_management():
                raise NotFound(NOWHERE)
            g.caller = caller = Caller(_viewer(), request_id(), remote_address())
            counted().spend(caller)
            if caller.viewer.locked and not even_locked:
                raise LoginLocked(presented.LOCKED)
            if not _fits(caller.viewer, roles, clients=clients):
                raise RoleMissing("another role is needed for that", roles=[role.value for role in roles])
            if roles and not own_agency and _is_local_admin(caller.viewer):
                raise RoleMissing("an administrator of the province is needed for that", roles=[Role.ADMIN.value])
            return view(*args, caller=caller, **kwargs)

        guarded.__dict__.setdefault("_spec", {})["security"] = ["dpop", "bearer"] if clients else ["dpop"]
        guarded.__dict__["managing"] = managing
        elsewhere = [NotFound] if managing else []
        return refuses(TokenMissing, TokenInvalid, DpopProofInvalid, LoginLocked, RoleMissing, *elsewhere)(guarded)

    return decorate


def change(caller: Caller, act: Callable[[Session], Answer], *, reveal: Callable[[bytes], bytes] = bytes) -> Response:
    """Run ``act`` in one write transaction and answer with its body and status.

    With an Idempotency-Key the answer is stored in the same transaction and given again to the same request for a
    day; another request with that key is refused. ``reveal`` adds to the body what must not be stored.
    """
    body, status, repeated = twice(lambda: _once(caller, act))
    return _response(reveal(body) if body else b"", status, repeated=repeated)


def twice(transact: Callable[[], T]) -> T:
    """What a write transaction gives.

    One that clashes with another's (the same row, or a deadlock) is tried once more, when the other's rows are there.
    """
    try:
        return transact()
    except (IntegrityError, OperationalError):
        return transact()


def answered(caller: Caller) -> Response | None:
    """What the same request was answered before: for a call that does most of it before its ``change``.

    Raises IdempotencyConflict.
    """
    with deps().read() as session:
        stored = _stored(session, caller)
    return _response(stored.body, stored.status, repeated=True) if stored else None


def _response(body: bytes, status: int, *, repeated: bool) -> Response:
    response = Response(body, status=status, mimetype="application/json" if body else None)
    if repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _once(caller: Caller, act: Callable[[Session], Answer]) -> tuple[bytes, int, bool]:
    with deps().transaction() as session:
        if (stored := _stored(session, caller)) is not None:
            return stored.body, stored.status, True
        answer, status = act(session)
        body = answer.model_dump_json().encode() if answer else b""
        if key := _idempotency_key():
            row = {"key": key, "request_hash": _asked(), "status": status, "body": body, "at": deps().now()}
            session.add(IdempotencyKey(caller=caller.viewer.subject, **row))
        return body, status, False


def _stored(session: Session, caller: Caller) -> IdempotencyKey | None:
    key = _idempotency_key()
    stored = session.get(IdempotencyKey, (caller.viewer.subject, key)) if key else None
    if stored is not None and stored.request_hash != _asked():
        raise IdempotencyConflict("use a new key for a new request", field="Idempotency-Key")
    return stored


def _asked() -> str:
    address = request.full_path.removesuffix("?")  # with what is asked for in the query: it changes what is done
    return deps().keys.digest(request.method.encode(), address.encode(), request.get_data())


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
        raise InvalidRequest("Idempotency-Key takes 1 to 128 visible ASCII characters", field="Idempotency-Key")
    return key


def _viewer() -> Viewer:
    doors = deps().transaction, deps().read
    viewer, _ = presented.viewer(given(), doors, deps().keys, issuer=deps().issuer, now=deps().now())
    return viewer


def _fits(viewer: Viewer, roles: tuple[Role, ...], *, clients: bool) -> bool:
    return clients if viewer.kind == "client" else not roles or viewer.role in roles


def _is_local_admin(viewer: Viewer) -> bool:
    return viewer.role == Role.ADMIN and viewer.agency_kind != AgencyKind.PROVINCE
