"""The ledgers that the law asks for, as files. Taking one is recorded."""

from typing import Any, Literal, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from server.access.viewer import Caller
from server.api.call import needs
from server.api.deps import deps
from server.api.fields import Time
from server.audit import ledger
from server.audit.log import Tag, record
from server.models import Role

ledgers = APIBlueprint("ledgers", __name__)
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
ITEMS = {"type": "array", "items": {"type": "object", "properties": {name: {} for name in ledger.VIEWING}}}
ANSWER: Any = {
    "description": "The sessions of that time, the oldest first",
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"headings": {"type": "object"}, "items": ITEMS}}
        },
        "text/csv": {"schema": {"type": "string"}},
    },
}


class LedgerQuery(BaseModel):
    """Which time, and in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Time = Field(alias="from")
    until: Time
    format: Literal["csv", "json"] = "json"

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.since >= self.until:
            raise ValueError("from must lie before until")
        return self


@ledgers.get("/v1/audit/ledgers/viewing")
@needs(Role.AUDITOR)
@ledgers.input(LedgerQuery, location="query")
@ledgers.doc(responses={200: ANSWER})
def viewing(query_data: LedgerQuery, caller: Caller) -> Response:
    """Take the viewing ledger of a time."""
    given = deps()
    asked = {"from": query_data.since.isoformat(), "until": query_data.until.isoformat(), "format": query_data.format}
    with given.transaction() as session:
        record(session, Tag.AUDIT_READ, caller.actor, now=given.now(), ledger="viewing", **asked)
    rows = ledger.viewing(given.read, query_data.since, query_data.until)
    write = ledger.as_csv if query_data.format == "csv" else ledger.as_json
    name = f"viewing-{query_data.since:%Y%m%d}-{query_data.until:%Y%m%d}.{query_data.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(ledger.VIEWING, rows), content_type=TYPES[query_data.format], headers=headers)
