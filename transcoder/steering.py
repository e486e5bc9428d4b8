"""The loop that steers cameras: each step brings a camera nearer to what the rows want, whatever happened between."""

import asyncio
from datetime import UTC, datetime
from functools import partial

from transcoder import logs, ptz
from transcoder.ptz import Do, Work
from transcoder.rounds import Rounds
from transcoder.soap import Outcome
from transcoder.steered import Steered

TICK_S = 0.2

log = logs.get("steering")


class Steering:
    """Used on the event loop."""

    def __init__(self, rows: Steered) -> None:
        self._rows = rows
        self._rounds = Rounds("steering", tick_s=TICK_S)

    async def run(self, stopping: asyncio.Event) -> None:
        """Look and act until ``stopping``."""
        await self._rounds.run(self._step, stopping)
        self._rows.close()

    async def _step(self) -> None:
        found, now = await self._rounds.blocking(self._rows.look)
        for work in found:
            do = ptz.decide(work, now=now)
            if do is not Do.NOTHING and work.camera_id not in self._rounds.busy:
                self._rounds.begin(work.camera_id, partial(self._act, do, work))

    async def _act(self, do: Do, work: Work) -> None:
        assert work.door is not None  # decided by ``ptz``
        claim = self._rows.claim if do is Do.RETURN else self._rows.begin
        claimed = await self._rounds.blocking(partial(claim, work))
        if not claimed:
            return
        now = datetime.now(UTC)
        if do is Do.RETURN:
            outcome = await ptz.give_back(work.door, work.home, now=now)
            await self._rounds.blocking(partial(self._rows.done, work, outcome, returned=outcome is Outcome.ASKED))
        else:
            assert work.move is not None  # decided by ``ptz``
            late = do is Do.SKIP
            outcome = Outcome.TIMEOUT if late else await ptz.move(work.door, work.move, now=now)
            await self._rounds.blocking(partial(self._rows.done, work, ptz.LATE_OUTCOME if late else outcome))
        log.info("steered", camera=work.camera_id, do=do.name.lower(), outcome=str(outcome))
