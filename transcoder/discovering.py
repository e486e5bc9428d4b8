"""The loop that asks cameras what they are, when somebody wants to know: at most SEVERAL at once."""

import asyncio
from datetime import UTC, datetime
from functools import partial

from transcoder import discovery, logs
from transcoder.discovered import Discovered, Wish
from transcoder.rounds import Rounds
from transcoder.soap import Outcome

TICK_S = 1.0
SEVERAL = 4

log = logs.get("discovering")


class Discovering:
    """Used on the event loop."""

    def __init__(self, rows: Discovered) -> None:
        self._rows = rows
        self._rounds = Rounds("discovering", tick_s=TICK_S)

    async def run(self, stopping: asyncio.Event) -> None:
        """Look and ask until ``stopping``."""
        await self._rounds.run(self._step, stopping)
        self._rows.close()

    async def _step(self) -> None:
        while len(self._rounds.busy) < SEVERAL and (wish := await self._rounds.blocking(self._rows.take)):
            self._rounds.begin(wish.camera_id, partial(self._ask, wish))

    async def _ask(self, wish: Wish) -> None:
        outcome, found = wish.refusal or "", None
        if wish.door is not None:
            came, found = await discovery.discover(wish.door, now=datetime.now(UTC))
            outcome = discovery.FOUND if came is Outcome.ASKED else str(came)
        await self._rounds.blocking(partial(self._rows.done, wish, outcome, found))
        log.info("discovered", camera=wish.camera_id, outcome=outcome)
