"""Watching one camera in a player, for as long as it may be watched and not a moment longer."""

import contextlib
import threading
from collections.abc import Callable

from goldentime.answers import Playback
from goldentime.caller import Caller
from goldentime.errors import CallFailed, PlayerFailed, Refused
from goldentime.events import Events
from goldentime.player import Player

HEARS_WITHIN_S = 3.0  # without the push line the gate still ends the stream


class Endings:
    """Listens for the end of sessions in a thread of its own, from before the first one is opened."""

    def __init__(self, events: Events) -> None:
        self._events, self._ended = events, dict[str, str]()
        self._over: str | None = None  # why no session can go on
        self._changed = threading.Condition()
        self._online = threading.Event()
        self._tell: tuple[str, Callable[[], None]] | None = None
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self._online.wait(HEARS_WITHIN_S)

    def reason(self, session_id: str) -> str | None:
        """Why that session ended, if it did."""
        return self._ended.get(session_id) or self._over

    def when_ended(self, session_id: str, act: Callable[[], None]) -> None:
        """Call ``act`` once that session has ended, now if it has already."""
        with self._changed:
            self._tell = (session_id, act)
        self._look()

    def stop(self) -> None:
        """Listen no more."""
        self._events.stop()
        self._thread.join(HEARS_WITHIN_S)

    def _listen(self) -> None:
        try:
            for event in self._events:
                if event.kind == "revoked":
                    reason = str(event.data.get("reason"))
                    self._ended.update(dict.fromkeys(event.data.get("session_ids", []), reason))
                    self._look()
                self._online.set()
        except Refused as refused:
            self._over = refused.code
            self._look()
        self._online.set()

    def _look(self) -> None:
        with self._changed:
            if self._tell and self.reason(self._tell[0]):
                _, act = self._tell
                self._tell = None
                act()


def watch(caller: Caller, opens: Callable[[], Playback], plays: Callable[[Playback], Player]) -> str | None:
    """Open a session, play it until the player ends or the session does, and close it.

    Returns why it was ended, a reason of the event ``revoked`` or a refusal's code; None when the viewer ended it.
    Raises Refused, Offline, PlayerFailed.
    """
    endings = Endings(caller.events())
    try:
        playback = opens()
        try:
            player = plays(playback)
            endings.when_ended(playback.session_id, player.end)
            try:
                player.wait()
            except PlayerFailed:
                if not endings.reason(playback.session_id):
                    raise
            finally:
                player.end()
            return endings.reason(playback.session_id)
        finally:
            with contextlib.suppress(CallFailed):
                caller.stop(playback.session_id)
    finally:
        endings.stop()
