"""What happens at the same moment."""

import threading

import pytest
from sqlalchemy import select

from server.models import Dispatch, Incident, PlaybackSession, Stream
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


def together(*acts):
    """Run them at once; what each gave."""
    gate, given = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        gate.wait()
        given[number] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_the_same_report_sent_at_once_is_one_incident(phone, read):
    rooms = [phone("cad112") for _ in range(4)]
    replies = together(*[lambda room=room: room.post("/v1/incidents", town.report()) for room in rooms])
    assert sorted(reply.status_code for reply in replies) == [200, 200, 200, 201]
    assert len({reply.json["id"] for reply in replies}) == 1
    with read() as session:
        assert len(session.scalars(select(Incident)).all()) == 1


def test_the_same_key_sent_at_once_acts_once(phone, read):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    wish, key = {"camera_id": "cam-near", "incident_id": incident["id"]}, {"Idempotency-Key": "k"}
    tablets = [phone("kim") for _ in range(4)]
    replies = together(*[lambda one=one: one.post("/v1/playback", wish, headers=key) for one in tablets])
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.json["session_id"] for reply in replies}) == 1
    with read() as session:
        assert len(session.scalars(select(PlaybackSession)).all()) == 1


def test_a_unit_sent_twice_at_once_is_sent_once(phone, read):
    incident = phone("cad112").post("/v1/incidents", town.report(units=[])).json
    rooms = [phone("cad112") for _ in range(4)]
    path = f"/v1/incidents/{incident['id']}/dispatches"
    replies = together(*[lambda room=room: room.post(path, {"unit": "car1"}) for room in rooms])
    assert len({reply.json["id"] for reply in replies}) == 1
    with read() as session:
        assert len(session.scalars(select(Dispatch)).all()) == 1


def test_closing_while_everybody_opens_leaves_nothing_open(phone, gate, read, clock):
    cad, tablets = phone("cad112"), [phone("kim") for _ in range(3)]
    for number in range(5):
        incident = cad.post("/v1/incidents", town.report(external_id=str(number))).json
        wishes = [{"camera_id": name, "incident_id": incident["id"]} for name in ("cam-near", "cam-looks", "cam-away")]
        closing = {"status": "closed", "closing_reason": "끝"}
        replies = together(
            lambda path=f"/v1/incidents/{incident['id']}", body=closing: cad.patch(path, body),
            *[
                lambda one=one, wish=wish: one.post("/v1/playback", wish)
                for one, wish in zip(tablets, wishes, strict=True)
            ],
            gate.notes.flush,
        )
        assert replies[0].status_code == 200
        assert {reply.status_code for reply in replies[1:-1]} <= {201, 403}
    with read() as session:
        assert session.scalars(select(PlaybackSession).where(PlaybackSession.ended_at.is_(None))).all() == []
        assert all(stream.wanted_until <= clock() for stream in session.scalars(select(Stream)))
