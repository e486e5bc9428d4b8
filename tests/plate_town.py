"""What the tests of wanted vehicles add to the town: a plate reader of the centre, and a road to the north."""

from datetime import timedelta

from server.models import Agency, AgencyKind, Centre, Client
from tests import town


def settle(session):
    session.add(Client(id="cad-lpr", agency_id="control", services=[], secret_hash=town._HASH))
    session.add(town.camera("cam-other-1", 0, 900, bearing_deg=180, fov_deg=60))
    session.add(town.camera("cam-other-2", 10, 1500, bearing_deg=0, fov_deg=60))
    session.add(town.camera("cam-behind", 180, 900))
    session.add(town.camera("cam-road", 0, 1200, enabled=False))


def settle_another_centre(session):
    session.add(
        Centre(id="other", code="46130", name="여수시", name_en="Yeosu", lat=34.7, lon=127.6, networks=town.NETWORKS)
    )
    session.flush()
    session.add(Agency(id="control2", name="control2", kind=AgencyKind.CCTV_CENTRE, centre_id="other"))
    session.flush()
    session.add(Agency(id="room112b", name="room112b", kind=AgencyKind.POLICE_112))
    session.flush()
    session.add(Client(id="cad-b", agency_id="room112b", services=["wanted_vehicle"], secret_hash=town._HASH))
    session.add(Client(id="cad-lpr2", agency_id="control2", services=[], secret_hash=town._HASH))


def readers(phone):
    """Accounts that are let in at the route and are no readers of the town's centre."""
    return ("cad112", "cad-lpr2", "kim", "supervisor")


def wanted(room, clock, **more):
    body = {
        "plate": "12가3456",
        "reason": "강도 용의 차량",
        "legal_basis": "PIPA_18_2_7",
        "expires_at": (clock() + timedelta(days=1)).isoformat(),
    }
    reply = room.post("/v1/wanted-vehicles", body | more)
    assert reply.status_code == 201, reply.text
    return reply.json


def seen(clock, **more):
    return {
        "camera_id": "cam-near",
        "plate": "12가3456",
        "read_at": clock().isoformat(),
        "confidence": 0.93,
        "crop_ref": "crop/1",
    } | more


def posted(lpr, clock, **more):
    return lpr.post("/v1/plate-reads", seen(clock, **more))
