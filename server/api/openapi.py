"""The OpenAPI 3.1 document: APIFlask writes it from the views, this adds what the views say about refusals."""

from collections import defaultdict
from typing import Any

from apiflask import APIFlask

from server import errors

ALWAYS: list[type[errors.Refusal]] = [
    errors.BadRequest,
    errors.TooManyRequests,
    errors.Internal,
    errors.ServerUnavailable,
]
WITH_BODY = [errors.MalformedJson, errors.BodyTooLarge, errors.InvalidRequest]
WITH_KEY = [errors.IdempotencyConflict, errors.InvalidRequest]
WITH_PARAMETERS = [errors.NotFound, errors.InvalidRequest]
ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}

MANAGED = {"description": "By the management listener; elsewhere it is not found.", "x-listener": "management"}

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. code is stable; detail is for people.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(errors.codes())},
        "request_id": {"type": "string"},
        "field": {"type": "string", "description": "the field to mend"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}
IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same key with the same request gets the same answer for a day.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
}
SCHEMES = {
    "dpop": {
        "type": "http",
        "scheme": "dpop",
        "description": "RFC 9449: the bound token of an officer, with a DPoP header",
    },
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "the token of a client"},
}
EVENTS: dict[str, Any] = {
    "operationId": "get_events",
    "summary": "Hear of what concerns the caller, as Server-Sent Events, until the token ends.",
    "description": "Events: alert, attachments, dispatch, incident, cameras, report, grant, request, sharing, hit, "
    "sensor, duty, preservation, grace, revoked, explanation, ping. Each may come twice; ids grow. And stream: of a "
    "camera that the caller has a session for, what GET /v1/streams/{camera_id} says; at each change, "
    "when a session opens and when a page comes. It has no id and is not given again.",
    "tags": ["Events"],
    "security": [{"dpop": []}, {"bearer": []}],
    "parameters": [
        {
            "in": "header",
            "name": "Last-Event-ID",
            "description": "What came after this event, for up to an hour, comes first.",
            "schema": {"type": "string"},
        }
    ],
    "responses": {"200": {"description": "An endless stream", "content": {"text/event-stream": {"schema": {}}}}},
}


def register(app: APIFlask) -> None:
    """Complete the document of ``app``."""
    app.config.update(
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_SERVERS=False,
        AUTO_OPERATION_ID=True,
        SECURITY_SCHEMES=SCHEMES,
    )
    app.spec_processor(lambda spec: complete(spec, app))


def complete(spec: Any, app: APIFlask) -> dict[str, Any]:
    """Add to each operation its problems, its Idempotency-Key and the bounds of its path; add the event stream."""
    spec["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path in spec["paths"].values():
        for method, operation in path.items():
            view = app.view_functions[operation["operationId"].split("_", 1)[1].replace("_", ".", 1)]
            if (body := view.__dict__.get("takes")) is not None:
                operation["requestBody"] = dict(body)
            takes_key = method != "get" and "security" in operation and not view.__dict__.get("unrepeated")
            _complete(operation, view.__dict__.get("refuses", []), takes_key=takes_key)
            if view.__dict__.get("managing"):
                operation.update(MANAGED)
    spec["paths"]["/v1/events"] = {"get": EVENTS}
    EVENTS["responses"].update(_problems([*ALWAYS, errors.TokenMissing, errors.TokenInvalid, errors.DpopProofInvalid]))
    return dict(spec)


def _complete(operation: dict[str, Any], refused: list[type[errors.Refusal]], *, takes_key: bool) -> None:
    kinds = [*ALWAYS, *refused]
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        kinds += WITH_BODY
    if operation["parameters"]:
        kinds += WITH_PARAMETERS
    if takes_key:
        operation["parameters"].append(IDEMPOTENCY)
        kinds += WITH_KEY
    operation["responses"].update(_problems(kinds))
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter |= {"required": True, "schema": ID}


def _problems(kinds: list[type[errors.Refusal]]) -> dict[str, Any]:
    by_status: dict[int, dict[str, str]] = defaultdict(dict)
    for kind in kinds:
        by_status[kind.status][kind.code] = kind.title
    return {
        str(status): {
            "description": "\n".join(f"- `{code}`: {title}" for code, title in sorted(found.items())),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, found in sorted(by_status.items())
    }
