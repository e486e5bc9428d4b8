"""Lists by ``limit`` and ``cursor``: the cursor is the key of the last row shown, made opaque."""

import base64
import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.api.fields import Shown
from server.errors import CursorInvalid

Row = TypeVar("Row")


class PageQuery(BaseModel):
    """How much of the list, from where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")] | None = None


class Page(Shown):
    """One page; without ``next_cursor`` it is the last."""

    next_cursor: str | None = None


def page(
    session: Session, found: Select[Row], key: InstrumentedAttribute[Any], query: PageQuery
) -> tuple[list[Row], str | None]:
    """The rows after the cursor in the order of ``key``, and the cursor of the next page. Raises CursorInvalid."""
    if query.cursor is not None:
        found = found.where(key > _decoded(query.cursor, key.type.python_type))
    rows = list(session.scalars(found.order_by(key).limit(query.limit + 1)))
    shown = rows[: query.limit]
    return shown, _encoded(getattr(shown[-1], key.key)) if len(rows) > len(shown) else None


def _encoded(value: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _decoded(cursor: str, kind: type) -> str | int:
    try:
        value: str | int = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise CursorInvalid("take next_cursor from the page before", field="cursor") from error
    if type(value) is not kind or "\0" in str(value) or (isinstance(value, int) and not 0 <= value < 1 << 63):
        raise CursorInvalid("take next_cursor from the page before", field="cursor")
    return value
