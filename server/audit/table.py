r"""A ledger as a file: CSV for spreadsheets, or JSON. Pure.

Whatever a name holds, the file is inert: no cell is a formula, and what breaks lines, steers a terminal or turns the
direction of text is written out as ``\uXXXX``.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Row = dict[str, Any]

KOREA = timezone(timedelta(hours=9), "KST")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the start of one
CONTROLS = (*range(0x20), *range(0x7F, 0xA0))  # C0, DEL and C1: line breaks and ANSI sequences are made of them
TURNS = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)  # bidi, line separators, BOM
WRITTEN_OUT = {point: f"\\u{point:04x}" for point in (*CONTROLS, *TURNS)}


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


def inert(text: str) -> str:
    """The text with what could act written out."""
    return text.translate(WRITTEN_OUT)


def _json(value: Any) -> str:
    """In JSON the written-out form is the character itself again."""
    return json.dumps(value, ensure_ascii=False, default=_utc).translate(WRITTEN_OUT)


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
