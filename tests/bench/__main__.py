"""``./run bench NAME``: run one benchmark and print each figure beside its target."""

import argparse
import importlib
import inspect
import os
import sys

from tests.bench.report import as_json, as_table

BENCHES = {  # module; its ``measure`` yields figures
    "bitrate": "bitrate",
    "density": "density",
    "fan-out": "fan_out",
    "faults": "faults",
    "first-picture": "first_picture",
    "gate": "gate",
    "import": "imports",
    "intake": "intake",
    "ladder-cost": "ladder_cost",
    "peers": "peers",
    "plates": "plates",
    "players": "players",
    "ranking": "ranking",
    "record": "record",
    "tablet": "tablet",
}

AMOUNTS = ("seconds", "rows", "freezes", "soak")
NO_LIMITS = {f"GOLDENTIME_LIMIT_{kind}": "1000000" for kind in ("SIGN_IN", "PLAYBACK", "CHANGE", "LOOK_UP")}


def main() -> int:
    os.environ |= NO_LIMITS  # one account plays a whole fleet
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--seconds", type=float, help="how long is measured; each benchmark has its own default")
    parser.add_argument("--rows", type=int, help="how long the list of `import` is")
    parser.add_argument("--freezes", type=int, help="tablet: how often the camera hangs")
    parser.add_argument("--soak", type=float, help="tablet: seconds of one camera after another")
    given = parser.parse_args()
    if given.name is None:
        print("\n".join(sorted(BENCHES)))
        return 0
    measure = importlib.import_module(f"tests.bench.{BENCHES[given.name]}").measure
    wished = {name: value for name in AMOUNTS if (value := getattr(given, name)) is not None}
    if foreign := wished.keys() - inspect.signature(measure).parameters.keys():
        parser.error(f"{given.name} has no --{', --'.join(sorted(foreign))}")
    figures = list(measure(**wished))
    print((as_json if given.json else as_table)(given.name, figures))
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
