"""What the tests of ankle monitors add to the town: the location centre, a probation unit, and a street to the north."""

from server.models import Agency, AgencyCentre, AgencyKind, Client, Role, Unit, UnitKind
from tests import town

HOME = {"lat": town.SQUARE[0], "lon": town.SQUARE[1], "accuracy_m": 8, "address": None}


def settle(session):
    for name, kind in (
        ("moj", AgencyKind.MOJ_LOCATION),
        ("moj2", AgencyKind.MOJ_LOCATION),
        ("probation", AgencyKind.PROBATION_OFFICE),
    ):
        session.add(Agency(id=name, name=name, kind=kind))
    session.flush()
    session.add(AgencyCentre(agency_id="moj", centre_id="centre"))
    session.add(Unit(id="watch1", call_sign="보호1", kind=UnitKind.PROBATION, agency_id="probation"))
    session.flush()
    session.add_all(
        [
            Client(id="cad-moj", agency_id="moj", services=["ankle_monitor"], secret_hash=town._HASH),
            Client(id="cad-moj2", agency_id="moj2", services=["ankle_monitor"], secret_hash=town._HASH),
            Client(id="cad-wrong", agency_id="room112", services=["ankle_monitor"], secret_hash=town._HASH),
            town.officer("moj_dispatcher", Role.DISPATCHER, "moj"),
            town.officer("moj_supervisor", Role.SUPERVISOR, "moj"),
            town.officer("moj_officer", Role.OFFICER, "moj"),
            town.officer("park", Role.OFFICER, "probation", "watch1"),
            town.officer("probation_supervisor", Role.SUPERVISOR, "probation"),
            town.camera("street-2", 0, 160),
            town.camera("street-3", 0, 280),
        ]
    )


def violation(clock, **more):
    return {
        "external_id": "moj-2026-7",
        "wearer_ref": "W-0042",
        "kind": "zone_entry",
        "location": HOME,
        "at": clock().isoformat(),
        "units": ["watch1"],
    } | more


def fix(clock, metres, azimuth_deg=0, **more):
    """Where the wearer is that has gone so far from the square."""
    lat, lon = town.place(azimuth_deg, metres)
    return {"lat": lat, "lon": lon, "accuracy_m": 5, "at": clock().isoformat()} | more


def send(machine, violation_id, *positions):
    return machine.post(f"/v1/ankle-monitor/violations/{violation_id}/positions", {"positions": list(positions)})


def end(caller, violation_id, **more):
    return caller.patch(f"/v1/ankle-monitor/violations/{violation_id}", {"status": "ended", "reason": "귀가"} | more)
