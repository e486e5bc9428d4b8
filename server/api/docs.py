"""The API's manual as one plain page, drawn from the OpenAPI document: no script, nothing fetched from elsewhere."""

import json
from typing import Any, cast

from apiflask import APIBlueprint, APIFlask
from flask import current_app, render_template

from server import errors

docs = APIBlueprint("docs", __name__, enable_openapi=False)


@docs.get("/v1/docs")
def manual() -> str:
    """Show the manual."""
    spec = cast("APIFlask", current_app).spec
    return render_template("docs.html", spec=spec, body_of=_body_of, codes=sorted(errors.codes().items()), spell=_spell)


def _body_of(part: dict[str, Any]) -> str | None:
    """The name of the schema a request or a response has."""
    for media in part.get("content", {}).values():
        reference = media.get("schema", {}).get("$ref")
        if reference:
            return str(reference.rsplit("/", 1)[1])
    return None


def _spell(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False)
