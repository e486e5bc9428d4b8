from dataclasses import replace

import pytest

from server.access.facts import Watching
from server.access.may import Facts, GrantFacts
from server.access.viewer import Viewer
from server.gate.memory import Memory, concerns
from server.models import AgencyKind, GrantTo
from tests import town

NOW = town.Clock()()
KIM = Viewer("officer", "kim", "station", AgencyKind.POLICE_STATION, True)
BY_INCIDENT = Watching("s1", "h1", "cam-near", KIM, Facts(incident_id="i1", camera_centre_id="centre"), False)
GRANT = GrantFacts("g1", GrantTo.OFFICER, "kim", "supervisor", NOW, NOW)
BY_GRANT = Watching("s2", "h2", "cam-near", KIM, Facts(grant=GRANT, camera_centre_id="centre"), False)


@pytest.fixture
def memory():
    made = Memory()
    made.add([BY_INCIDENT, BY_GRANT])
    return made


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        (("session", "s1"), {"s1"}),
        (("session", "not known yet"), {"not known yet"}),
        (("incident", "i1"), {"s1"}),
        (("grant", "g1"), {"s2"}),
        (("camera", "cam-near"), {"s1", "s2"}),
        (("centre", "centre"), {"s1", "s2"}),
        (("officer", "kim"), {"s1", "s2"}),
        (("client", "kim"), set()),
        (("agency", "station"), {"s1", "s2"}),
        (("agency", "room112"), set()),
        (("origin", "cam-near"), set()),
    ],
)
def test_a_change_concerns_the_sessions_that_it_could_end(change, concerned, memory):
    assert memory.concerned([change]) == concerned


def test_a_session_is_known_as_it_was_read_last(memory):
    moved = replace(BY_INCIDENT, viewer=replace(KIM, agency_id="firehouse"))
    memory.replace(["s1"], [moved])
    assert memory.get("h1") is moved
    assert memory.concerned([("agency", "station")]) == {"s2"}
    assert memory.concerned([("agency", "firehouse")]) == {"s1"}


def test_a_session_that_was_read_no_more_leaves_nothing_behind(memory):
    memory.served.update({"s1", "s2"})
    memory.replace(["s1", "s2", "never known"], [])
    assert (len(memory), memory.ids(), memory.served) == (0, [], set())
    others = {change for change in concerns(BY_INCIDENT) | concerns(BY_GRANT) if change[0] != "session"}
    assert memory.concerned(others) == set()
