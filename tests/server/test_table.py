"""Ledgers as files are inert, whatever stands in a name."""

import json
from datetime import UTC, datetime

import pytest

from server.audit import ledger, table
from server.inert import WRITTEN_OUT

AT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["a\r\nb", "a\nb", "\x1b[31mred", "\x9b31mred", "\u202egnp.exe", "\u2066a", "a\u2028b", "\x00", "\x7f"]
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_nothing_in_a_name_breaks_a_line_steers_a_terminal_or_turns_the_text(name, form):
    row = dict.fromkeys(ledger.VIEWING) | {"viewer_name": name, "started_at": AT}
    text = "".join({"csv": table.as_csv, "json": table.as_json}[form](ledger.VIEWING, [row]))
    body = text.removeprefix("\ufeff").replace("\r\n", "")
    assert not [sign for sign in body if ord(sign) in WRITTEN_OUT]
    if form == "json":
        assert json.loads(text)["items"][0]["viewer_name"] == name
