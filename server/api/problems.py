"""Every refusal and every mishap becomes one RFC 9457 problem; refusals of known callers are recorded."""

from typing import Any, NoReturn

from apiflask import APIFlask, HTTPError
from flask import Request, Response, g, json, request
from flask.json.provider import DefaultJSONProvider
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from server import errors, logs
from server.access import presented
from server.api import fields
from server.api.call import request_id
from server.api.deps import deps
from server.api.limits import counted
from server.audit import refusals
from server.audit.refusals import Refused

MIMETYPE = "application/problem+json"
LOG = logs.get("api")

BY_STATUS: dict[int, tuple[type[errors.Refusal], str]] = {
    404: (errors.NotFound, errors.NOWHERE),
    405: (errors.MethodNotAllowed, "the address does not take this method; see Allow"),
    413: (errors.BodyTooLarge, "the body is larger than 64 KiB"),
}


class Json(DefaultJSONProvider):
    """JSON as Flask reads it, where nesting too deep for the parser is malformed and not a mishap."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


class JsonRequest(Request):
    """A request whose unreadable JSON is our refusal."""

    def on_json_loading_failed(self, e: ValueError | None) -> NoReturn:
        raise errors.MalformedJson("the body is not JSON; send one JSON object in UTF-8") from e


def register(app: APIFlask) -> None:
    """Have ``app`` answer every error as a problem."""
    app.request_class = JsonRequest
    app.json = Json(app)
    app.register_error_handler(errors.Refusal, _refused)
    app.register_error_handler(HTTPError, _invalid)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(PoolTimeout, _unavailable)
    app.register_error_handler(Exception, _mishap)


def _refused(refusal: errors.Refusal) -> Response:
    if "caller" in g and not (isinstance(refusal, errors.TooManyRequests) and counted().said_lately(g.caller)):
        route = request.url_rule.rule if request.url_rule else ""
        refused = Refused(refusal.code, request.method, route, _ids(refusal))
        try:
            _record(refused)
        except (OperationalError, PoolTimeout) as error:
            return _unavailable(error)
    return _problem(refusal)


def _record(refused: Refused) -> None:
    """A clash with a simultaneous refusal is tried once more, when the other's row is there."""
    for last_try in (False, True):
        try:
            with deps().transaction() as session:
                return refusals.record(session, g.caller.actor, refused, now=deps().now())
        except IntegrityError:
            if last_try:
                raise
    return None


def _invalid(error: HTTPError) -> Response:
    """The validation error of an input; APIFlask wraps the one that says which fields are wrong and how."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return _mishap(error)
    return _refused(fields.mend(cause))


def _of_http(error: HTTPException) -> Response:
    if (error.code or 500) >= 500:  # what Flask makes of a mishap in a handler of ours
        return _mishap(error)
    kind, detail = BY_STATUS.get(error.code or 400, (errors.BadRequest, "the request cannot be read"))
    response = _problem(kind(detail))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers["Allow"] = value
    return response


def _unavailable(error: OperationalError | PoolTimeout) -> Response:
    LOG.error("database unavailable", kind=type(error).__name__, reason=str(getattr(error, "orig", error)))
    response = _problem(errors.ServerUnavailable("the database does not answer; try again in a moment"))
    response.headers["Retry-After"] = "1"
    return response


def _mishap(error: Exception) -> Response:
    LOG.error("unexpected", exc_info=error, request_id=request_id())
    return _problem(errors.Internal("something went wrong here; tell the operator the request_id"))


def _problem(refusal: errors.Refusal) -> Response:
    g.code = refusal.code
    body = json.dumps(refusal.problem(request_id()))
    response = Response(body, status=refusal.status, mimetype=MIMETYPE)
    if "retry_after_s" in refusal.extension:
        response.headers["Retry-After"] = str(refusal.extension["retry_after_s"])
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = presented.challenge(refusal)
    return response


def _ids(refusal: errors.Refusal) -> dict[str, Any]:
    return {name: value for name, value in refusal.extension.items() if name.endswith("_id")}
