"""``python -m transcoder``: settings, signals, the loop and the door.

Ends with 0 within 5 s of SIGTERM or SIGINT, within 10 s while the database is locked; its ffmpegs are gone after 4 s.
"""

import asyncio
import resource
import signal
import sys
from functools import partial

import uvloop

from transcoder import ladder, logs, measured, metrics, origin, settings
from transcoder.discovered import Discovered
from transcoder.discovering import Discovering
from transcoder.feeding import Tools
from transcoder.leases import Leases
from transcoder.load import Load
from transcoder.steered import Steered
from transcoder.steering import Steering
from transcoder.supervisor import Supervisor


async def serve(told: settings.Settings) -> None:
    """Run until a signal asks to stop."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # every viewer holds a connection
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    leases = Leases(told.database, told.data_dir, told.host_id)
    supervisor = Supervisor(leases, Tools(told.ffmpeg_path, told.font, ladder.DEFAULT), Load())
    door = origin.Origin(
        supervisor.streams,
        look=supervisor.look,
        health=supervisor.health,
        measure=partial(metrics.render, partial(measured.host, supervisor)),
    )
    async with door.listening(*told.address):
        logs.get("main").info("started", host=told.host_id, listen=told.listen)
        steering = Steering(Steered(told.database, told.data_dir, told.host_id))
        discovering = Discovering(Discovered(told.database, told.data_dir, told.host_id))
        await asyncio.gather(supervisor.run(stopping), steering.run(stopping), discovering.run(stopping))


def main() -> int:
    """Exit code: 0 after a signal, 2 when a setting is missing or wrong."""
    logs.configure()
    try:
        told = settings.load()
    except settings.SettingsInvalid as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvloop.run(serve(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
