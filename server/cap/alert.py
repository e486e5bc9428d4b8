"""An alert as CAP 1.2 and 1.1 write it, read from its elements. Pure.

What the schema asks for must be there, once, with a value of its list.
Source: OASIS Common Alerting Protocol 1.2, §3.2; 1.1 differs in its namespace and has fewer response types.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.cameras.region import Circle, Ring
from server.cap import shape
from server.cap.document import Node
from server.cap.elements import MANY, MAYBE, NAME, ONE, Elements, time
from server.errors import CapInvalid

NAMESPACES = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
MOST_INFOS, MOST_AREAS, MOST_SHAPES, MOST_GEOCODES, MOST_REFERENCES = 20, 100, 100, 500, 100
MOST_POINTS = 2000  # of all polygons

ALERT = {
    **dict.fromkeys(("identifier", "sender", "sent", "status", "msgType", "scope"), ONE),
    **dict.fromkeys(("source", "restriction", "addresses", "note", "references", "incidents"), MAYBE),
    **dict.fromkeys(("code", "info"), MANY),
}
INFO = {
    **dict.fromkeys(("event", "urgency", "severity", "certainty"), ONE),
    **dict.fromkeys(("language", "audience", "effective", "onset", "expires", "senderName", "headline"), MAYBE),
    **dict.fromkeys(("description", "instruction", "web", "contact"), MAYBE),
    **dict.fromkeys(("category", "responseType", "eventCode", "parameter", "resource", "area"), MANY),
}
AREA = {"areaDesc": ONE, "altitude": MAYBE, "ceiling": MAYBE, "polygon": MANY, "circle": MANY, "geocode": MANY}
GEOCODE = {"valueName": ONE, "value": ONE}


class Status(StrEnum):
    """Only ACTUAL is about the world."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What the message does."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """Whom it is for."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Urgency(StrEnum):
    """How soon something must be done."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it is."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


CATEGORIES = (
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
)
ALL_CLEAR = "AllClear"
RESPONSES = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", ALL_CLEAR, "None")


@dataclass(frozen=True, slots=True)
class Area:
    """Where; of geocodes nothing is known but that they were given."""

    desc: str
    rings: tuple[Ring, ...]
    circles: tuple[Circle, ...]
    geocodes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Info:
    """One description of the event: a language, or a part of it."""

    language: str
    categories: tuple[str, ...]
    event: str
    responses: tuple[str, ...]
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    effective: datetime | None
    expires: datetime | None
    headline: str
    instruction: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """A message. ``signed``: it carries a signature, which nobody has verified."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    msg_type: MsgType
    scope: Scope
    references: tuple[Reference, ...]
    infos: tuple[Info, ...]
    signed: bool


def of(root: Node) -> Alert:
    """The message of a document. Raises CapInvalid and CapAreaInvalid, which name the element to mend."""
    namespace = next((one for one in NAMESPACES if root.name == f"{{{one}}}alert"), None)
    if namespace is None:
        raise CapInvalid(f"the root element is alert, of {' or '.join(NAMESPACES)}", field="alert")
    found = Elements(root, ALERT, namespace)
    alert = Alert(
        identifier=found.name("identifier"),
        sender=found.name("sender"),
        sent=time(found.raw("sent"), "sent"),
        status=found.choice(Status, "status"),
        msg_type=found.choice(MsgType, "msgType"),
        scope=found.choice(Scope, "scope"),
        references=_references(found.raw("references")),
        infos=tuple(
            _info(Elements(node, INFO, namespace, f"{path}.")) for node, path in found.each("info", MOST_INFOS)
        ),
        signed=any(child.name == SIGNATURE for child in root.children),
    )
    _check(alert, found)
    return alert


def _check(alert: Alert, found: Elements) -> None:
    """What one element asks of another."""
    for name, asked in (("restriction", Scope.RESTRICTED), ("addresses", Scope.PRIVATE)):
        if alert.scope is asked and not found.line(name):
            raise CapInvalid(f"scope {asked} takes {name}", field=name)
    if not alert.references and alert.msg_type is not MsgType.ALERT:
        raise CapInvalid(f"{alert.msg_type} names what it is about: sender,identifier,sent", field="references")
    if not alert.infos and alert.msg_type in {MsgType.ALERT, MsgType.UPDATE}:
        raise CapInvalid(f"{alert.msg_type} takes at least one info", field="info")
    if sum(len(ring) for info in alert.infos for area in info.areas for ring in area.rings) > MOST_POINTS:
        raise CapInvalid(f"at most {MOST_POINTS} points in all polygons; send simpler outlines", field="info")


def _info(found: Elements) -> Info:
    found.time("onset")
    categories = found.listed("category", CATEGORIES)
    if not categories:
        raise CapInvalid("info takes at least one category", field=f"{found.path}category")
    return Info(
        language=found.line("language") or "en-US",
        categories=categories,
        event=found.needed("event")[:200],
        responses=found.listed("responseType", RESPONSES),
        urgency=found.choice(Urgency, "urgency"),
        severity=found.choice(Severity, "severity"),
        certainty=found.choice(Certainty, "certainty"),
        effective=found.time("effective"),
        expires=found.time("expires"),
        headline=found.line("headline")[:300],
        instruction=found.line("instruction")[:1000],
        areas=tuple(
            _area(Elements(node, AREA, found.namespace, f"{path}.")) for node, path in found.each("area", MOST_AREAS)
        ),
    )


def _area(found: Elements) -> Area:
    geocodes = []
    for node, path in found.each("geocode", MOST_GEOCODES):
        pair = Elements(node, GEOCODE, found.namespace, f"{path}.")
        geocodes.append((pair.needed("valueName")[:80], pair.needed("value")[:80]))
    return Area(
        desc=found.needed("areaDesc")[:200],
        rings=tuple(shape.ring(node.text, field=path) for node, path in found.each("polygon", MOST_SHAPES)),
        circles=tuple(shape.circle(node.text, field=path) for node, path in found.each("circle", MOST_SHAPES)),
        geocodes=tuple(geocodes),
    )


def _references(text: str) -> tuple[Reference, ...]:
    parts = [one.split(",") for one in text.split()]
    if len(parts) > MOST_REFERENCES:
        raise CapInvalid(f"at most {MOST_REFERENCES} references", field="references")
    if any(len(one) != 3 or not NAME.fullmatch(one[0]) or not NAME.fullmatch(one[1]) for one in parts):
        raise CapInvalid("references are sender,identifier,sent with spaces between them", field="references")
    return tuple(Reference(sender, identifier, time(sent, "references")) for sender, identifier, sent in parts)
