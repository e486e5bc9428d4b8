from datetime import UTC, datetime, timedelta

import pytest

from server import errors
from server.access.may import Allowed, Facts, GrantFacts, Kept, Refused, Way, may
from server.access.viewer import Viewer
from server.models import AgencyKind, BasisKind, GrantTo, Role

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
    "camera_listed": True,
    "camera_enabled": True,
}
OWN_ROOM = OPEN | {"room_works": True, "room_worked": True}
LEFT_ROOM = OPEN | {"room_worked": True}
SENT = OPEN | {"dispatch_id": "d", "was_dispatched": True}
HOUR = timedelta(hours=1)
GRANT = {"way": Way.GRANT, "camera_listed": True, "camera_enabled": True}


def granted(to_kind=GrantTo.UNIT, to_id="car1", **more):
    given = {"given_by": "chief", "starts_at": NOW - HOUR, "until": NOW + HOUR, "accepted": True} | more
    return GRANT | {"grant": GrantFacts("g", to_kind, to_id, **given)}


def centre(**more):
    return officer(**({"agency_kind": AgencyKind.CCTV_CENTRE, "unit_id": None, "centre_id": "c"} | more))


OWN = {"way": Way.CENTRE, "camera_centre_id": "c", "camera_enabled": True}
CLOSED = OPEN | {"incident_open": False, "was_dispatched": True}
BY_GRANT, BY_CENTRE = Allowed(BasisKind.GRANT, "g"), Allowed(BasisKind.CENTRE, "c")
BY_DISPATCH, BY_ROOM = Allowed(BasisKind.DISPATCH, "d"), Allowed(BasisKind.ROOM, "i")
KEPT = {"kept": Kept(BY_DISPATCH, NOW + timedelta(seconds=1))}

RULES = [
    ("a sent unit watches the incident's cameras", officer(), SENT, BY_DISPATCH),
    ("until its session ends", officer(), SENT | {"until": NOW + timedelta(seconds=1)}, BY_DISPATCH),
    ("and not a moment longer", officer(), SENT | {"until": NOW}, errors.Expired),
    ("a unit that was not sent does not", officer(), OPEN, errors.NotDispatched),
    ("nor one that was called back", officer(), OPEN | {"was_dispatched": True}, errors.DispatchOver),
    ("in the grace who watched goes on", officer(), CLOSED | KEPT, BY_DISPATCH),
    ("until it is over", officer(), CLOSED | {"kept": Kept(BY_DISPATCH, NOW)}, errors.IncidentOver),
    ("unless the account is shut", officer(enabled=False), CLOSED | KEPT, errors.ViewerDisabled),
    ("or the camera switched off", officer(), CLOSED | KEPT | {"camera_blacked_out": True}, errors.CameraBlackedOut),
    ("or the camera gone from the set", officer(), CLOSED | KEPT | {"camera_listed": False}, errors.CameraNotListed),
    ("a stranger is not kept", officer(), CLOSED | KEPT | {"was_dispatched": False}, errors.NotDispatched),
    ("nor anybody after closing", officer(), SENT | {"incident_open": False}, errors.IncidentOver),
    ("a closed incident is not told to strangers", officer(), OPEN | {"incident_open": False}, errors.NotDispatched),
    ("an unknown incident gives nothing", officer(), {}, errors.NotDispatched),
    ("another camera gives nothing", officer(), SENT | {"camera_listed": False}, errors.CameraNotListed),
    ("a camera out of service gives nothing", officer(), SENT | {"camera_enabled": False}, errors.CameraDisabled),
    ("a disabled officer watches nothing", officer(enabled=False), SENT, errors.ViewerDisabled),
    ("the room's machine watches its own incident", room(), OWN_ROOM, BY_ROOM),
    ("its dispatcher too", room("officer", role=Role.DISPATCHER), OWN_ROOM, BY_ROOM),
    ("its supervisor does not", room("officer", role=Role.SUPERVISOR), OWN_ROOM, errors.NotDispatched),
    ("its auditor does not", room("officer", role=Role.AUDITOR), OWN_ROOM, errors.NotDispatched),
    ("its administrator does not", room("officer", role=Role.ADMIN), OWN_ROOM, errors.NotDispatched),
    ("a room without a part does not", room(agency_id="room119"), OPEN, errors.NotDispatched),
    ("nor one whose part has ended", room(), LEFT_ROOM, errors.PartOver),
    ("whose own crew may still be sent", officer(agency_id="room112"), LEFT_ROOM | SENT, BY_DISPATCH),
    ("the room neither after closing", room(), OWN_ROOM | {"incident_open": False}, errors.IncidentOver),
    ("a disabled machine watches nothing", room(enabled=False), OWN_ROOM, errors.ViewerDisabled),
    ("an officer of the room by a dispatch", officer(agency_id="room112"), SENT, BY_DISPATCH),
    ("an officer of the room not without", officer(agency_id="room112"), OWN_ROOM, errors.NotDispatched),
    ("a granted unit watches", officer(), granted(), BY_GRANT),
    ("another unit does not", officer(unit_id="car2"), granted(), errors.NotGranted),
    ("an officer without a unit does not", officer(unit_id=None), granted(), errors.NotGranted),
    ("a granted officer watches", officer(), granted(GrantTo.OFFICER, "kim"), BY_GRANT),
    ("a granted agency watches", officer(), granted(GrantTo.AGENCY, "station"), BY_GRANT),
    ("its auditor does not", officer(role=Role.AUDITOR), granted(GrantTo.AGENCY, "station"), errors.NotGranted),
    ("who gave it does not", officer(), granted(given_by="kim"), errors.NotGranted),
    ("a grant begins on the moment", officer(), granted(starts_at=NOW), BY_GRANT),
    ("and not before", officer(), granted(starts_at=NOW + HOUR), errors.GrantNotBegun),
    ("nor one that the viewer has not accepted", officer(), granted(accepted=False), errors.GrantNotAccepted),
    ("a grant is over on the moment", officer(), granted(until=NOW), errors.GrantOver),
    ("a grant taken back gives nothing", officer(), granted(ended=True), errors.GrantOver),
    ("nor one of a closed incident", officer(), granted() | {"incident_id": "i"}, errors.IncidentOver),
    ("a grant does not help by the incident's way", officer(), granted() | {"way": Way.INCIDENT}, errors.NotDispatched),
    ("a dispatch does not help by the grant's way", officer(), SENT | {"way": Way.GRANT}, errors.NotGranted),
    ("nor by the centre's", officer(), SENT | {"way": Way.CENTRE}, errors.CameraNotYours),
    ("a grant holds for its cameras", officer(), granted() | {"camera_listed": False}, errors.CameraNotListed),
    ("a centre watches its own cameras", centre(), OWN, BY_CENTRE),
    ("but not another's", centre(centre_id="d"), OWN, errors.CameraNotYours),
    ("nor of no centre", officer(), OWN | {"camera_centre_id": None}, errors.CameraNotYours),
    ("its administrator does not", centre(role=Role.ADMIN), OWN, errors.CameraNotYours),
    (
        "a blacked-out camera is shown to no centre",
        centre(),
        OWN | {"camera_blacked_out": True},
        errors.CameraBlackedOut,
    ),
    ("to no unit", officer(), SENT | {"camera_blacked_out": True}, errors.CameraBlackedOut),
    ("and by no grant", officer(), granted() | {"camera_blacked_out": True}, errors.CameraBlackedOut),
]


@pytest.mark.parametrize(("rule", "viewer", "facts", "expected"), RULES, ids=[row[0] for row in RULES])
def test_who_may_watch(rule, viewer, facts, expected):
    decision = may(viewer, Facts(**facts), now=NOW)
    assert decision == (expected if isinstance(expected, Allowed) else Refused(expected))


@pytest.mark.parametrize("viewer", [officer(), room(), room("officer", role=Role.DISPATCHER)])
def test_nothing_known_is_nothing_allowed(viewer):
    assert isinstance(may(viewer, Facts(), now=NOW), Refused)
