"""One simulated camera: its clip on the wall clock, and what is wrong with it now.

Invariants: frame n of a loop of N is sent when floor(t * fps) mod N == n for the wall clock t, so every client of a
camera sees the same picture and a clock burned into it is true; a client joins at whatever frame is due, mostly
mid-GOP. Two paths with clips of the same scene therefore show the same moment. Given up when a key frame is asked for:
the GOP then begins anew, and its burned-in clock is late until the next one.
"""

import asyncio
import math
import random
import time
from collections.abc import Mapping
from pathlib import Path

from demo.cameras import behaviour, conversation, rtp, rtsp
from demo.cameras.behaviour import Behaviour, Fault
from demo.cameras.configuration import CameraSetting
from demo.cameras.feed import Feed
from demo.cameras.film import Film, Unit

CATCH_UP_S = 2.0  # further behind than this, the missed frames are skipped, as after a suspended machine

WELL = Behaviour(fault=Fault.STALL, until_s=0.0)  # over before it begins
HANGING_UP = (Fault.FIN, Fault.RST, Fault.REBOOT_LOOP)


def due(sent: int, now: float, *, fps: float) -> range:
    """Frames since the epoch to send at ``now`` (epoch seconds) when ``sent`` was the last; empty when none is due.

    After a stepped clock or a sleep longer than CATCH_UP_S, only the present frame.
    """
    current = int(now * fps)
    if abs(current - sent) > CATCH_UP_S * fps:
        return range(current, current + 1)
    return range(sent + 1, current + 1)


def hung(film: Film, count: int, *, frozen: tuple[float, float]) -> tuple[int, int] | None:
    """What an encoder sends for frame ``count`` while it hangs; none while it does not.

    ``frozen`` are the counts between which it hangs. It sends the key frame it had last, at once and wherever it would
    send a key frame, with pictures between them in which nothing moves. Freed, it goes on with the next key frame of
    its film, so that no picture refers to one that was never sent. The result is the count of the key frame, and how
    many pictures ago it was sent.
    """
    begin, end = math.ceil(frozen[0]), frozen[1]
    key = film.key_since(count)
    return (film.key_since(begin), count - max(begin, key)) if count >= begin and key < end else None


class Camera:
    """One clip on the wall clock, sent to every feed that joined. It ticks only while somebody watches."""

    def __init__(self, setting: CameraSetting, films: Mapping[Path, Film], *, ready_at: float) -> None:
        self._setting = setting
        self._behaviour = setting.behaviour or WELL
        self._ready_at = ready_at
        self._film = films[setting.clip]
        self._other = films[self._behaviour.clip or setting.clip]
        self._feeds: set[Feed] = set()
        self._ticking: asyncio.Task[None] | None = None
        self._is_asked = False  # for a key frame
        self._again = (0, 0)  # the GOP that began anew, by the count of its key frame, and how many frames it is late

    def fault(self, now: float) -> Fault | None:
        """What is wrong with it now."""
        return self._behaviour.at(now - self._ready_at)

    def answer(self, state: conversation.State, request: rtsp.Request, fault: Fault | None) -> conversation.Answer:
        """Next state and response, right or as the fault has it."""
        refused = behaviour.refusal(request, fault, target=self._behaviour.target)
        if refused:
            return state, refused
        sdp = behaviour.described(self._shown_by(fault).sdp(self._setting.fps), fault)
        password = self._setting.password.get_secret_value()
        account = conversation.Account(self._setting.username, password, sdp)
        return conversation.answer(state, request, {self._setting.path: account})

    def join(self, state: conversation.State, transport: asyncio.WriteTransport) -> Feed:
        """Send to a client from now on."""
        wraps = self._behaviour.fault is Fault.CLOCK_WRAPPED
        offset = -int(self._began_at * rtp.CLOCK_HZ) if wraps else None
        feed = Feed(transport, channel=state.channel, ssrc=state.ssrc, sequence=state.sequence, offset=offset)
        self._feeds.add(feed)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())
        return feed

    def send_key_frame(self) -> None:
        """The next picture is a key frame: the GOP begins anew for all who watch. A hung encoder does not hear it."""
        self._is_asked = bool(self._feeds)

    def leave(self, feed: Feed) -> None:
        self._feeds.discard(feed)

    @property
    def _began_at(self) -> float:
        return self._ready_at + self._behaviour.after_s

    def _shown_by(self, fault: Fault | None) -> Film:
        return self._other if fault is Fault.OTHER_CLIP else self._film

    async def _tick(self) -> None:
        fps = self._setting.fps
        sent = int(time.time() * fps)
        while self._feeds:
            await asyncio.sleep(max(0.0, (sent + 1) / fps - time.time()))
            for count in due(sent, time.time(), fps=fps):
                self._send(count)
                sent = count

    def _send(self, count: int) -> None:
        fps, fault = self._setting.fps, self.fault(count / self._setting.fps)
        if fault in HANGING_UP:
            for feed in self._feeds:
                feed.hang_up(abruptly=fault is not Fault.FIN)
            self._feeds.clear()
            return
        film = self._shown_by(fault)
        whole = self._unit(film, count)
        packets = film.payloads(behaviour.shown(whole, fault, chance=[random.random() for _ in whole]))
        shift = behaviour.clock_shift(int((count / fps - self._began_at) * rtp.CLOCK_HZ), fault)
        if packets:
            self._feeds -= {feed for feed in self._feeds if not feed.send(packets, count, fps=fps, shift=shift)}

    def _unit(self, film: Film, count: int) -> Unit:
        asked, self._is_asked = self._is_asked, False
        if self._behaviour.fault is Fault.FROZEN:
            ages = self._behaviour.after_s, self._behaviour.until_s
            begin, end = ((self._ready_at + age_s) * self._setting.fps for age_s in ages)
            if held := hung(film, count, frozen=(begin, end)):
                return film.still(*held)
        key = film.key_since(count)
        if asked:
            self._again = key, count - key
        began_anew, late = self._again
        return film.unit(count - late if key == began_anew else count)
