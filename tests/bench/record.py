"""How long the offline proof of an exported record takes, and what a row of it costs to read and to keep."""

import secrets
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.audit import bundle, chain, proof
from server.audit.note import AuditKey, Checkpoint
from server.audit.tree import Frontier
from tests.bench.report import Figure

ROWS = 100_000  # some weeks of a province
EACH = 20  # rows in a checkpoint: four acts a second
START = datetime(2026, 11, 2, tzinfo=UTC)


def measure(seconds: float = 10) -> Iterator[Figure]:
    """Writes a bundle for at most half of ``seconds`` and verifies it."""
    with tempfile.TemporaryDirectory() as folder:
        key = AuditKey.create(Path(folder))
        lines, rows = _bundle(key, until=time.monotonic() + seconds / 2)
    began, cpu = time.monotonic(), time.process_time()
    report = proof.verify(lines, keys=key.public)
    took_s, cpu_s = time.monotonic() - began, time.process_time() - cpu
    assert (report.faults, report.rows) == ([], rows)
    yield Figure("rows in the bundle", rows, "")
    yield Figure("size of the bundle", sum(map(len, lines)) / 1e6, "MB")
    yield Figure("verify it", took_s, "s")
    yield Figure("CPU for 100,000 rows", cpu_s * ROWS / rows, "s", target=10)


def _bundle(key: AuditKey, *, until: float) -> tuple[list[bytes], int]:
    """At most ``ROWS`` rows, fewer when it takes longer than ``until``."""
    head = {"bundle": bundle.FORM, "keys": key.public, "start": {"size": 0, "frontier": [], "hash": chain.START}}
    lines, tree, previous = [_line(head)], Frontier(), chain.START
    while tree.size < ROWS and (tree.size % EACH or time.monotonic() < until):
        row = _row(tree.size + 1, previous)
        previous = row["hash"]
        tree.append(previous)
        lines.append(_line({"row": row}))
        if tree.size % EACH == 0:
            signed = Checkpoint(tree.size, tree.root(), START + timedelta(seconds=tree.size))
            lines.append(_line({"checkpoint": key.sign(signed)}))
    return lines, tree.size


def _row(seq: int, previous: str) -> chain.Entry:
    """A view, as the API records it."""
    subject = {name: secrets.token_urlsafe(16) for name in ("session", "incident", "basis_id")}
    why = {"purpose_code": "crime_report", "legal_basis": "POLICE112_9_1", "basis": "dispatch"}
    content = {
        "actor_kind": "officer",
        "actor_id": secrets.token_urlsafe(16),
        "subject": subject | why | {"camera": "cam-near", "unit": "car1"},
        "request_id": secrets.token_urlsafe(12),
        "remote_address": "203.0.113.9",
        "salt": secrets.token_hex(16),
    }
    at = (START + timedelta(seconds=seq)).isoformat()
    row = {"seq": seq, "at": at, "tag": "viewer:playback:opened", "content": content, "previous_hash": previous}
    row["content_hash"] = chain.content_digest(content)
    return row | {"hash": chain.digest(row)}


def _line(value: chain.Entry) -> bytes:
    return (chain.canonical(value) + "\n").encode()
