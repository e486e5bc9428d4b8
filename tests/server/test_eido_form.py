"""What we write as an EIDO has the published form: names, required members, kinds of value, and references that lead
somewhere. The tables are what NENA-STA-021.1b-2022 says of the components that we write, in our own words.
"""

import copy
from datetime import datetime

import pytest

from tests import town

TIME, TEXT, TEXTS, WHOLE, TRUTH, REF, REFS, URI = "time", "text", "texts", "whole", "truth", "ref", "refs", "uri"
EVERY = {"$id": TEXT, "lastUpdateTimeStamp": TIME, "updatedByAgencyReference": REF}
EVERY_MAY = {
    "updatedByAgentReference": REF,
    "mediaReferences": REFS,
    "externalInformationSourceReferences": REFS,
    "AlternateValueReferences": REFS,
}
MUST = {  # beside what every component has
    "document": {"eidoVersion": TEXT, "issuingElementIdentification": TEXT, "agencyComponent": ["agency"]},
    "incident": {"incidentTypeCommonRegistryText": TEXT},
    "agency": {"agencyRoleDescriptionRegistryText": TEXTS, "agencyType": TEXTS},
    "location": {"locationTypeDescriptionRegistryText": TEXT},
    "notes": {"notesActionComments": TEXT},
    "dispatch": {},
    "resource": {
        "agentReference": REFS,
        "emergencyResourceTypeCommonRegistryText": TEXT,
        "primaryUnitStatusRegistryText": TEXT,
        "resourceAttributeRegistryText": TEXTS,
        "secondaryUnitStatusRegistryText": TEXTS,
    },
    "media": {"uri": URI, "contentType": TEXT},
    "disposition": {"dispositionCommonRegistryCode": TEXT},
}
MAY = {
    "document": {
        "eidoExtensionId": TEXTS,
        "incidentComponent": "incident",
        "dispatchComponent": ["dispatch"],
        "notesComponent": ["notes"],
        "emergencyResourceComponent": ["resource"],
        "locationComponent": ["location"],
        "mediaComponent": ["media"],
    },
    "incident": {
        "incidentTypeInternalCode": TEXT,
        "incidentTypeInternalText": TEXT,
        "incidentStatusInternalText": TEXTS,
        "incidentStatusCommonRegistryText": TEXTS,
        "internalIncidentId": TEXT,
        "incidentPriorityInternalText": TEXT,
        "incidentCommonPriorityNumber": WHOLE,
        "beatOrDispatchGroupText": TEXT,
        "agentReference": REFS,
        "locationReference": REFS,
        "notesReference": REFS,
        "dispositionComponent": ["disposition"],
    },
    "agency": {"agencyJcard": TEXT, "incidentOwningAgencyIndicator": TRUTH, "notesReference": REFS},
    "location": {
        "locationByValue": TEXT,
        "locationByReferenceUrl": URI,
        "locationDescriptionText": TEXT,
        "notesReference": REFS,
    },
    "notes": {"agentReference": REF, "cautionReference": REFS},
    "dispatch": {
        "agencyReference": REF,
        "agentReference": REF,
        "emergencyResourceReference": REFS,
        "notesReference": REFS,
    },
    "resource": {
        "emergencyResourceTypeInternalText": TEXT,
        "resourceAttributeInternalText": TEXTS,
        "emergencyResourceName": TEXT,
        "unitStatusInternal": TEXTS,
        "unitLocationReference": REF,
        "unitDestinationReference": REF,
        "eta": TIME,
        "activeOnIncidentId": TEXT,
        "stackedOnIncidentId": TEXTS,
        "notesReference": REFS,
    },
    "media": {"label": TEXT},
    "disposition": {
        "dispositionPrimaryIndicator": TRUTH,
        "dispositionCategoryText": TEXT,
        "dispositionDescriptionText": TEXT,
        "notesReference": REFS,
    },
}
REGISTRY = {  # of the registered values, those that concern what we write
    "agencyRoleDescriptionRegistryText": {
        "CallReceiving", "Dispatching", "Dispatched", "Assisting", "TransferredTo", "Informational",
    },
    "locationTypeDescriptionRegistryText": {
        "CurrentIncident", "InitialIncident", "Caller", "UnitLocation", "Staging", "RoutingLocation", "TowerLocation",
        "Investigation", "Other",
    },
    "incidentStatusCommonRegistryText": {
        "Active", "ResourcesAssigned", "ResourcesEnroute", "ResourcesOnscene", "FireUnderControl", "StructureCleared",
        "NewLocation", "ReOpened", "Closed", "Cancelled",
    },
    "primaryUnitStatusRegistryText": {"Available", "ConditionallyAvailable", "NotAvailable"},
    "secondaryUnitStatusRegistryText": {
        "Assigned", "Dispatched", "AcknowledgedTransmission", "EnRoute", "Arrived", "OnScene", "Staging",
        "Transporting", "Backup", "Cleared", "AssignmentCancelled", "InService", "OutofService",
    },
    "eidoVersion": {"1.0"},
}  # fmt: skip


def is_text(value):
    return isinstance(value, str) and value != ""


def is_ref(value):
    return isinstance(value, dict) and set(value) == {"$ref"} and is_text(value["$ref"])


IS = {
    TIME: lambda value: is_text(value) and datetime.fromisoformat(value).tzinfo is not None,
    TEXT: is_text,
    URI: lambda value: is_text(value) and value.startswith("https://"),
    WHOLE: lambda value: type(value) is int,
    TRUTH: lambda value: type(value) is bool,
    REF: is_ref,
    TEXTS: lambda value: isinstance(value, list) and all(map(is_text, value)),
    REFS: lambda value: isinstance(value, list) and all(map(is_ref, value)),
}


def faults(part, value, path="$"):
    """What a component, and those in it, has that is not of the published form."""
    must, may = EVERY | MUST[part], EVERY_MAY | MAY[part]
    yield from (f"{path}.{name} is missing" for name in must if name not in value)
    for name, one in value.items():
        kind, here = (must | may).get(name), f"{path}.{name}"
        if kind is None:
            yield f"{here} is unknown"
        elif isinstance(kind, list):
            for position, component in enumerate(one):
                yield from faults(kind[0], component, f"{here}.{position}")
        elif kind in MUST:
            yield from faults(kind, one, here)
        elif not IS[kind](one):
            yield f"{here} is no {kind}"
        elif name in REGISTRY and not set(one if isinstance(one, list) else [one]) <= REGISTRY[name]:
            yield f"{here} is not registered"


def found(value, name):
    """Every value of that member, however deep."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from found(inner, name)
    if isinstance(value, dict) and name in value:
        yield value[name]


def states(cad):
    """Documents of an incident in each state that we write."""
    incident = cad.post("/v1/incidents", town.report(units=["car1", "car2"])).json
    path = f"/v1/incidents/{incident['id']}"
    yield "open", cad.get(f"{path}/eido").json
    for dispatch in incident["dispatches"][:1]:
        cad.delete(f"/v1/dispatches/{dispatch['id']}")
    yield "a unit called back", cad.get(f"{path}/eido").json
    cad.patch(path, {"location": incident["location"] | {"accuracy_m": None, "address": None}})
    yield "moved", cad.get(f"{path}/eido").json
    cad.patch(path, {"status": "closed", "closing_reason": "해결"})
    yield "closed", cad.get(f"{path}/eido").json
    bare = cad.post("/v1/incidents", town.report(external_id="112-2026-2", priority=4, units=[])).json
    yield "without units and cameras", cad.get(f"/v1/incidents/{bare['id']}/eido").json


def test_what_is_written_has_the_published_names_members_and_values_in_every_state(phone):
    for state, document in states(phone("cad112")):
        assert list(faults("document", document)) == [], state
        assert document["agencyComponent"], state
        assert set(found(document, "$ref")) <= set(found(document, "$id")), f"{state}: a reference leads nowhere"
        names = [one["$id"] for part in document.values() if isinstance(part, list) for one in part]
        assert len(names) == len(set(names)), state
        for unit in document["emergencyResourceComponent"]:
            if "Other" in unit["resourceAttributeRegistryText"]:
                assert unit["resourceAttributeInternalText"], state


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda one: one.pop("eidoVersion"), "$.eidoVersion is missing"),
        (lambda one: one["incidentComponent"].pop("$id"), "$.incidentComponent.$id is missing"),
        (lambda one: one["mediaComponent"][0].update(url="x"), "$.mediaComponent.0.url is unknown"),
        (
            lambda one: one["agencyComponent"][0].update(agencyType="police"),
            "$.agencyComponent.0.agencyType is no texts",
        ),
        (
            lambda one: one["emergencyResourceComponent"][0].update(primaryUnitStatusRegistryText="Busy"),
            "$.emergencyResourceComponent.0.primaryUnitStatusRegistryText is not registered",
        ),
        (
            lambda one: one["notesComponent"][0].update(lastUpdateTimeStamp="2026-11-02T09:30:00"),
            "$.notesComponent.0.lastUpdateTimeStamp is no time",
        ),
    ],
)
def test_the_table_finds_what_is_wrong(change, fault, phone):
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report()).json
    document = copy.deepcopy(cad.get(f"/v1/incidents/{incident['id']}/eido").json)
    change(document)
    assert list(faults("document", document)) == [fault]
