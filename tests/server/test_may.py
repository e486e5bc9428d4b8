from datetime import UTC, datetime, timedelta

import pytest

from server import errors
from server.access.may import Allowed, Facts, Refused, may
from server.access.viewer import Viewer
from server.models import AgencyKind, BasisKind, Role

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def officer(**more):
    given = {"agency_id": "station", "agency_kind": AgencyKind.POLICE_STATION, "enabled": True, "role": Role.OFFICER}
    return Viewer("officer", "kim", **(given | {"unit_id": "car1"} | more))


def room(kind="client", **more):
    given = {"agency_id": "room112", "agency_kind": AgencyKind.POLICE_112, "enabled": True}
    return Viewer(kind, "cad112", **(given | more))


OPEN = {
    "incident_id": "i",
    "incident_open": True,
    "incident_agency_id": "room112",
    "camera_listed": True,
    "camera_enabled": True,
}
SENT = OPEN | {"dispatch_id": "d", "was_dispatched": True}
BY_DISPATCH, BY_ROOM = Allowed(BasisKind.DISPATCH, "d"), Allowed(BasisKind.ROOM, "i")

RULES = [
    ("a sent unit watches the incident's cameras", officer(), SENT, BY_DISPATCH),
    ("until its session ends", officer(), SENT | {"until": NOW + timedelta(seconds=1)}, BY_DISPATCH),
    ("and not a moment longer", officer(), SENT | {"until": NOW}, errors.Expired),
    ("a unit that was not sent does not", officer(), OPEN, errors.NotDispatched),
    ("nor one that was called back", officer(), OPEN | {"was_dispatched": True}, errors.DispatchOver),
    ("nor anybody after closing", officer(), SENT | {"incident_open": False}, errors.IncidentOver),
    ("a closed incident is not told to strangers", officer(), OPEN | {"incident_open": False}, errors.NotDispatched),
    ("an unknown incident gives nothing", officer(), {}, errors.NotDispatched),
    ("another camera gives nothing", officer(), SENT | {"camera_listed": False}, errors.CameraNotListed),
    ("a camera out of service gives nothing", officer(), SENT | {"camera_enabled": False}, errors.CameraDisabled),
    ("a disabled officer watches nothing", officer(enabled=False), SENT, errors.ViewerDisabled),
    ("the room's machine watches its own incident", room(), OPEN, BY_ROOM),
    ("its dispatcher too", room("officer", role=Role.DISPATCHER), OPEN, BY_ROOM),
    ("its supervisor does not", room("officer", role=Role.SUPERVISOR), OPEN, errors.NotDispatched),
    ("its auditor does not", room("officer", role=Role.AUDITOR), OPEN, errors.NotDispatched),
    ("its administrator does not", room("officer", role=Role.ADMIN), OPEN, errors.NotDispatched),
    ("another room does not", room(agency_id="room119"), OPEN, errors.NotDispatched),
    ("the room neither after closing", room(), OPEN | {"incident_open": False}, errors.IncidentOver),
    ("a disabled machine watches nothing", room(enabled=False), OPEN, errors.ViewerDisabled),
    ("an officer of the room by a dispatch", officer(agency_id="room112"), SENT, BY_DISPATCH),
    ("an officer of the room not without", officer(agency_id="room112"), OPEN, errors.NotDispatched),
]


@pytest.mark.parametrize(("rule", "viewer", "facts", "expected"), RULES, ids=[row[0] for row in RULES])
def test_who_may_watch(rule, viewer, facts, expected):
    decision = may(viewer, Facts(**facts), now=NOW)
    assert decision == (expected if isinstance(expected, Allowed) else Refused(expected))


@pytest.mark.parametrize("viewer", [officer(), room(), room("officer", role=Role.DISPATCHER)])
def test_nothing_known_is_nothing_allowed(viewer):
    assert isinstance(may(viewer, Facts(), now=NOW), Refused)
