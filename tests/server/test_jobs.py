from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from server import jobs, outbox, scheduler
from server.models import (
    AuditEvent,
    IdempotencyKey,
    Incident,
    MonthlyReview,
    OutboxEvent,
    PlaybackSession,
    RefreshToken,
)
from server.thresholds import Thresholds
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


def test_a_session_past_its_time_is_ended_and_its_viewer_told_once(phone, transaction, read, clock):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    body = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    clock.forward(hours=12)
    for _ in range(2):
        with transaction() as session:
            jobs.expire(session, now=clock())
    with read() as session:
        ended = session.get(PlaybackSession, body["session_id"])
        told = session.scalars(select(OutboxEvent.data).where(OutboxEvent.audience == "officer:kim")).all()
        tags = session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)).all()
    assert (ended.end_reason, ended.ended_at) == ("expired", clock())
    assert told == [{"session_ids": [body["session_id"]], "incident_id": incident["id"], "reason": "expired"}]
    assert tags.count("system:playback:expired") == 1


def test_a_session_in_its_time_is_left_alone(phone, transaction, read, clock):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    body = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    clock.forward(hours=11, minutes=59)
    with transaction() as session:
        jobs.expire(session, now=clock())
    with read() as session:
        assert session.get(PlaybackSession, body["session_id"]).ended_at is None


def test_an_incident_that_cannot_be_closed_holds_up_no_other(phone, transaction, read, clock, capsys):
    cad, later = phone("cad112"), clock() - timedelta(seconds=1)
    bad, good = (cad.post("/v1/incidents", town.report(external_id=name)).json["id"] for name in ("bad", "good"))
    with transaction() as session:
        session.execute(update(Incident).values(until=later))
        session.execute(text("UPDATE incidents SET legal_basis = 'none' WHERE id = :id"), {"id": bad})
    scheduler.run_each(jobs.expired_incidents, jobs.close_incident, read, transaction)
    with read() as session:
        rows = dict(session.execute(text("SELECT id, status FROM incidents")).all())
    assert rows == {bad: "open", good: "closed"}
    assert bad in "".join(capsys.readouterr())


def test_the_record_is_looked_through_and_each_agency_has_its_month(engine, phone, read, capsys):
    phone("kim")
    for _ in range(2):
        scheduler.look(engine, Thresholds())
    assert "could not" not in "".join(capsys.readouterr())
    with read() as session:
        agencies = session.scalars(select(MonthlyReview.agency_id).order_by(MonthlyReview.agency_id)).all()
    assert agencies == ["control", "firehouse", "province", "room112", "room119", "station"]


@pytest.mark.parametrize(
    ("kept", "model"),
    [
        (timedelta(hours=1), OutboxEvent),
        (timedelta(hours=24), IdempotencyKey),
        (timedelta(hours=36), RefreshToken),
    ],
)
def test_what_nobody_may_ask_for_any_more_is_deleted(kept, model, *, phone, transaction, read, clock):
    phone("cad112").post("/v1/incidents", town.report(), headers={"Idempotency-Key": "k"})
    phone("kim")
    with transaction() as session:
        outbox.append(session, "unit:car1", "dispatch", {}, now=clock())

    def left():
        with transaction() as session:
            jobs.purge(session, now=clock())
        with read() as session:
            return len(session.scalars(select(model)).all())

    clock.at += kept
    assert left() > 0
    clock.forward(seconds=1)
    assert left() == 0


def test_an_event_id_is_never_given_twice_though_all_rows_are_purged(transaction, read, clock):
    def next_id():
        with transaction() as session:
            outbox.append(session, "unit:car1", "dispatch", {}, now=clock())
        with read() as session:
            return session.scalars(select(OutboxEvent.id).order_by(OutboxEvent.id.desc())).first()

    first = next_id()
    clock.forward(hours=2)
    with transaction() as session:
        jobs.purge(session, now=clock())
    assert next_id() > first
