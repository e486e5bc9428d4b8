"""What taking an incident in costs the others: how often, and by how much, it holds the database's only writer."""

import pytest
from sqlalchemy import event, select

from server.access import viewer
from server.access.viewer import Caller
from server.api.incident_body import NewIncident, ShownIncident
from server.incidents import intake
from server.models import Dispatch, Incident, IncidentCamera, OutboxEvent, Stream, Unit, UnitKind, UnitPosition
from tests import town

READ_FIRST = ("FROM cameras", "FROM units", "FROM unit_positions", "FROM service_policies")
WRITTEN_BY = 12  # statements of one transaction, whatever it brings
READ_AND_WRITTEN_BY = 19  # of the whole call, and one for each unit's way


class Spy:
    """The statements of each transaction, but for those that begin it, and whether it writes."""

    def __init__(self):
        self.transactions = []

    def begins(self, connection):
        reads = connection.get_execution_options().get("postgresql_readonly", False)
        self.transactions.append((not reads, []))

    def executes(self, _connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            self.transactions[-1][1].append(statement)

    @property
    def written(self):
        return [made for writes, made in self.transactions if writes]


@pytest.fixture
def watched(engine):
    """``watched(act)``: what ``act`` gives, and the transactions it took."""

    def watch(act):
        spy = Spy()
        heard = {"begin": spy.begins, "before_cursor_execute": spy.executes}
        for name, listener in heard.items():
            event.listen(engine, name, listener)
        given = act()
        for name, listener in heard.items():
            event.remove(engine, name, listener)
        return spy, given

    return watch


@pytest.fixture
def fleet(transaction, clock):
    """Ten cars on their way from the north, where there are cameras."""
    with transaction() as session:
        for number in range(10):
            session.add(
                Unit(id=f"fleet{number}", call_sign=f"순9{number}", kind=UnitKind.PATROL_CAR, agency_id="station")
            )
        session.add_all(town.camera(f"road-{metres}", 0, metres) for metres in range(700, 2000, 150))
        session.flush()
        for number in range(10):
            lat, lon = town.place(0, 2000 + number)
            session.add(UnitPosition(unit_id=f"fleet{number}", lat=lat, lon=lon, at=clock()))
    return [f"fleet{number}" for number in range(10)]


def taken_in(phone, watched, number, **more):
    cad = phone("cad112")
    spy, reply = watched(lambda: cad.post("/v1/incidents", town.report(external_id=number, **more)))
    assert reply.status_code == 201
    return spy, reply.json


def test_a_report_takes_the_write_lock_once_and_what_it_chooses_from_is_read_before(phone, watched, fleet):
    spy, made = taken_in(phone, watched, "1", units=fleet)
    (under_lock,) = spy.written
    assert spy.transactions[-1] == (True, under_lock)
    assert not [text for text in under_lock for read in READ_FIRST if read in text]
    assert {one["role"] for one in made["cameras"]} == {"around", "escape", "corridor"}


@pytest.mark.usefixtures("any_database")
def test_a_report_is_written_by_as_many_statements_whatever_it_brings(phone, watched, fleet):
    few, _ = taken_in(phone, watched, "1", units=fleet[:1])
    many, _ = taken_in(phone, watched, "2", units=fleet)
    assert len(many.written[0]) == len(few.written[0]) <= WRITTEN_BY
    assert sum(len(made) for _, made in many.transactions) <= READ_AND_WRITTEN_BY + len(fleet)


@pytest.mark.usefixtures("any_database")
def test_a_report_that_came_twice_while_it_was_looked_at_is_one_incident(phone, transaction, read, clock):
    phone("cad112")
    body = NewIncident(**town.report()).report()
    with read() as session:
        caller = Caller(viewer.find(session, "client", "cad112", None, now=clock()), "request")
        drafts = [intake.draft(session, caller, body, now=clock()) for _ in range(2)]
    taken = []
    for draft in drafts:
        with transaction() as session:
            taken.append(intake.accept(session, caller, body, draft, now=clock()))
    (first, was_new), (second, again_new) = taken
    assert (first.id, was_new, again_new) == (second.id, True, False)
    with read() as session:
        assert intake.draft(session, caller, body, now=clock()) is None
        for model in (Incident, Dispatch):
            assert len(session.scalars(select(model)).all()) == 1


@pytest.mark.usefixtures("any_database")
def test_what_was_stored_and_taken_back_is_stored_whole_the_next_time(phone, transaction, read, clock):
    phone("cad112")
    body = NewIncident(**town.report()).report()
    with read() as session:
        caller = Caller(viewer.find(session, "client", "cad112", None, now=clock()), "request")
        draft = intake.draft(session, caller, body, now=clock())
    with transaction() as session:
        intake.accept(session, caller, body, draft, now=clock())
        session.rollback()
    with transaction() as session:
        incident, new = intake.accept(session, caller, body, draft, now=clock())
        shown = ShownIncident.of(incident)
    assert new
    with read() as session:
        assert ShownIncident.of(session.get(Incident, incident.id)) == shown
        assert len(session.scalars(select(Incident)).all()) == len(shown.dispatches) == 1
        assert len(session.scalars(select(IncidentCamera)).all()) == len(shown.cameras) == 4


def test_nothing_is_kept_of_a_report_that_fails_at_its_end(phone, read, engine):
    def fail(*given):
        if given[2].startswith("INSERT INTO audit_events"):
            raise OSError("the disk is full")

    cad = phone("cad112")
    event.listen(engine, "before_cursor_execute", fail)
    assert cad.post("/v1/incidents", town.report()).status_code == 500
    event.remove(engine, "before_cursor_execute", fail)
    with read() as session:
        for model in (Incident, Dispatch, IncidentCamera, OutboxEvent, Stream):
            assert session.scalars(select(model)).all() == []
    assert cad.post("/v1/incidents", town.report()).status_code == 201
