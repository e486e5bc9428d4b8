"""``./run bench NAME``: run one benchmark and print each figure beside its target."""

import argparse
import sys

from tests.bench import fan_out, first_picture
from tests.bench.report import as_json, as_table

BENCHES = {
    "fan-out": fan_out.measure,
    "first-picture": first_picture.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long is measured; each says of what")
    given = parser.parse_args()
    if given.name is None:
        print("\n".join(sorted(BENCHES)))
        return 0
    figures = list(BENCHES[given.name](seconds=given.seconds))
    print((as_json if given.json else as_table)(given.name, figures))
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
