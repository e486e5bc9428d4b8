"""EIDO-JSON in and out: what becomes an incident, what is refused by its path, and that out and in are one thing."""

import copy
import json
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import func, select

from server.api.eido_body import Eido
from server.eido import pidf
from server.eido.pidf import PidfInvalid, Spot
from server.eido.told import plain, priority_of, service_of, type_of
from server.errors import EidoLocationMissing, EidoServiceUnclear
from server.models import AgencyKind, Incident, Service
from tests import town

URN = "urn:emergency:uid:incidentid:a56e556d871:cad.example"
LAT, LON = town.SQUARE


def part(name, at="2026-11-02T09:30:00+09:00", **more):
    return {"$id": name, "lastUpdateTimeStamp": at, "updatedByAgencyReference": {"$ref": "cad.example"}} | more


def document(at="2026-11-02T09:30:00+09:00", *, spot=(LAT, LON), **incident):
    """What another room's system sends of a robbery."""
    place = pidf.written(Spot(*spot, 20.0, "목포역 앞"), entity="pres:x@cad.example")
    said = {
        "incidentTypeCommonRegistryText": "ROBBERY",
        "incidentStatusCommonRegistryText": ["Active"],
        "incidentCommonPriorityNumber": 1,
    }
    roles = {"agencyRoleDescriptionRegistryText": ["CallReceiving"], "agencyType": ["police"]}
    return part(
        URN,
        at,
        eidoVersion="1.0",
        issuingElementIdentification="cad.example",
        agencyComponent=[part("cad.example", at, **roles)],
        incidentComponent=part(URN, at, **(said | incident)),
        locationComponent=[
            part("loc-1", at, locationTypeDescriptionRegistryText="CurrentIncident", locationByValue=place)
        ],
        notesComponent=[
            part("note-1", at, notesActionComments="<p>흉기를 든 <b>남자</b></p><script>alert(1)</script>")
        ],
        personComponent=[
            part("p-1", at, personIncidentRoleRegistryText=["Caller"], ncPersonComponent={"name": "비밀"})
        ],
        somethingNew={"left": "out"},
    )


def changed(path, value=None):
    """The document with one member changed, or taken out."""
    made = copy.deepcopy(document())
    *parents, name = path.split(".")
    target = made
    for step in parents:
        target = target[int(step) if step.isdigit() else step]
    if value is None:
        del target[name]
    else:
        target[name] = value
    return made


@pytest.fixture
def cad(phone):
    return phone("cad112")


def incident_of(phone, reply):
    return phone.get(f"/v1/incidents/{reply.json['incident_id']}").json


def test_an_eido_becomes_an_incident_and_nothing_of_persons_is_kept(cad, read):
    reply = cad.post("/v1/eido", document())
    assert (reply.status_code, reply.json["outcome"]) == (201, "created")
    incident = incident_of(cad, reply)
    assert (incident["service"], incident["type"], incident["priority"]) == ("police_112", "ROBBERY", 0)
    assert incident["location"] == {"lat": LAT, "lon": LON, "accuracy_m": 20.0, "address": "목포역 앞"}
    assert (incident["summary"], incident["legal_basis"]) == ("흉기를 든 남자", "POLICE112_9_1")
    assert len(incident["cameras"]) == 4
    out = cad.get(f"/v1/incidents/{incident['id']}/eido").json
    assert out["incidentComponent"]["$id"] == URN
    assert "비밀" not in json.dumps(out, ensure_ascii=False)


def test_it_moves_and_ends_it_and_what_is_sent_again_or_late_changes_nothing(cad):
    first = cad.post("/v1/eido", document())
    assert cad.post("/v1/eido", document()).json == first.json | {"outcome": "unchanged"}
    there = town.place(0, 900)
    moved = cad.post("/v1/eido", document("2026-11-02T09:31:00+09:00", spot=there))
    assert (moved.status_code, moved.json["outcome"]) == (200, "moved")
    assert cad.post("/v1/eido", document("2026-11-02T09:30:30+09:00")).json["outcome"] == "unchanged"
    assert incident_of(cad, moved)["location"]["lat"] == pytest.approx(there[0])
    over = {"incidentStatusCommonRegistryText": ["Closed"]}
    over["dispositionComponent"] = [
        part("d-1", dispositionCommonRegistryCode="Other", dispositionDescriptionText="검거\n완료")
    ]
    closed = cad.post("/v1/eido", document("2026-11-02T09:40:00+09:00", spot=there, **over))
    assert closed.json["outcome"] == "closed"
    incident = incident_of(cad, closed)
    assert (incident["status"], incident["closing_reason"]) == ("closed", "검거 완료")
    assert cad.post("/v1/eido", document("2026-11-02T09:41:00+09:00", **over)).json["outcome"] == "unchanged"
    again = cad.post("/v1/eido", document("2026-11-02T09:42:00+09:00"))
    assert (again.status_code, again.json["code"]) == (409, "incident_closed")


def test_an_end_counts_though_its_time_is_that_of_the_message_before(cad):
    first = cad.post("/v1/eido", document())
    over = document(incidentStatusCommonRegistryText=["Closed"])
    assert cad.post("/v1/eido", over).json == first.json | {"outcome": "closed"}
    assert cad.post("/v1/eido", over).json["outcome"] == "unchanged"


def test_a_time_that_lies_ahead_is_refused_because_no_end_would_count_until_then(cad, clock):
    ahead = (clock() + timedelta(minutes=10)).isoformat()
    reply = cad.post("/v1/eido", document(ahead))
    assert (reply.status_code, reply.json["field"]) == (422, "incidentComponent.lastUpdateTimeStamp")
    soon = (clock() + timedelta(minutes=1)).isoformat()
    assert cad.post("/v1/eido", document(soon)).status_code == 201, "clocks differ a little"


def test_units_on_their_way_are_sent_and_strangers_are_named(cad):
    def unit(name, status):
        said = {"emergencyResourceTypeCommonRegistryText": "Other", "resourceAttributeRegistryText": ["Other"]}
        said |= {"primaryUnitStatusRegistryText": "NotAvailable", "secondaryUnitStatusRegistryText": [status]}
        return part(f"u-{name}", agentReference=[], emergencyResourceName=name, **said)

    named = [unit("순11", "Dispatched"), unit("순12", "Cleared"), unit("남의차", "EnRoute")]
    reply = cad.post("/v1/eido", document() | {"emergencyResourceComponent": named})
    assert reply.json["unknown_units"] == ["남의차"]
    assert [one["unit"] for one in incident_of(cad, reply)["dispatches"]] == ["car1"]


BAD = [
    ("$id", None, "invalid_request", "$id"),
    ("eidoVersion", "9", "invalid_request", "eidoVersion"),
    ("agencyComponent", [], "invalid_request", "agencyComponent"),
    ("agencyComponent.0.agencyType", None, "invalid_request", "agencyComponent.0.agencyType"),
    ("incidentComponent", None, "invalid_request", "incidentComponent"),
    ("incidentComponent.$id", None, "invalid_request", "incidentComponent.$id"),
    ("incidentComponent.$id", "a\0b", "invalid_request", "incidentComponent.$id"),
    ("incidentComponent.lastUpdateTimeStamp", "2026-11-02T09:30:00", "invalid_request", None),
    ("incidentComponent.incidentTypeCommonRegistryText", None, "invalid_request", None),
    ("incidentComponent.incidentCommonPriorityNumber", "1", "invalid_request", None),
    (
        "incidentComponent.updatedByAgencyReference",
        {},
        "invalid_request",
        "incidentComponent.updatedByAgencyReference.$ref",
    ),
    ("locationComponent.0.locationTypeDescriptionRegistryText", None, "invalid_request", None),
    ("notesComponent.0.notesActionComments", None, "invalid_request", None),
    ("personComponent.0.personIncidentRoleRegistryText", None, "invalid_request", None),
    ("locationComponent", [], "eido_location_missing", "locationComponent"),
    ("locationComponent.0.locationByValue", "no xml", "eido_location_missing", None),
    ("locationComponent.0.locationByValue", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "eido_location_missing", None),
    ("incidentComponent.incidentStatusCommonRegistryText", ["Closed"], "incident_unknown", ""),
]


@pytest.mark.parametrize(("path", "value", "code", "field"), BAD, ids=[f"{row[0]}={row[1]}"[:60] for row in BAD])
def test_what_is_required_is_refused_by_its_path_and_nothing_is_kept(path, value, code, field, *, cad, read):
    reply = cad.post("/v1/eido", changed(path, value))
    assert (reply.status_code // 100, reply.json["code"]) == (4, code), reply.text
    assert reply.json.get("field", "") == (path if field is None else field)
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0


def test_a_place_by_reference_is_not_followed(cad):
    reference = changed("locationComponent.0.locationByValue")
    reference["locationComponent"][0]["locationByReferenceUrl"] = "http://169.254.169.254/latest"
    assert cad.post("/v1/eido", reference).json["code"] == "eido_location_missing"


def test_another_rooms_incident_is_not_this_rooms_to_change(cad, phone):
    mine = cad.post("/v1/eido", document()).json["incident_id"]
    other = phone("cad119")
    assert other.post("/v1/eido", document("2026-11-02T10:00:00+09:00")).json["code"] == "incident_conflict"
    assert other.get(f"/v1/incidents/{mine}/eido").json["code"] == "incident_unknown"
    ours = cad.get(f"/v1/incidents/{mine}/eido").json
    made_up = copy.deepcopy(ours)
    made_up["incidentComponent"]["$id"] = f"urn:emergency:uid:incidentid:{mine}:goldentime.test"
    assert other.post("/v1/eido", made_up).json["code"] == "incident_unknown"


def test_out_and_in_again_is_the_same_incident_and_no_address_holds_a_secret(cad, phone, read):
    incident = cad.post("/v1/incidents", town.report()).json
    kim = phone("kim")
    playing = kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    before = cad.get(f"/v1/incidents/{incident['id']}").json
    out = cad.get(f"/v1/incidents/{incident['id']}/eido")
    assert out.status_code == 200
    for secret in (
        playing["url"].split("/")[2],
        cad.tokens["access_token"],
        town.RTSP_HOST,
        town.RTSP_PASSWORD,
        "rtsp:",
    ):
        assert secret not in out.text
    assert [one["uri"] for one in out.json["mediaComponent"]] == [
        f"https://goldentime.test/v1/streams/{one['camera_id']}" for one in before["cameras"]
    ]
    told = Eido.model_validate_json(out.text).told()
    assert (told.type, told.priority, told.summary, told.units) == ("robbery", 0, town.report()["summary"], ("순11",))
    assert told.statuses == {"Active", "ResourcesAssigned"}
    assert cad.post("/v1/eido", out.json).json == {
        "incident_id": incident["id"], "outcome": "unchanged", "unknown_units": [],
    }  # fmt: skip
    assert cad.get(f"/v1/incidents/{incident['id']}").json == before
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1


def test_an_incident_that_is_written_for_another_system_becomes_the_same_there(cad):
    incident = cad.post("/v1/incidents", town.report(units=[])).json
    text = cad.get(f"/v1/incidents/{incident['id']}/eido").text.replace("goldentime.test", "elsewhere.example")
    copied = cad.post("/v1/eido", json.loads(text))
    assert copied.json["outcome"] == "created"
    again = incident_of(cad, copied)
    same = ("service", "type", "priority", "summary", "legal_basis", "location", "status")
    assert {name: again[name] for name in same} == {name: incident[name] for name in same}


# What is read, and is pure


@pytest.mark.parametrize(
    ("responders", "allowed", "kind", "service"),
    [
        ({"police.local"}, {"police_112", "wanted_vehicle"}, AgencyKind.POLICE_112, "police_112"),
        ({"fire"}, {"fire_119", "disaster"}, AgencyKind.PROVINCE, "fire_119"),
        ({"psap"}, {"police_112", "wanted_vehicle"}, AgencyKind.POLICE_112, "police_112"),
        ({"psap"}, {"vulnerable_person"}, AgencyKind.PROVINCE, "vulnerable_person"),
        ({"fire"}, {"police_112"}, AgencyKind.POLICE_112, "police_112"),
        ({"police", "fire"}, {"police_112", "fire_119"}, AgencyKind.PROVINCE, None),
        ({"psap"}, {"police_112", "fire_119"}, AgencyKind.PROVINCE, None),
        ({"police"}, set(), AgencyKind.PROVINCE, None),
    ],
)
def test_the_service_is_what_the_responders_and_the_room_leave_no_doubt_of(responders, allowed, kind, service):
    told = Eido.model_validate_json(json.dumps(changed("agencyComponent.0.agencyType", sorted(responders)))).told()
    services = {Service(one) for one in allowed}
    if service is None:
        with pytest.raises(EidoServiceUnclear):
            service_of(told, services, kind)
    else:
        assert service_of(told, services, kind) == service


def test_a_ring_is_its_middle_and_an_address_its_parts():
    ring = "34.1 126.1 34.1 126.3 34.3 126.3 34.3 126.1 34.1 126.1"
    gml, civic = 'xmlns:g="http://www.opengis.net/gml"', 'xmlns:c="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"'
    address = (
        "<c:civicAddress><c:A1>전라남도</c:A1><c:A3>목포시</c:A3><c:RD>영산로</c:RD><c:HNO>98</c:HNO></c:civicAddress>"
    )
    found = pidf.read(
        f"<p {gml} {civic}><g:Polygon><g:exterior><g:LinearRing><g:posList>{ring}</g:posList></g:LinearRing>"
        f"</g:exterior></g:Polygon>{address}</p>"
    )
    assert (round(found.lat, 9), round(found.lon, 9), found.accuracy_m) == (34.2, 126.2, None)
    assert found.address == "전라남도 목포시 영산로 98"


SPOTS = st.builds(
    Spot,
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.none() | st.floats(0, 100_000),
    st.none() | st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=200),
)


@settings(max_examples=60, deadline=None)
@given(SPOTS)
@example(Spot(34.8, 126.4, 0.0, 'a & <b> "c" \'\uffff'))
def test_a_place_that_is_written_is_read_again(spot):
    again = pidf.read(pidf.written(spot, entity="pres:x@example"))
    assert (again.lat, again.lon, again.accuracy_m) == (spot.lat, spot.lon, spot.accuracy_m)
    if spot.address and spot.address.isprintable() and "\uffff" not in spot.address:
        assert again.address == (spot.address.strip() or None)


GML_POS = '<a xmlns:g="http://www.opengis.net/gml"><g:pos>{}</g:pos></a>'


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80) | st.text(max_size=30).map(GML_POS.format))
@example("<a>" * 5000)
@example(GML_POS.format("nan nan"))
@example(GML_POS.format("91 0"))
@example('<?xml version="1.0" encoding="no-such"?><a/>')
def test_any_text_is_a_place_or_refused(text):
    try:
        found = pidf.read(text)
    except PidfInvalid:
        return
    assert abs(found.lat) <= 90
    assert abs(found.lon) <= 180


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PATHS = ["$id", "agencyComponent", "incidentComponent", "locationComponent", "notesComponent", "@context",
         "incidentComponent.$id", "incidentComponent.incidentStatusCommonRegistryText",
         "incidentComponent.incidentTypeCommonRegistryText", "locationComponent.0.locationByValue"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PATHS), JSON.filter(lambda value: value is not None))
def test_whatever_stands_in_a_member_is_read_or_refused(path, value):
    body = json.dumps(changed(path, value))
    try:
        told = Eido.model_validate_json(body).told()
    except (ValidationError, EidoLocationMissing):
        return
    assert 1 <= len(told.summary) <= 2000
    assert type_of(told.type) == told.type


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4))
@example(["<![foo[bar]]>", "<![", "<?x", "<a b='"])
@example(["<script>x", "a</script>b", "&#0;&lt;b&gt;", "<![CDATA[x]]>"])
def test_notes_become_words_without_control_characters(comments):
    said = plain(comments)
    assert len(said) <= 2000
    assert not any(ord(one) < 32 and one not in "\n\t" for one in said)


@pytest.mark.parametrize(("number", "ours"), [(None, 2), (1, 0), (5, 4), (0, 0), (99, 4)])
def test_priorities_are_shifted_and_bounded(number, ours):
    assert priority_of(number) == ours
