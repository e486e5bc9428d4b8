"""What the tests of alerts add to the town: a disaster room with its machine, and messages as a sender writes them."""

from datetime import timedelta

from server.models import Agency, AgencyKind, CapSender, Client, Role
from tests import town

SENDER = "flood@jeonnam.test"
NS = "urn:oasis:names:tc:emergency:cap:1.2"
CAP = {"Content-Type": "application/cap+xml"}


def settle(session, clock):
    session.add(Agency(id="disaster", name="disaster", kind=AgencyKind.DISASTER))
    session.flush()
    session.add(Client(id="cad-disaster", agency_id="disaster", services=["disaster"], secret_hash=town._HASH))
    session.add(town.officer("dispatcher-d", Role.DISPATCHER, "disaster"))
    session.add(
        CapSender(id="s1", agency_id="disaster", sender=SENDER, invites=["room112", "room119"], created_at=clock())
    )


def time(moment):
    return moment.isoformat().replace("+00:00", "-00:00")


def square(half_m=500, start=town.SQUARE):
    """A polygon as CAP writes it, around the town's square."""
    corners = [town.place(azimuth, half_m * 2**0.5, start) for azimuth in (45, 135, 225, 315, 45)]
    corners[-1] = corners[0]
    return " ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in corners)


def polygon(half_m=500):
    return f"<polygon>{square(half_m)}</polygon>"


def area(inner=None, desc="목포시 영산로"):
    return f"<area><areaDesc>{desc}</areaDesc>{polygon() if inner is None else inner}</area>"


def info(clock, inner=None, **more):
    said = {
        "language": "ko-KR",
        "category": "Met",
        "event": "홍수",
        "urgency": "Immediate",
        "severity": "Extreme",
        "certainty": "Observed",
        "expires": time(clock() + timedelta(hours=2)),
        "headline": "영산강 범람",
    } | more
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in said.items() if value is not None)
    return f"<info>{elements}{area() if inner is None else inner}</info>"


def message(clock, *infos, after="", ns=NS, **more):
    """One alert; an element that is None is left out."""
    said = {
        "identifier": "KR-1",
        "sender": SENDER,
        "sent": time(clock()),
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
    } | more
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in said.items() if value is not None)
    body = "".join(infos or [info(clock)])
    return f'<?xml version="1.0" encoding="UTF-8"?><alert xmlns="{ns}">{elements}{body}{after}</alert>'


def send(room, text, **headers):
    data = text if isinstance(text, bytes) else text.encode()
    return room.post("/v1/cap", data=data, headers=CAP | headers)


def about(first_sent, identifier="KR-1"):
    return f"{SENDER},{identifier},{time(first_sent)}"
