"""The event `stream`: who hears how which camera fares, when, and how soon."""

import json
import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from server.events import watching
from server.events.hub import Hub
from server.models import Camera, Lease, LeaseState
from tests import town
from tests.server.test_events import parsed, stream
from tests.server.test_pools import Page, pools

__all__ = ["pools", "stream"]
CAMERA = "cam-near"


@pytest.fixture
def hub(read, clock):
    return Hub(read, clock)


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json


@pytest.fixture
def lease(transaction, clock):
    """Writes the lease of a camera as its host would."""

    def written(camera_id=CAMERA, now=None, **said):
        at = now or clock()
        said = {"state": LeaseState.LIVE, "picture_at": at - timedelta(seconds=0.3), "reason": None} | said
        times = {"state_at": at, "reported_at": at, "expires_at": at + timedelta(seconds=10)}
        with transaction() as session:
            town.live_host(session, at)
            session.flush()
            session.merge(Lease(camera_id=camera_id, host_id="host-a", **times, **said))

    return written


@pytest.fixture
def watch(phone, incident):
    """Opens a session."""

    def opened(viewer, camera_id=CAMERA):
        wish = {"camera_id": camera_id, "incident_id": incident["id"]}
        return viewer.post("/v1/playback", wish).json["session_id"]

    return opened


@pytest.fixture
def page(stream):
    """An open stream of one account, past its first line."""

    def opened(viewer):
        _, body = stream(viewer)
        next(body)
        return body

    return opened


@pytest.fixture
def look(hub, read, clock):
    def looked():
        with read() as session:
            watching.tell(session, hub.subscribers, now=clock())

    return looked


def heard(hub, body):
    """What a page has not read yet."""
    queued = sum(subscriber.queue.qsize() for subscriber in hub.subscribers)
    return [json.loads(parsed(next(body))["data"]) for _ in range(queued)]


def test_a_new_session_is_told_how_its_camera_fares_and_then_only_what_changes(*, page, hub, phone, watch, lease, look):
    kim = phone("kim")
    body = page(kim)
    lease()
    look()
    assert heard(hub, body) == [], "there is no session yet"
    watch(kim)
    look()
    (told,) = heard(hub, body)
    assert (told["camera_id"], told["state"], told["age_s"], told["reason"]) == (CAMERA, "live", 0.3, None)
    assert (told["step"], told["frozen"]) == ("full", False)
    assert told["picture_at"].endswith("Z")
    assert told["at"].endswith("Z")
    lease()
    look()
    assert heard(hub, body) == []
    lease(state=LeaseState.STALE, frozen=True, reason="picture_frozen")
    look()
    assert [(one["state"], one["frozen"], one["reason"]) for one in heard(hub, body)] == [
        ("stale", True, "picture_frozen")
    ]
    lease(step="slow")
    look()
    assert [(one["state"], one["step"]) for one in heard(hub, body)] == [("live", "slow")]


def test_it_has_no_id_so_that_what_was_missed_is_still_known(page, hub, *, phone, watch, lease, look):
    kim = phone("kim")
    body = page(kim)
    lease()
    watch(kim)
    look()
    assert set(parsed(next(body))) == {"event", "data"}


def test_a_page_that_comes_later_and_a_session_opened_again_are_told_too(page, hub, *, phone, watch, lease, look):
    kim = phone("kim")
    first = watch(kim)
    lease()
    body = page(kim)
    look()
    assert len(heard(hub, body)) == 1
    kim.delete(f"/v1/playback/{first}")
    watch(kim)
    look()
    assert [one["state"] for one in heard(hub, body)] == ["live"]


def test_time_alone_is_news(page, hub, *, phone, watch, lease, look, clock):
    kim = phone("kim")
    watch(kim)
    lease()
    body = page(kim)
    look()
    heard(hub, body)
    told = []
    for _ in range(12):
        clock.forward(seconds=1)
        look()
        told += heard(hub, body)
    assert [(one["state"], one["reason"]) for one in told] == [("stale", "no_report"), ("last_good", "no_host")]
    assert told[1]["age_s"] > told[0]["age_s"] > 4


def test_nobody_hears_of_a_camera_he_does_not_watch(page, hub, *, phone, watch, lease, look, transaction):
    kim, lee, dispatcher = phone("kim"), phone("lee"), phone("dispatcher")
    lees, dispatchers = page(lee), page(dispatcher)
    lease()
    lease("cam-looks")
    watch(kim)
    look()
    assert sum(subscriber.queue.qsize() for subscriber in hub.subscribers) == 0
    watch(dispatcher, "cam-looks")
    look()
    assert [one["camera_id"] for one in heard(hub, dispatchers)] == ["cam-looks"]
    lees.close()


@pytest.mark.parametrize("end", ["left", "incident closed", "shift over", "camera retired"])
def test_when_the_session_ends_nothing_more_is_told(
    end, page, hub, *, phone, watch, lease, look, incident, clock, transaction
):
    kim = phone("kim")
    session_id = watch(kim)
    lease()
    body = page(kim)
    look()
    heard(hub, body)
    if end == "left":
        kim.delete(f"/v1/playback/{session_id}")
    elif end == "incident closed":
        closing = {"status": "closed", "closing_reason": "끝"}
        assert phone("cad112").patch(f"/v1/incidents/{incident['id']}", closing).status_code == 200
    elif end == "shift over":
        clock.forward(hours=12)
    else:
        with transaction() as session:
            session.get(Camera, CAMERA).enabled = False
    lease(state=LeaseState.STALE)
    look()
    assert heard(hub, body) == []


def test_an_officer_hears_on_every_page_of_his(page, hub, *, phone, watch, lease, look):
    here, there = phone("kim"), phone("kim")
    bodies = page(here), page(there)
    watch(here)
    lease()
    look()
    assert [json.loads(parsed(next(body))["data"])["state"] for body in bodies] == ["live", "live"]


def test_all_pages_together_cost_three_reads(page, hub, *, phone, watch, lease, read, clock):
    statements, pages = [], []
    for account in ("kim", "dispatcher", "cad112"):
        viewer = phone(account)
        pages.append(page(viewer))
        watch(viewer)
        watch(viewer, "cam-looks")
    lease()
    with read() as session:
        event.listen(session, "do_orm_execute", statements.append)
        watching.tell(session, hub.subscribers, now=clock())
    assert len(statements) == 3
    assert sum(subscriber.queue.qsize() for subscriber in hub.subscribers) == 6


@pytest.mark.process
def test_a_change_of_a_lease_is_on_the_page_within_seven_tenths_of_a_second(pools, any_database, phone, watch, lease):
    events = pools.start("events")
    kim = phone("kim")
    watch(kim)
    lease(now=datetime.now(UTC))
    opened = Page(events, kim)
    if opened.next()[2]["state"] != "live":  # it took so long that the lease was old
        lease(now=datetime.now(UTC))
        assert opened.next()[2]["state"] == "live"
    took_s = []
    for n in range(7):
        state = LeaseState.LIVE if n % 2 else LeaseState.STALE
        lease(now=datetime.now(UTC), state=state)
        written_s = time.monotonic()
        id_, kind, data = opened.next()
        took_s.append(time.monotonic() - written_s)
        assert (id_, kind, data["state"]) == (None, "stream", state.value)
    opened.close()
    assert statistics.median(took_s) < 0.7, took_s
