"""The ledgers that the law asks for, as files. Taking one is recorded."""

from typing import Any, Literal, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from server.access.viewer import Caller
from server.api.call import needs
from server.api.deps import deps
from server.api.fields import Time
from server.audit.ledgers import LEDGERS, written
from server.audit.log import Tag, record
from server.audit.scope import Asked
from server.models import Role

ledgers = APIBlueprint("ledgers", __name__)
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


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


def _answer(name: str) -> Any:
    headings, _ = LEDGERS[name]
    items = {"type": "array", "items": {"type": "object", "properties": {one: {} for one in headings}}}
    schema = {"type": "object", "properties": {"headings": {"type": "object"}, "items": items}}
    content = {"application/json": {"schema": schema}, "text/csv": {"schema": {"type": "string"}}}
    return {200: {"description": "What is of that time, the oldest first", "content": content}}


@ledgers.get("/v1/audit/ledgers/viewing")
@needs(Role.AUDITOR)
@ledgers.input(LedgerQuery, location="query")
@ledgers.doc(responses=_answer("viewing"))
def viewing(query_data: LedgerQuery, caller: Caller) -> Response:
    """Take the viewing ledger of a time."""
    return _taken("viewing", query_data, caller)


@ledgers.get("/v1/audit/ledgers/provision")
@needs(Role.AUDITOR)
@ledgers.input(LedgerQuery, location="query")
@ledgers.doc(responses=_answer("provision"))
def provision(query_data: LedgerQuery, caller: Caller) -> Response:
    """Take the ledger of what centres let other agencies see."""
    return _taken("provision", query_data, caller)


@ledgers.get("/v1/audit/ledgers/destruction")
@needs(Role.AUDITOR)
@ledgers.input(LedgerQuery, location="query")
@ledgers.doc(responses=_answer("destruction"))
def destruction(query_data: LedgerQuery, caller: Caller) -> Response:
    """Take the ledger of what was destroyed because its time was over; the province's auditors'."""
    return _taken("destruction", query_data, caller)


def _taken(name: str, query: LedgerQuery, caller: Caller) -> Response:
    given = deps()
    asked = {"from": query.since.isoformat(), "until": query.until.isoformat(), "format": query.format}
    with given.transaction() as session:
        record(session, Tag.AUDIT_READ, caller.actor, now=given.now(), ledger=name, **asked)
    pieces = written(name, query.format, given.read, Asked(query.since, query.until, caller.viewer.scope))
    file = f"{name}-{query.since:%Y%m%d}-{query.until:%Y%m%d}.{query.format}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(pieces, content_type=TYPES[query.format], headers=headers)
