"""What ``./run demo`` can play, by name. Each goes through the public API, as the rooms and machines would."""

from collections.abc import Callable
from dataclasses import dataclass

from demo import scenario, wanted_vehicle
from demo.province import CALL
from demo.running import Running


@dataclass(frozen=True)
class Scenario:
    """What happens, in a line, and the function that makes it happen and tells of it."""

    about: str
    play: Callable[[Running], str]


def _call(demo: Running) -> str:
    incident = scenario.raise_call(demo.room(), unit_id=demo.unit_id)
    return f"112: {CALL.address} — {CALL.summary}\n     {len(incident['cameras'])} cameras chosen, unit sent."


def _wanted_vehicle(demo: Running) -> str:
    hit = wanted_vehicle.pass_by(demo.client("lpr"), demo.client("readers_46110"), unit_id=demo.unit_id)
    read = hit["read"]
    return f"수배차량 {hit['wanted_plate']} ({hit['notice']}): {read['camera_name']}에서 인식\n     tracked, unit sent."


SCENARIOS = {
    "112": Scenario("a robbery is called in, and the nearest patrol car is sent", _call),
    "wanted-vehicle": Scenario("a wanted car passes two plate readers, and a patrol car is sent", _wanted_vehicle),
}


def listed() -> str:
    """One line for each."""
    return "\n".join(f"{name:16} {one.about}" for name, one in SCENARIOS.items())
