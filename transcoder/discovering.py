"""The loop that asks cameras what they are, when somebody wants to know: at most SEVERAL at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from transcoder import discovery, logs
from transcoder.discovered import Discovered, Wish
from transcoder.soap import Outcome

TICK_S = 1.0
SEVERAL = 4
T = TypeVar("T")

log = logs.get("discovering")


class Discovering:
    """Used on the event loop; the database is asked on one worker thread."""

    def __init__(self, rows: Discovered) -> None:
        self._rows = rows
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="discovering")
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Look and ask until ``stopping``; what is under way then is asked again by the next host."""
        while not stopping.is_set():
            try:
                await self._step()
            except SQLAlchemyError as error:
                log.warning("database_unreachable", error=type(error).__name__)
            waiting = asyncio.ensure_future(stopping.wait())
            await asyncio.wait((waiting,), timeout=TICK_S)
            waiting.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._thread.shutdown()
        self._rows.close()

    async def _step(self) -> None:
        self._tasks = {task for task in self._tasks if not task.done()}
        while len(self._tasks) < SEVERAL and (wish := await self._blocking(self._rows.take)):
            self._tasks.add(asyncio.create_task(self._ask(wish)))

    async def _ask(self, wish: Wish) -> None:
        try:
            outcome, found = wish.refusal or "", None
            if wish.door is not None:
                came, found = await discovery.discover(wish.door, now=datetime.now(UTC))
                outcome = discovery.FOUND if came is Outcome.ASKED else str(came)
            await self._blocking(partial(self._rows.done, wish, outcome, found))
            log.info("discovered", camera=wish.camera_id, outcome=outcome)
        except SQLAlchemyError as error:
            log.warning("database_unreachable", error=type(error).__name__)
        except Exception:  # one camera's bad luck must not be every camera's
            log.exception("discovery_failed", camera=wish.camera_id)

    async def _blocking(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
