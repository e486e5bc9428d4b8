"""Whether an exported bundle is what was recorded: needs the file and a public key, no database and no settings.

Finds a changed row, a removed one, rows cut off at the end, swapped and doubled ones, a fork. What cannot be seen from
one file, that its end was cut off together with its last checkpoints, is found against checkpoints kept elsewhere.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.audit import chain
from server.audit.note import Checkpoint, NoteInvalid, Verifier
from server.audit.tree import Frontier

CLOCK_BACK = timedelta(seconds=10)  # acts at the same time may be recorded in another order, a transaction apart
FINDINGS = 20  # more of them say nothing new
MISSING = 10_000

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, lt=1 << 62)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Content(_Strict):
    actor_kind: str
    actor_id: str
    subject: dict[str, Any]
    request_id: str | None
    remote_address: str | None
    salt: str | None


class _Row(_Strict):
    seq: Count
    at: str
    tag: str
    content: _Content | None
    content_hash: Hex | None
    previous_hash: Hex
    hash: Hex


class _Start(_Strict):
    size: Count
    frontier: list[Hex]
    hash: Hex


class _Head(_Strict):
    bundle: Literal["goldentime-audit-1"]
    keys: list[str]
    start: _Start


@dataclass
class Report:
    """What was found. ``whole`` when ``faults`` is empty; ``remarks`` are what a reader should know all the same."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    first: int = 0
    rows: int = 0
    removed: int = 0  # rows whose content was removed when its time was over
    removed_until: str = ""  # the time of the newest of them
    checkpoints: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def fault(self, text: str) -> None:
        """Add one, up to a limit."""
        if len(self.faults) < FINDINGS:
            self.faults.append(text)


def verify(
    lines: Iterable[bytes], *, keys: list[str] | None, others: Iterable[str] = (), until: datetime | None = None
) -> Report:
    """Check a bundle.

    Args:
        lines: its lines, each with its line break.
        keys: the public keys that may have signed; None: those of the bundle, which proves less.
        others: notes kept elsewhere; the bundle must agree with them, and reach as far as they do.
        until: notes of others signed later than this are not expected to be covered.
    """
    report, found = Report(), iter(lines)
    try:
        head = _Head.model_validate(_parsed(next(found, b"")))
        tree = Frontier.of_hex(head.start.size, head.start.frontier)
        verifier = Verifier(keys if keys is not None else head.keys)
    except (ValueError, NoteInvalid) as error:
        report.fault(f"line 1: {_reason(error)}")
        return report
    if keys is None:
        report.remarks.append("the key is the one in the bundle: only --key proves who signed")
    proof = _Proof(report, verifier, tree, head.start.hash)
    proof.expect(others, until)
    for number, line in enumerate(found, start=2):
        try:
            proof.line(_parsed(line))
        except ValueError as error:
            report.fault(f"line {number}, after seq {proof.seq}: {_reason(error)}")
            proof.broken = True
    proof.finish()
    return report


class _Proof:
    """The reading of one bundle, line by line."""

    def __init__(self, report: Report, verifier: Verifier, tree: Frontier, previous: str) -> None:
        self.report, self.verifier, self.tree = report, verifier, tree
        self.start = self.seq = tree.size  # of the last row that is accounted for
        self.previous: str | None = previous  # None: not known, a row is missing
        self.broken = False  # then the tree says nothing
        self.signed: Checkpoint | None = None
        self.others: dict[int, list[Checkpoint]] = defaultdict(list)
        self.missing: set[int] = set()
        self.newest: datetime | None = None
        report.first = tree.size + 1

    def expect(self, notes: Iterable[str], until: datetime | None) -> None:
        for note in notes:
            try:
                other = self.verifier.open(note)
            except NoteInvalid as error:
                self.report.fault(f"a checkpoint kept elsewhere: {error}")
                continue
            if other.size >= self.start and (until is None or other.at <= until):
                self.others[other.size].append(other)
        self._compare()

    def line(self, value: dict[str, Any]) -> None:
        """One row or checkpoint. Raises ValueError when it is neither."""
        if set(value) == {"row"}:
            _Row.model_validate(value["row"])
            self._row(value["row"])
        elif set(value) == {"checkpoint"} and isinstance(value["checkpoint"], str):
            self._checkpoint(value["checkpoint"])
        else:
            raise ValueError("it is neither a row nor a checkpoint")

    def finish(self) -> None:
        covered = self.signed.size if self.signed else self.start
        if self.seq > covered:
            self.report.fault(f"seq {covered + 1} to {self.seq}: no checkpoint covers them")
        self._gap(max(self.others, default=0))
        for first, last in _ranges(self.missing):
            self.report.fault(f"seq {first}{f' to {last}' if last > first else ''}: missing")
        if not self.report.rows:
            self.report.fault("there is no row")

    def _row(self, row: chain.Entry) -> None:
        seq = row["seq"]
        self.report.rows += 1
        if seq <= self.seq:
            late = f"out of order, it stands after {self.seq}" if seq < self.seq else "it stands after its checkpoint"
            self.report.fault(f"seq {seq}: {late if seq in self.missing else 'it stands twice'}")
            self.missing.discard(seq)
            self.broken = True
        else:
            self._gap(seq - 1)
            if self.previous is not None and row["previous_hash"] != self.previous:
                self.report.fault(f"seq {seq}: it does not follow the row before; one of the two was changed")
                self.broken = True
            self.seq, self.previous = seq, row["hash"]
        if not chain.fits(row):
            self.report.fault(f"seq {seq}: changed, it is not what was recorded")
        if row["content"] is None:
            self.report.removed += 1
            self.report.removed_until = max(self.report.removed_until, row["at"])
        self._clock(seq, row["at"])
        if not self.broken:
            self.tree.append(row["hash"])
            self._compare()

    def _checkpoint(self, note: str) -> None:
        self.report.checkpoints += 1
        try:
            signed = self.verifier.open(note)
        except NoteInvalid as error:
            self.report.fault(f"checkpoint after seq {self.seq}: {error}")
            return
        before = self.signed
        if before and signed.size <= before.size:
            same = (signed.size, signed.root) == (before.size, before.root)
            what = (
                "it stands twice, or not in its place" if same or signed.size < before.size else "fork, there are two"
            )
            self.report.fault(f"checkpoint of seq {signed.size}: {what}")
            return
        self._gap(signed.size)
        if not self.broken and signed.size == self.tree.size and signed.root != self.tree.root():
            since = before.size if before else self.start
            self.report.fault(f"checkpoint of seq {signed.size}: the rows after {since} are not those that were signed")
        elif not self.broken and signed.size < self.seq:
            self.report.fault(f"checkpoint of seq {signed.size}: not in its place")
        if before and signed.at < before.at:
            self.report.remarks.append(f"checkpoint of seq {signed.size}: the clock went back")
        self.signed = signed

    def _gap(self, last: int) -> None:
        """Rows up to ``last`` should have come by now."""
        if last <= self.seq:
            return
        if last - self.seq > MISSING:
            self.report.fault(f"seq {self.seq + 1} to {last}: missing")
        else:
            self.missing.update(range(self.seq + 1, last + 1))
        self.seq, self.previous, self.broken = last, None, True

    def _compare(self) -> None:
        for other in self.others.pop(self.tree.size, []):
            if other.root != self.tree.root():
                text = "fork, the checkpoint kept elsewhere is of other rows"
                self.report.fault(f"checkpoint of seq {other.size}: {text}")

    def _clock(self, seq: int, at: str) -> None:
        try:
            now = datetime.fromisoformat(at)
            back = self.newest is not None and now < self.newest - CLOCK_BACK
        except (ValueError, TypeError):
            self.report.fault(f"seq {seq}: its time cannot be read")
            return
        if back and self.newest:
            seconds = int((self.newest - now).total_seconds())
            self.report.remarks.append(f"seq {seq}: the clock went back by {seconds} s")
        self.newest = now


def _parsed(line: bytes) -> dict[str, Any]:
    """The object of a line that is in its one form. Raises ValueError."""
    try:
        value = json.loads(line)
        if isinstance(value, dict) and (chain.canonical(value) + "\n").encode() == line:
            return value
    except RecursionError:
        pass
    raise ValueError("it is not in the form it was written in")


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return "it is not in the form it was written in" if isinstance(error, UnicodeDecodeError) else str(error)


def _ranges(numbers: set[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(numbers)
    breaks = [n for n, (left, right) in enumerate(pairwise(ordered), start=1) if right != left + 1]
    for first, last in pairwise([0, *breaks, len(ordered)] if ordered else []):
        yield ordered[first], ordered[last - 1]
