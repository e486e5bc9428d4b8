"""Tampering with a real record and with real bundles of it: what was done is found, and the row is named."""

import json
import os
import re
import stat
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from server.audit import bundle, chain, checkpoints, log, proof
from server.audit.note import AuditKey
from server.models import AuditCheckpoint, AuditEvent, AuditHead

pytestmark = pytest.mark.usefixtures("any_database")
KIM = log.Actor("officer", "kim", "req", "10.0.0.1")


@pytest.fixture
def key(data_dir):
    return AuditKey(data_dir)


@pytest.fixture
def act(transaction, clock):
    def write(times=1):
        for n in range(times):
            clock.forward(seconds=1)
            with transaction() as session:
                log.record(session, log.Tag.PLAYBACK_OPENED, KIM, now=clock(), camera=f"cam-{n}")

    return write


@pytest.fixture
def sign(transaction, clock, key):
    def make():
        with transaction() as session:
            return checkpoints.make(session, key, now=clock())

    return make


@pytest.fixture
def export(read, key):
    def lines(since=None, until=None):
        with read() as session:
            start, end = bundle.span(session, since, until)
        return list(bundle.lines(read, key.public, start, end))

    return lines


@pytest.fixture
def record(act, sign):
    """Twelve rows with checkpoints after 5, 9 and 12."""
    for times in (5, 4, 3):
        act(times)
        sign()


def check(lines, **given):
    return proof.verify([line.encode() for line in lines], **{"keys": None} | given)


def rows_at(lines):
    return {json.loads(line)["row"]["seq"]: at for at, line in enumerate(lines) if '"row"' in line}


def notes_in(lines):
    return [json.loads(line)["checkpoint"] for line in lines if line.startswith('{"checkpoint"')]


def test_a_whole_record_is_whole(record, export, key):
    report = check(export(), keys=key.public)
    assert (report.faults, report.remarks) == ([], [])
    assert (report.first, report.rows, report.checkpoints) == (1, 12, 3)


def changed(lines, seq, change):
    at = rows_at(lines)[seq]
    row = json.loads(lines[at])["row"]
    change(row)
    return [*lines[:at], chain.canonical({"row": row}) + "\n", *lines[at + 1 :]]


def without(lines, *seqs):
    gone = {rows_at(lines)[seq] for seq in seqs}
    return [line for at, line in enumerate(lines) if at not in gone]


def swapped(lines, one, other):
    lines, at = list(lines), rows_at(lines)
    lines[at[one]], lines[at[other]] = lines[at[other]], lines[at[one]]
    return lines


def doubled(lines, seq):
    at = rows_at(lines)[seq]
    return [*lines[: at + 1], lines[at], *lines[at + 1 :]]


def rewritten(lines):
    """All that can be calculated without the private key is made to fit again."""
    head, *rest = lines
    rows = [value["row"] for line in rest if "row" in (value := json.loads(line))]
    previous, made = chain.START, [head]
    for seq, row in enumerate(rows, start=1):
        row["content_hash"] = chain.content_digest(row["content"])
        row |= {"seq": seq, "previous_hash": previous}
        previous = row["hash"] = chain.digest(row)
        made.append(chain.canonical({"row": row}) + "\n")
        made += [export_line(note) for note in notes_in(lines) if f"\n{seq}\n" in note]
    return made


def other_camera(row):
    row["content"]["subject"]["camera"] = "cam-x"


TAMPERED = [
    ("a changed row", lambda b: changed(b, 7, other_camera), "seq 7: changed"),
    ("a changed time", lambda b: changed(b, 7, lambda row: row.update(at="2026-01-01T00:00:00+00:00")), "seq 7: chang"),
    (
        "a changed row, calculated again",
        lambda b: rewritten(changed(b, 7, other_camera)),
        "checkpoint of seq 9: the ro",
    ),
    ("a deleted row", lambda b: without(b, 7), "seq 7: missing"),
    ("the last row before a checkpoint deleted", lambda b: without(b, 9), "seq 9: missing"),
    ("the first row deleted", lambda b: without(b, 1), "seq 1: missing"),
    ("a deleted row, calculated again", lambda b: rewritten(without(b, 7)), "not those that were signed"),
    ("a deleted tail", lambda b: without(b, 11, 12), "seq 11 to 12: missing"),
    ("a deleted tail with its checkpoint", lambda b: without(b[:-1], 11, 12), "seq 10 to 10: no checkpoint"),
    ("a swap", lambda b: swapped(b, 6, 7), "seq 6: out of order"),
    ("a swap over a checkpoint", lambda b: swapped(b, 4, 7), "seq 4: out of order"),
    ("a swap, calculated again", lambda b: rewritten(swapped(b, 6, 7)), "checkpoint of seq 9: the rows after 5"),
    ("a duplicate", lambda b: doubled(b, 8), "seq 8: it stands twice"),
    ("a duplicate, calculated again", lambda b: rewritten(doubled(b, 8)), "not those that were signed"),
    ("a checkpoint that stands twice", lambda b: [*b, b[-1]], "checkpoint of seq 12: it stands twice"),
    ("no checkpoint", lambda b: [line for line in b if "checkpoint" not in line], "seq 1 to 12: no checkpoint covers"),
    ("no rows", lambda b: b[:1], "there is no row"),
    ("nothing", lambda _: [], "line 1: "),
    ("something else", lambda _: ["{}\n"], "line 1: "),
]


@pytest.mark.parametrize(("what", "tamper", "found"), TAMPERED, ids=[row[0] for row in TAMPERED])
def test_tampering_with_a_bundle_is_found_and_the_row_named(what, tamper, found, *, record, export):
    faults = check(tamper(export())).faults
    assert any(found in fault for fault in faults), faults
    assert len(faults) <= 3, faults


def test_every_flipped_bit_is_found(act, sign, export, any_database):
    act(2)
    sign()
    act(1)
    sign()
    whole = "".join(export()).encode()
    assert check(export()).whole
    step = 5 if any_database == "sqlite" else 97  # prime to 8: every bit of a byte has its turn
    for bit in range(0, len(whole) * 8, step):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not proof.verify(bytes(flipped).splitlines(keepends=True), keys=None).whole, bit


@pytest.mark.parametrize(
    ("what", "statement", "found"),
    [
        ("a changed row", update(AuditEvent).where(AuditEvent.seq == 3).values(actor_id="lee"), "seq 3: changed"),
        ("a deleted row", delete(AuditEvent).where(AuditEvent.seq == 3), "seq 3: missing"),
        ("a deleted tail", delete(AuditEvent).where(AuditEvent.seq > 10), "seq 11 to 12: missing"),
        (
            "a deleted checkpoint",
            delete(AuditCheckpoint).where(AuditCheckpoint.size == 12),
            "seq 10 to 12: no checkpoi",
        ),
    ],
)
def test_tampering_with_the_database_is_found_in_what_is_exported(
    what, statement, found, *, record, export, transaction
):
    with transaction() as session:
        session.execute(statement)
    assert any(found in fault for fault in check(export()).faults)


def test_a_tail_that_was_cut_off_with_its_checkpoints_is_found_against_one_kept_elsewhere(record, export):
    whole = export()
    cut = whole[: rows_at(whole)[10]]
    assert check(cut).whole  # nothing in the file tells
    assert check(cut, others=notes_in(whole)).faults == ["seq 10 to 12: missing"]
    assert check(whole, others=notes_in(whole)).whole


def test_a_fork_is_found_against_a_checkpoint_kept_elsewhere(act, sign, export, transaction, clock):
    act(5)
    sign()
    act(3)
    sign()
    elsewhere = notes_in(export())
    with transaction() as session:  # back to 5, and on with another story under the same key
        session.execute(delete(AuditEvent).where(AuditEvent.seq > 5))
        session.execute(delete(AuditCheckpoint).where(AuditCheckpoint.size > 5))
        newest = session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == 5))
        session.execute(update(AuditHead).values(seq=5, hash=newest))
    act(3)
    sign()
    forked = export()
    assert check(forked).whole
    assert check(forked, others=elsewhere).faults == [
        "checkpoint of seq 8: fork, the checkpoint kept elsewhere is of other rows"
    ]
    assert "checkpoint of seq 8: fork, there are two" in check([*forked, export_line(elsewhere[-1])]).faults


def export_line(note):
    return chain.canonical({"checkpoint": note}) + "\n"


def test_a_clock_that_went_back_is_told_and_is_no_fault(act, sign, export, clock):
    act(3)
    sign()
    clock.at -= timedelta(hours=1)
    act(2)
    sign()
    report = check(export())
    assert report.whole
    assert [remark for remark in report.remarks if "clock" in remark] == [
        "seq 4: the clock went back by 3599 s",
        "checkpoint of seq 5: the clock went back",
    ]


def test_a_bundle_signed_by_somebody_else_is_refused(record, export, tmp_path):
    stranger = AuditKey.create(tmp_path / "stranger")
    faults = check(export(), keys=stranger.public).faults
    assert faults[0] == "checkpoint after seq 5: none of the keys has signed it"


def test_a_key_is_changed_by_a_new_first_one_and_old_checkpoints_stay_valid(act, sign, export, data_dir, tmp_path):
    act(3)
    sign()
    path = data_dir / "keys" / "audit.pem"
    AuditKey.create(tmp_path / "new")
    path.write_bytes((tmp_path / "new" / "keys" / "audit.pem").read_bytes() + path.read_bytes())
    both = AuditKey(data_dir)
    act(2)
    assert len(both.public) == 2
    lines = export()
    lines[0] = chain.canonical(json.loads(lines[0]) | {"keys": both.public}) + "\n"
    assert check(lines[:5]).whole


def test_a_part_begins_and_ends_at_checkpoints_and_is_whole_by_itself(record, export, read):
    with read() as session:
        at = {row.seq: row.at for row in session.scalars(select(AuditEvent))}
    part = export(since=at[7], until=at[9])
    assert sorted(rows_at(part)) == [6, 7, 8, 9]
    report = check(part)
    assert (report.faults, report.first) == ([], 6)
    whole = notes_in(export())
    assert check(part, others=whole).faults == ["seq 10 to 12: missing"]
    assert check(part, others=whole, until=at[9]).whole
    with pytest.raises(LookupError):
        export(since=at[12] + timedelta(days=1))


def test_pages_of_the_export_join(record, export, monkeypatch):
    whole = export()
    for rows in (1, 2, 5, 12, 13):
        monkeypatch.setattr(bundle, "PAGE", rows)
        assert export() == whole


def test_nothing_new_gives_no_checkpoint_and_a_backlog_gives_one_after_another(act, sign, monkeypatch):
    assert sign() is None
    act(5)
    monkeypatch.setattr(checkpoints, "ROWS", 2)
    assert [made and made.size for made in (sign(), sign(), sign(), sign())] == [2, 4, 5, None]


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("its last row is gone", delete(AuditEvent).where(AuditEvent.seq >= 12)),
        ("a new row is missing", delete(AuditEvent).where(AuditEvent.seq == 13)),
        ("the end was cut off", delete(AuditEvent).where(AuditEvent.seq >= 13)),
        ("a new row was changed", update(AuditEvent).where(AuditEvent.seq == 14).values(previous_hash="1" * 64)),
        ("the subtrees were changed", update(AuditCheckpoint).where(AuditCheckpoint.size == 12).values(frontier=[])),
        ("the note was changed", update(AuditCheckpoint).where(AuditCheckpoint.size == 12).values(note="x")),
    ],
)
def test_what_does_not_follow_from_the_last_checkpoint_is_not_signed(
    what, statement, *, record, act, sign, transaction
):
    act(2)
    with transaction() as session:
        session.execute(statement)
    with pytest.raises(checkpoints.RecordBroken, match=r"1[2-4]"):
        sign()


def test_the_auditor_reads_the_checkpoints_page_by_page(record, phone, export):
    auditor = phone("auditor")
    first = auditor.get("/v1/audit/checkpoints?limit=2").json
    second = auditor.get(f"/v1/audit/checkpoints?limit=2&cursor={first['next_cursor']}").json
    items = first["items"] + second["items"]
    assert [item["size"] for item in items] == [5, 9, 12]
    assert [item["note"] for item in items] == notes_in(export())
    assert second["next_cursor"] is None


@pytest.mark.process
def test_the_commands_export_and_verify_offline(record, database_url, data_dir, tmp_path):
    environ = {
        "GOLDENTIME_DATA_DIR": str(data_dir),
        "GOLDENTIME_PUBLIC_URL": "http://localhost",
        "GOLDENTIME_DATABASE_URL": database_url,
    }

    def run(*words, **given):
        argv = [sys.executable, "-m", "server", "audit", *map(str, words)]
        return subprocess.run(argv, env=os.environ | given, capture_output=True, text=True, check=False)

    file, pub = tmp_path / "record.jsonl", tmp_path / "key.pub"
    pub.write_text(run("key", **environ).stdout)
    assert run("export", file, **environ).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("export", file, **environ).returncode == 1  # never overwritten
    good = run("verify", file, "--key", pub)
    assert good.returncode == 0, good.stdout
    assert "✓ whole up to seq 13: 13 rows from seq 1" in good.stdout  # the export is recorded too
    file.write_text(file.read_text().replace("cam-2", "cam-9", 1))
    bad = run("verify", file, "--key", pub)
    assert (bad.returncode, re.findall(r"✗ (seq \d+: .*)", bad.stdout)) == (
        1,
        ["seq 3: changed, it is not what was recorded"],
    )
    assert run("verify", tmp_path / "nothing").returncode == 1
    file.write_text(file.read_text().replace('{"row":{', '{"row":{"\\u001b[31m":1,', 1))
    assert "\x1b" not in run("verify", file).stdout
