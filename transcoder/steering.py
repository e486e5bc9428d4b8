"""The loop that steers cameras: each step brings a camera nearer to what the rows want, whatever happened between.

A slow camera holds up no other: each has at most one step under way, in a task of its own.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from transcoder import logs, ptz
from transcoder.ptz import Do, Work
from transcoder.soap import Outcome
from transcoder.steered import Steered

TICK_S = 0.2
T = TypeVar("T")

log = logs.get("steering")


class Steering:
    """Used on the event loop; the database is asked on one worker thread."""

    def __init__(self, rows: Steered) -> None:
        self._rows = rows
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="steering")
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Look and act until ``stopping``; what is under way is left to the next start, or to another host."""
        while not stopping.is_set():
            try:
                await self._step()
            except SQLAlchemyError as error:
                log.warning("database_unreachable", error=type(error).__name__)
            waiting = asyncio.ensure_future(stopping.wait())
            await asyncio.wait((waiting,), timeout=TICK_S)
            waiting.cancel()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._thread.shutdown()
        self._rows.close()

    async def _step(self) -> None:
        found, now = await self._blocking(self._rows.look)
        self._tasks = {id_: task for id_, task in self._tasks.items() if not task.done()}
        for work in found:
            do = ptz.decide(work, now=now)
            if do is not Do.NOTHING and work.camera_id not in self._tasks:
                self._tasks[work.camera_id] = asyncio.create_task(self._act(do, work))

    async def _act(self, do: Do, work: Work) -> None:
        try:
            await self._acted(do, work)
        except SQLAlchemyError as error:
            log.warning("database_unreachable", error=type(error).__name__)
        except Exception:  # one camera's bad luck must not be every camera's
            log.exception("steering_failed", camera=work.camera_id)

    async def _acted(self, do: Do, work: Work) -> None:
        assert work.door is not None  # decided by ``ptz``
        claimed = await self._blocking(partial(self._rows.begin if do is not Do.RETURN else self._rows.claim, work))
        if not claimed:
            return
        now = datetime.now(UTC)
        if do is Do.RETURN:
            outcome = await ptz.give_back(work.door, work.home, now=now)
            await self._blocking(partial(self._rows.done, work, outcome, returned=outcome is Outcome.ASKED))
        else:
            assert work.move is not None  # decided by ``ptz``
            late = do is Do.SKIP
            outcome = Outcome.TIMEOUT if late else await ptz.move(work.door, work.move, now=now)
            await self._blocking(partial(self._rows.done, work, ptz.LATE_OUTCOME if late else outcome))
        log.info("steered", camera=work.camera_id, do=do.name.lower(), outcome=str(outcome))

    async def _blocking(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
