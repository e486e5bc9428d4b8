"""What ``./run demo`` can play, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.scenarios import ankle_monitor, call_112, call_119, disaster, sensing, vulnerable_person, wanted_vehicle
from demo.scenarios.stage import Scene, Speaks, Stage


@dataclass(frozen=True)
class Scenario:
    """What happens, in a line; the account whose unit is sent; and the function that makes it happen."""

    about: str
    rider: str
    play: Callable[[Stage], Scene]


SCENARIOS = {
    "112": Scenario("a robbery is called in, and the nearest patrol car is sent", "officer", call_112.play),
    "119": Scenario("a fire in a shop, with hydrants and the building attached", "firefighter", call_119.play),
    "wanted-vehicle": Scenario(
        "a wanted car passes two plate readers, and a patrol car is sent", "officer", wanted_vehicle.play
    ),
    "vulnerable-person": Scenario(
        "a child presses for help, the centre looks and has 112 send a car", "officer", vulnerable_person.play
    ),
    "disaster": Scenario("a flood alert over the square, two rooms join in", "firefighter", disaster.play),
    "ankle-monitor": Scenario(
        "a wearer walks past three cameras, and the picture follows", "probation_officer", ankle_monitor.play
    ),
    "sensing": Scenario("a fight is seen by a camera, the centre looks and reports it", "officer", sensing.play),
}
ROOMS = {
    "police_112": "police_112",
    "disaster": "disaster",
    "fire_119": "fire_119",
    "vulnerable_person": "police_112",
    "wanted_vehicle": "lpr",
    "ankle_monitor": "moj",
}  # the machine that closes a service's incidents


def listed() -> str:
    """One line for each."""
    return "\n".join(f"{name:18} {one.about}" for name, one in SCENARIOS.items())


def close_leftovers(stage: Stage) -> None:
    """Close what an earlier, interrupted demo left open for the units that are sent."""
    rooms: Mapping[str, Speaks] = {service: stage.client(key) for service, key in ROOMS.items()}
    for rider in sorted({one.rider for one in SCENARIOS.values()}):
        for dispatch in stage.officer(rider).call("GET", "/v1/me/dispatches")["dispatches"]:
            if (room := rooms.get(dispatch["incident"]["service"])) is not None:
                call_112.close_call(room, dispatch["incident"]["id"])
