"""The auditor's check of the record as it lies in the database: what was changed in it is found."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, update

from server.audit import check as core
from server.audit import checkpoints, log
from server.audit.note import AuditKey
from server.models import AuditCheckpoint, AuditEvent

pytestmark = pytest.mark.usefixtures("any_database")
KIM = log.Actor("officer", "kim", "req", "10.0.0.1")


@pytest.fixture
def record(transaction, clock, data_dir):
    """Nine rows, checkpoints after four and eight; when the first was written."""
    began = clock()
    for times in (4, 4, 1):
        for n in range(times):
            with transaction() as session:
                log.record(session, log.Tag.PLAYBACK_OPENED, KIM, now=clock(), camera=f"cam-{n}")
            clock.forward(seconds=1)
        if times > 1:
            with transaction() as session:
                checkpoints.make(session, AuditKey(data_dir), now=clock())
    return began


@pytest.fixture
def check(record, read, clock):
    def run(since=None, until=None, **given):
        with read() as session:
            return core.check(session, since or record, until or clock(), **given)

    return run


def test_a_whole_record_is_whole_to_its_last_row(check):
    assert check() == core.Checked(1, 9, rows=9, checkpoints=2)


def test_a_part_of_it_is_checked_between_its_checkpoints(check, record):
    part = check(record + timedelta(seconds=5), record + timedelta(seconds=7))
    assert part == core.Checked(5, 8, rows=4, checkpoints=1)


def test_a_long_one_is_checked_as_far_as_one_answer_goes(check):
    assert check(most=6) == core.Checked(1, 6, rows=6, checkpoints=1, complete=False)


def test_where_nothing_was_recorded_nothing_is_wrong(check, record):
    assert check(record - timedelta(hours=2), record - timedelta(hours=1)) == core.Checked(0, 0)


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        (update(AuditEvent).where(AuditEvent.seq == 3).values(actor_id="lee"), 3),
        (update(AuditEvent).where(AuditEvent.seq == 3).values(tag="viewer:other"), 3),
        (delete(AuditEvent).where(AuditEvent.seq == 6), 6),
        (delete(AuditEvent).where(AuditEvent.seq == 1), 1),
        (update(AuditCheckpoint).where(AuditCheckpoint.size == 8).values(root="0" * 64), 8),
    ],
)
def test_what_was_changed_in_the_database_is_found_and_named(statement, wrong, check, transaction):
    with transaction() as session:
        session.execute(statement)
    assert check().wrong_seq == wrong


def test_the_auditor_asks_for_it_and_that_is_recorded(record, phone, clock):
    asked = urlencode({"from": record.isoformat(), "until": clock().isoformat()})
    auditor = phone("auditor")
    told = auditor.get(f"/v1/audit/verification?{asked}").json
    assert (told["wrong_seq"], told["complete"], told["checkpoints"]) == (None, True, 2)
    last = auditor.get("/v1/audit/events?limit=200").json["items"][-1]
    assert (last["tag"], last["subject"]["verification"]) == ("auditor:audit:read", True)
    assert (
        auditor.get(
            f"/v1/audit/verification?{urlencode({'from': clock().isoformat(), 'until': record.isoformat()})}"
        ).status_code
        == 422
    )
