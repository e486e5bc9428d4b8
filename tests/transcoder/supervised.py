"""A supervisor in the test's own event loop."""

import asyncio
import contextlib

from tests.transcoder.films import FFMPEG
from transcoder.feeding import Tools
from transcoder.ladder import DEFAULT
from transcoder.leases import Leases
from transcoder.load import Load
from transcoder.settings import DEJAVU
from transcoder.supervisor import Supervisor


@contextlib.asynccontextmanager
async def supervised(database_url, data_dir):
    supervisor = Supervisor(Leases(database_url, data_dir, "host-a"), Tools(FFMPEG, DEJAVU, DEFAULT), Load())
    stopping = asyncio.Event()
    running = asyncio.ensure_future(supervisor.run(stopping))
    try:
        yield supervisor
    finally:
        stopping.set()
        await running
