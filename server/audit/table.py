"""A ledger as a file: CSV for spreadsheets, or JSON. Pure.

Whatever a name holds, the file is inert: no cell is a formula, and ``server.inert`` holds for all of it.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from server.inert import inert

Row = dict[str, Any]

KOREA = timezone(timedelta(hours=9), "KST")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the start of one


def as_csv(headings: dict[str, str], rows: Iterable[Row]) -> Iterator[str]:
    """RFC 4180 with a byte order mark, for spreadsheets; Korean time."""
    yield "\ufeff" + line(headings.values())
    for row in rows:
        yield line(row[name] for name in headings)


def as_json(headings: dict[str, str], rows: Iterable[Row]) -> Iterator[str]:
    """One object: ``headings`` and ``items``; times are UTC."""
    yield f'{{"headings":{_json(headings)},"items":['
    for number, row in enumerate(rows):
        yield ("," if number else "") + _json(row)
    yield "]}"


def line(cells: Iterable[Any]) -> str:
    """One line of CSV."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([cell(one) for one in cells])
    return written.getvalue()


def cell(value: Any) -> str:
    """A value as spreadsheets show it, and never run it."""
    if isinstance(value, datetime):
        return value.astimezone(KOREA).isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    quote = "'" if unicodedata.normalize("NFKC", text[:1]).startswith(FORMULA) else ""  # full-width ones too
    return quote + inert(text)


def _json(value: Any) -> str:
    return inert(json.dumps(value, ensure_ascii=False, default=_utc))


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
