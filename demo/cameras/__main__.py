"""``python -m demo.cameras --config FILE`` prints one line of JSON and runs until SIGTERM or SIGINT.

The line is ``{"ready": true, "port": N}``, with ``"onvif_port": M`` when the configuration wants one.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import uvloop

from demo.cameras import configuration, h264, parent
from demo.cameras.configuration import Configuration
from demo.cameras.simulator import serving


async def run(settings: Configuration) -> None:
    """Serve until SIGTERM or SIGINT, after saying on standard output that it is ready."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with serving(settings) as ports:
        print(json.dumps({"ready": True, **ports}), flush=True)
        await stopped.wait()


def main() -> int:
    """Exit 0 after a signal, 1 with one line on standard error when the configuration cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m demo.cameras", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="JSON file, mode 0600")
    config = parser.parse_args().config
    parent.die_with_parent()
    try:
        uvloop.run(run(configuration.read(config)))
    except (configuration.ConfigurationInvalid, h264.ClipUnusable, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
