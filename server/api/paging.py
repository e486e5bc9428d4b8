"""Lists by ``limit`` and ``cursor``: the cursor is the key of the last row shown, made opaque."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.api.fields import Shown
from server.errors import CursorInvalid

Row = TypeVar("Row")
AGAIN = "take next_cursor from the page before"


class PageQuery(BaseModel):
    """How much of the list, from where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")] | None = None


class Page(Shown):
    """One page; without ``next_cursor`` it is the last."""

    next_cursor: str | None = None


def page(
    session: Session,
    found: Select[Row],
    key: InstrumentedAttribute[Any],
    query: PageQuery,
    *,
    last_first: bool = False,
) -> tuple[list[Row], str | None]:
    """The rows after the cursor in the order of ``key``, and the cursor of the next page. Raises CursorInvalid."""
    if query.cursor is not None:
        shown_last = _decoded(query.cursor, key.type.python_type)
        found = found.where(key < shown_last if last_first else key > shown_last)
    order = key.desc() if last_first else key.asc()
    rows = list(session.scalars(found.order_by(order).limit(query.limit + 1)))
    shown = rows[: query.limit]
    return shown, _encoded(getattr(shown[-1], key.key)) if len(rows) > len(shown) else None


def page_by_time(
    session: Session, found: Select[Row], keys: tuple[InstrumentedAttribute[Any], ...], query: PageQuery
) -> tuple[list[Row], str | None]:
    """The same in the order of a time and, where times are equal, of an id. Raises CursorInvalid."""
    at, id_ = keys
    if query.cursor is not None:
        time, _, last = str(_decoded(query.cursor, str)).partition(" ")
        try:
            after = datetime.fromisoformat(time)
        except ValueError as error:
            raise CursorInvalid(AGAIN, field="cursor") from error
        if after.tzinfo is None:
            raise CursorInvalid(AGAIN, field="cursor")
        found = found.where(tuple_(at, id_) > tuple_(after, last))
    rows = list(session.scalars(found.order_by(at, id_).limit(query.limit + 1)))
    shown = rows[: query.limit]
    if len(rows) == len(shown):
        return shown, None
    return shown, _encoded(f"{getattr(shown[-1], at.key).isoformat()} {getattr(shown[-1], id_.key)}")


def _encoded(value: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _decoded(cursor: str, kind: type) -> str | int:
    try:
        value: str | int = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise CursorInvalid(AGAIN, field="cursor") from error
    if type(value) is not kind or "\0" in str(value) or (isinstance(value, int) and not 0 <= value < 1 << 63):
        raise CursorInvalid(AGAIN, field="cursor")
    return value
