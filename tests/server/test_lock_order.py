"""Rows are held in one order everywhere, so that two transactions never wait for each other."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from server.access import playback
from server.access.dpop import thumbprint
from server.models import Device, PlaybackSession, Shift
from tests import town

pytestmark = pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
WAITED_S = 20.0


def test_who_watches_is_noted_without_waiting_for_a_session_that_is_being_ended(
    any_database, phone, *, transaction, read, clock
):
    incident, kim = phone("cad112").post("/v1/incidents", town.report()).json["id"], phone("kim")
    wishes = [{"camera_id": name, "incident_id": incident} for name in ("cam-near", "cam-looks")]
    held, free = (kim.post("/v1/playback", wish).json["session_id"] for wish in wishes)
    later = clock() + timedelta(seconds=5)
    with transaction() as ending:
        ending.scalars(select(PlaybackSession).where(PlaybackSession.id == held).with_for_update()).one()
        with transaction() as session:
            playback.seen(session, [held, free], now=later)
    with read() as session:
        assert session.get(PlaybackSession, free).seen_at == later
        assert session.get(PlaybackSession, held).seen_at == clock()


def test_a_refresh_that_waits_for_its_device_does_not_hold_the_login(any_database, phone, transaction, clock):
    kim = phone("kim")
    key = {"jwk": kim.device.jwk, "jkt": thumbprint(kim.device.jwk), "enrolled_at": clock()}
    made = {"label": "순11", "agency_id": "station", "made_by": "admin", "made_at": clock(), "code_until": clock()}
    with transaction() as session:
        session.add(Device(id="tablet", **made, **key))
    with ThreadPoolExecutor(1) as pool, transaction() as losing:
        losing.scalars(select(Device).where(Device.id == "tablet").with_for_update()).one()
        pool.submit(kim.refresh)
        deadline = time.monotonic() + WAITED_S
        while not losing.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert time.monotonic() < deadline
        free = select(Shift.id).where(Shift.officer_id == "kim").with_for_update(nowait=True)
        assert losing.scalars(free).all(), "losing the device goes on to its logins"
