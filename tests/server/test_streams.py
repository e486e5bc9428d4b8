from datetime import timedelta

import pytest

from server import streams
from server.models import Stream
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def want(transaction, clock):
    def wanting(camera_id, seconds, priority=4):
        with transaction() as session:
            until = clock() + timedelta(seconds=seconds)
            streams.want(session, [camera_id], until=until, priority=priority, now=clock())

    return wanting


@pytest.fixture
def left(read, clock):
    def seconds(camera_id):
        with read() as session:
            row = session.get(Stream, camera_id)
            return (row.wanted_until - clock()).total_seconds(), row.priority

    return seconds


def test_wanting_longer_counts_and_wanting_shorter_does_not(want, left):
    want("cam-near", 20)
    want("cam-near", 120)
    want("cam-near", 20)
    assert left("cam-near")[0] == 120


def test_the_more_urgent_incident_gives_the_priority_while_it_lasts(want, left, clock):
    want("cam-near", 20, priority=1)
    want("cam-near", 60, priority=3)
    assert left("cam-near") == (60, 1)
    clock.forward(seconds=61)
    want("cam-near", 20, priority=3)
    assert left("cam-near") == (20, 3)


def test_releasing_what_nobody_watches_stops_it_now(want, left, transaction, clock):
    want("cam-near", 120)
    with transaction() as session:
        streams.release(session, ["cam-near"], now=clock())
    assert left("cam-near")[0] == 0


def test_releasing_leaves_what_another_dispatch_has_just_warmed(phone, transaction, left, clock):
    phone("cad112").post("/v1/incidents", town.report())
    with transaction() as session:
        streams.release(session, ["cam-near"], now=clock())
    assert left("cam-near")[0] == 120
    clock.forward(seconds=119, milliseconds=999)
    with transaction() as session:
        streams.release(session, ["cam-near"], now=clock())
    assert left("cam-near")[0] > 0


def test_closing_one_incident_leaves_the_camera_to_the_viewer_of_another(phone, left, clock):
    cad = phone("cad112")
    one = cad.post("/v1/incidents", town.report()).json
    two = cad.post("/v1/incidents", town.report(external_id="2", units=["car2"])).json
    clock.forward(seconds=121)  # what the dispatch warmed is cold again
    phone("lee").post("/v1/playback", {"camera_id": "cam-away", "incident_id": two["id"]})
    phone("kim").post("/v1/playback", {"camera_id": "cam-away", "incident_id": one["id"]})
    cad.patch(f"/v1/incidents/{one['id']}", {"status": "closed", "closing_reason": "끝"})
    assert left("cam-away")[0] == streams.WATCHED.total_seconds()
    cad.patch(f"/v1/incidents/{two['id']}", {"status": "closed", "closing_reason": "끝"})
    assert left("cam-away")[0] == 0


def test_nothing_is_wanted_when_nothing_is_asked_for(transaction, clock):
    with transaction() as session:
        streams.want(session, [], until=clock(), priority=0, now=clock())
        assert streams.wanted(session, now=clock()) == 0
