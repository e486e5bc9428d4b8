"""What a list reads: as many statements for many rows as for one, and nothing that it does not show."""

import pytest
from sqlalchemy import event, select

from server import duties
from server.audit import log
from server.models import Client, DutyKind, Incident
from tests import town
from tests.town import SQUARE


@pytest.fixture
def statements(engine):
    """``statements(call)``: the SELECTs of a call, as they are sent."""

    def during(call):
        sent = []

        def note(_connection, _cursor, statement, *_):
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return [one for one in sent if one.startswith("SELECT")]

    return during


@pytest.fixture
def several(phone, transaction, clock):
    """``several(n)``: so many more incidents with cameras and a car, each with a duty of the room and an alert of a device."""
    with transaction() as session:
        session.add(
            Client(id="cad-safety", agency_id="room112", services=["vulnerable_person"], secret_hash=town._HASH)
        )
    made = iter(range(100))

    def make(count):
        for number in (next(made) for _ in range(count)):
            phone("cad112").post("/v1/incidents", town.report(external_id=f"i-{number}"))
            alert = {
                "external_id": f"a-{number}",
                "kind": "panic",
                "device_id": f"d-{number}",
                "position": {"lat": SQUARE[0], "lon": SQUARE[1]},
                "at": clock().isoformat(),
                "person": {"name": "홍콩쥐"},
                "guardian": {"name": "심보호", "phone": "010-1234-5678"},
            }
            assert phone("cad-safety").post("/v1/vulnerable-persons/alerts", alert).status_code == 201
        with transaction() as session:
            for incident in session.scalars(select(Incident)):
                wanted = duties.Wanted(DutyKind.DESTROY, incident.id, "room112", clock())
                duties.open(session, log.SYSTEM, wanted, now=clock())

    return make


@pytest.mark.parametrize("path", ["/v1/duties", "/v1/vulnerable-persons/alerts"])
def test_a_list_reads_no_more_for_many_rows_and_nothing_of_what_it_does_not_show(path, phone, several, statements):
    dispatcher = phone("dispatcher")

    def read(expected):
        assert len(dispatcher.get(path).json["items"]) >= expected

    several(1)
    one = statements(lambda: read(1))
    several(4)
    many = statements(lambda: read(5))
    assert len(one) == len(many) <= 6
    for unseen in ("incident_cameras", "FROM dispatches", "summary"):
        assert not any(unseen in statement for statement in many), unseen
