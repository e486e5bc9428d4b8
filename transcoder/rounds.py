"""Rounds over rows: the database is asked on one worker thread, cameras in tasks of the event loop, one task a camera.

A slow camera holds up no other, and neither an unreachable database nor one camera's bad luck ends the rounds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from transcoder import logs

T = TypeVar("T")

log = logs.get("rounds")


class Rounds:
    """Used on the event loop. ``name`` is the thread's and the log's, ``tick_s`` the wait between two rounds."""

    def __init__(self, name: str, *, tick_s: float) -> None:
        self._name = name
        self._tick_s = tick_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self, step: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
        """Take ``step`` again and again until ``stopping``; what is under way then is left to another start or host."""
        while not stopping.is_set():
            self._tasks = {camera_id: task for camera_id, task in self._tasks.items() if not task.done()}
            try:
                await step()
            except SQLAlchemyError as error:
                log.warning("database_unreachable", loop=self._name, error=type(error).__name__)
            waiting = asyncio.ensure_future(stopping.wait())
            await asyncio.wait((waiting,), timeout=self._tick_s)
            waiting.cancel()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._thread.shutdown()

    async def blocking(self, call: Callable[[], T]) -> T:
        """What ``call`` answers, from the worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    @property
    def busy(self) -> frozenset[str]:
        """The cameras with a task under way, or ended since this round began."""
        return frozenset(self._tasks)

    def begin(self, camera_id: str, act: Callable[[], Awaitable[None]]) -> None:
        """Start ``act`` for a camera that is not busy."""
        self._tasks[camera_id] = asyncio.create_task(self._guarded(camera_id, act))

    async def _guarded(self, camera_id: str, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except SQLAlchemyError as error:
            log.warning("database_unreachable", loop=self._name, error=type(error).__name__)
        except Exception:  # one camera's bad luck must not be every camera's
            log.exception("round_failed", loop=self._name, camera=camera_id)
