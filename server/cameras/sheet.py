"""A CSV file as it comes from an office: which encoding, which separator, where each row begins. Pure.

Offices save from Excel: CP949 or UTF-8, with or without a BOM, now and then with tabs. A byte that is neither stays
visible as U+FFFD, so that its row can be refused and not the file.
"""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from server.errors import ImportFileInvalid

SEPARATORS = ",\t;"
LONGEST_ROW = 20  # lines; more is a quotation mark that was never closed
BROKEN = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: where it begins (1 is the headings), its fields by heading, and what is wrong with its form."""

    number: int
    fields: dict[str, str]
    fault: str | None = None


def read(data: bytes) -> tuple[list[str], Iterator[Line]]:
    """The headings, without spaces, and the rows that are not empty, in their order.

    Raises:
        ImportFileInvalid: it is no text, has no headings, or a quotation mark is never closed.
    """
    text = _text(data)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        headings = [_heading(name) for name in next(rows, [])]
    except csv.Error as error:
        raise ImportFileInvalid(f"line 1: {error}") from error
    if len(headings) < 2 or len(set(headings)) < len(headings):
        raise ImportFileInvalid("the first line must hold the headings, each of them once")
    return headings, _lines(rows, headings)


def _lines(rows: Iterator[list[str]], headings: list[str]) -> Iterator[Line]:
    begins = rows.line_num + 1  # type: ignore[attr-defined]  # the reader is an iterator that counts lines
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise ImportFileInvalid(f"line {begins}: {error}") from error
        if row is None:
            return
        ends = rows.line_num  # type: ignore[attr-defined]
        if ends - begins >= LONGEST_ROW:
            raise ImportFileInvalid(f"line {begins}: a quotation mark is opened and not closed")
        fields = [field.strip() for field in row]
        if any(fields):
            yield Line(begins, dict(zip(headings, fields, strict=False)), _fault(row, headings))
        begins = ends + 1


def _fault(row: list[str], headings: list[str]) -> str | None:
    if len(row) != len(headings):
        return f"the row has {len(row)} fields, the headings are {len(headings)}"
    if BROKEN in "".join(row):
        return "characters that are neither UTF-8 nor CP949"
    return None


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ImportFileInvalid("the file is UTF-16; save it as CSV UTF-8")
    if b"\0" in data:
        raise ImportFileInvalid("the file is no text; save the sheet as CSV")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError:
        both = [data.decode(encoding, "replace") for encoding in ("cp949", "utf-8")]
        return min(both, key=lambda text: text.count(BROKEN))


def _heading(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
