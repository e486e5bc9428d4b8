"""``./run demo``: the whole product with a simulated province, until it is told to stop."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from demo.pictures import clips
from demo.running import Running, running
from demo.scenarios.programme import SCENARIOS, Scenario, listed
from deploy.__main__ import WANTED_PORT, stoppable, watch
from deploy.child import ChildFailed
from deploy.stack import Stack


def introduce(demo: Running) -> None:
    """Say where to look and who to be."""
    print(f"\nThe tablet page:  {demo.at.base_url}/\nThe API:          {demo.at.base_url}/v1/docs\n")
    for key, account in demo.accounts().items():
        print(f"  {key:14} {account['username']:12} {account['password']}")
    print("\nCtrl-C stops everything.\n", flush=True)


def play(stack: Stack, demo: Running, scenario: Scenario | None) -> None:
    """Play the scenario, then stay until a signal comes.

    Raises:
        ChildFailed: a process ended on its own.
    """
    introduce(demo)
    if scenario is not None:
        print(f"{scenario.play(demo).told} Log in as the {scenario.rider} to see it.\n", flush=True)
    watch(stack)


def main(arguments: list[str]) -> int:
    """Exit 0 after a signal or a check that is well, else 1."""
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="play it in a headless browser, print one JSON object")
    parser.add_argument(
        "--screenshots", type=Path, metavar="FOLDER", help="take pictures of the main views into it, and stop"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--scenario", choices=[*SCENARIOS, "help"], default="112", help="what happens; help lists them")
    which.add_argument("--no-scenario", action="store_true", help="start everything and raise no call")
    parser.add_argument("--port", type=int, help="the port of the page; 0 for any free one (all ports, then)")
    parser.add_argument("--var", type=Path, default=Path("var"), help="where everything is kept")
    parser.add_argument("--clips", type=Path, default=Path("var/clips"), help="where the cameras' pictures are kept")
    given = parser.parse_args(arguments)
    if given.scenario == "help":
        print(listed())
        return 0
    port = given.port if given.port is not None else (0 if given.check or given.screenshots else WANTED_PORT)
    try:
        with stoppable(given.var), running(given.var, port=port, clip_folder=given.clips) as (stack, demo):
            if given.check:
                return tell(stack, demo)
            if given.screenshots:
                return picture(demo, given.screenshots)
            play(stack, demo, None if given.no_scenario else SCENARIOS[given.scenario])
    except (ChildFailed, clips.ClipsNotMade) as failure:
        print(f"✗ {failure}", file=sys.stderr)
        return 1
    return 0


def tell(stack: Stack, demo: Running) -> int:
    """Play the check and print its one JSON object; the exit code."""
    from demo import check  # noqa: PLC0415 - the browser's driver is installed for tests only

    result = check.run(demo, [child.pid for child in stack.children])
    print(json.dumps(asdict(result), ensure_ascii=False))
    return 0 if result.ok else 1


def picture(demo: Running, folder: Path) -> int:
    """Take the pictures and print their paths; the exit code."""
    from demo import screenshots  # noqa: PLC0415 - the browser's driver is installed for tests only

    print("\n".join(str(path) for path in screenshots.take(demo, folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
