"""Moving a camera by ONVIF, and what is to be done with it next.

``decide`` is pure: the newest move of the hold in force, or back to the preset as soon as none is. A camera that was
moved is away until it has said that it took the order to return, whatever happens to us meanwhile.

Source: ONVIF PTZ Service §5.3 (ContinuousMove, Stop), §5.5 (GotoPreset), §5.6 (GotoHomePosition).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from xml.sax.saxutils import escape

from transcoder import onvif, soap
from transcoder.soap import SCHEMA, Conversation, Door, Outcome

PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
TIMEOUT_S = 5.0  # with the two seconds that a move may last
LATE = timedelta(seconds=3)  # an older order is not carried out: nobody expects it any more
RETRY = timedelta(seconds=5)
WRONG = timedelta(minutes=30)  # after a wrong password: cameras lock us out
LATE_OUTCOME = "late"


class Do(Enum):
    """The next step for one camera."""

    NOTHING = auto()
    MOVE = auto()
    SKIP = auto()  # the order is too old
    RETURN = auto()


@dataclass(frozen=True, slots=True)
class Work:
    """One camera that is held, or away from its preset."""

    camera_id: str
    door: Door | None  # none: it must not or cannot be reached
    home: str | None  # token of the preset it returns to
    hold_id: str | None = None  # in force
    seq: int = 0  # of the newest order of that hold
    move: Mapping[str, Any] | None = None
    move_at: datetime | None = None
    away: bool = False
    done_hold_id: str | None = None  # for which it was moved last
    done_seq: int = 0
    outcome: str | None = None  # of the last call
    at: datetime | None = None


def decide(work: Work, *, now: datetime) -> Do:
    """What to do now. ``now`` is by the clock that the rows were written by."""
    if work.door is None:
        return Do.NOTHING
    is_same = work.hold_id is not None and work.hold_id == work.done_hold_id
    if work.away and not is_same:  # whoever takes it next finds it at its preset
        return Do.NOTHING if work.outcome not in {None, Outcome.ASKED} and _waits(work, now) else Do.RETURN
    if work.hold_id is None or work.move is None or work.move_at is None:
        return Do.NOTHING
    if is_same and work.seq <= work.done_seq:
        return Do.NOTHING
    return Do.MOVE if now - work.move_at <= LATE else Do.SKIP


def _waits(work: Work, now: datetime) -> bool:
    wait = WRONG if work.outcome == Outcome.UNAUTHORIZED else RETRY
    return work.at is not None and now - work.at < wait and work.outcome != LATE_OUTCOME


async def move(door: Door, wish: Mapping[str, Any], *, now: datetime) -> Outcome:
    """Send the camera to ``{preset}``, or have it move by ``{pan, tilt, zoom, duration_ms}`` and stop."""

    async def act(camera: Conversation) -> None:
        token = await onvif.profile(camera)
        if "preset" in wish:
            await _call(camera, token, "GotoPreset", f"<PresetToken>{escape(wish['preset'])}</PresetToken>")
            return
        seconds = wish["duration_ms"] / 1000
        pan = f'<PanTilt xmlns="{SCHEMA}" x="{float(wish["pan"])}" y="{float(wish["tilt"])}"/>'
        zoom = f'<Zoom xmlns="{SCHEMA}" x="{float(wish["zoom"])}"/>'
        asked = f"<Velocity>{pan}{zoom}</Velocity><Timeout>PT{seconds:g}S</Timeout>"  # it stops even if we do not
        await _call(camera, token, "ContinuousMove", asked)
        await asyncio.sleep(seconds)
        await _stop(camera, token)

    return await soap.talk(act, door, now=now, timeout_s=TIMEOUT_S)


async def give_back(door: Door, home: str | None, *, now: datetime) -> Outcome:
    """Have the camera stop and return to its preset; without one, to its home position."""

    async def act(camera: Conversation) -> None:
        token = await onvif.profile(camera)
        await _stop(camera, token)
        if home is None:
            await _call(camera, token, "GotoHomePosition", "")
        else:
            await _call(camera, token, "GotoPreset", f"<PresetToken>{escape(home)}</PresetToken>")

    return await soap.talk(act, door, now=now, timeout_s=TIMEOUT_S)


async def _stop(camera: Conversation, token: str) -> None:
    await _call(camera, token, "Stop", "<PanTilt>true</PanTilt><Zoom>true</Zoom>")


async def _call(camera: Conversation, token: str, name: str, asked: str) -> None:
    profile = f"<ProfileToken>{escape(token)}</ProfileToken>"
    answer = await camera.call("PTZ", f'<{name} xmlns="{PTZ}">{profile}{asked}</{name}>')
    soap.found(answer, PTZ, f"{name}Response")
