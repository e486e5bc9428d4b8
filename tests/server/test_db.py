import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from server import db
from server.models import AuditHead, Base, Camera, Host

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.mark.usefixtures("any_database")
def test_models_equal_migrations(engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.usefixtures("any_database")
def test_migrating_again_changes_nothing(database_url, read):
    db.migrate(database_url)
    with read() as session:
        assert session.get(AuditHead, 1).seq == 0


@pytest.mark.usefixtures("any_database")
def test_what_is_raised_undoes_everything(transaction, read):
    def fail():
        with transaction() as session:
            session.add(Host(id="a", seen_at=NOW))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with read() as session:
        assert session.get(Host, "a") is None


@pytest.mark.usefixtures("any_database")
def test_a_reader_cannot_write_and_the_next_writer_can(transaction, read):
    with pytest.raises(DBAPIError), read() as session:
        session.execute(text("DELETE FROM hosts"))
    with transaction() as session:
        session.add(Host(id="a", seen_at=NOW))


@pytest.mark.usefixtures("any_database")
def test_a_row_that_points_nowhere_is_refused(transaction):
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("INSERT INTO streams VALUES ('unheard-of', '2026-11-02', 0)"))


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=9))])
def test_a_time_comes_back_as_the_same_moment_in_utc(zone, transaction, read):
    with transaction() as session:
        session.add(Host(id="a", seen_at=NOW.astimezone(zone)))
    with read() as session:
        seen_at = session.get(Host, "a").seen_at
    assert (seen_at, seen_at.tzinfo) == (NOW, UTC)


def test_a_time_without_a_zone_is_refused(transaction):
    with pytest.raises(StatementError, match="without a zone"), transaction() as session:
        session.add(Host(id="a", seen_at=NOW.replace(tzinfo=None)))


@pytest.mark.usefixtures("any_database")
def test_a_cell_of_64_bits_fits(read):
    with read() as session:
        assert session.get(Camera, "cam-near").h3_cell > 1 << 58


def test_writers_at_the_same_time_wait_for_each_other(engine):
    """A deferred BEGIN fails here with "database is locked" as soon as two writers have read."""
    transaction, failures = db.transaction(engine), []

    def count():
        try:
            for _ in range(25):
                with transaction() as session:
                    head = session.scalars(select(AuditHead)).one()
                    head.seq += 1
        except DBAPIError as error:
            failures.append(error)

    writers = [threading.Thread(target=count) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    with db.read(engine)() as session:
        assert session.get(AuditHead, 1).seq == 100


def test_a_reader_does_not_wait_for_a_writer_and_sees_the_last_commit(transaction, read):
    with transaction() as writer:
        writer.add(Host(id="a", seen_at=NOW))
        writer.flush()
        with read() as reader:
            assert reader.get(Host, "a") is None
    with read() as reader:
        assert reader.get(Host, "a")


def test_an_error_of_the_database_shows_no_values(transaction):
    with pytest.raises(StatementError) as error, transaction() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": "canary"})
    assert "canary" not in str(error.value)
