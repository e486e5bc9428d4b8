"""The encoders of one stream: the one in use, one that is to take over, and those that are going.

Invariants: a stream has one feeder at a time; the one in use goes on until the other has taken over where a segment
begins. Time goes on within an epoch; a new one begins when there is nothing to go on from.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from transcoder import logs, policy
from transcoder.command import Work
from transcoder.encoder import Encoder
from transcoder.feeder import CadenceBroken, Frame
from transcoder.gop import Packet
from transcoder.history import ENCODER, History
from transcoder.ingest import Ingest
from transcoder.ladder import Ladder
from transcoder.mask import Box
from transcoder.plan import Plan, cpu_cores
from transcoder.policy import Do
from transcoder.stream import Stream

HISTORY_S = 0.6  # of the kept pictures, what a new epoch begins with: enough to be playable at once
CLOCK_SET_S = 1.0  # the host's clock was set by more: pictures are to be dated by it, so another epoch begins
WARM_PARTS = 3  # from its start until an encoder has caught up with the one in use

log = logs.get("feeding")


@dataclass(frozen=True, slots=True)
class Tools:
    """What every stream is made with."""

    ffmpeg_path: str
    font: str  # path
    ladder: Ladder


@dataclass(slots=True)
class Feed:
    """An encoder at work for a plan."""

    encoder: Encoder
    ingest: Ingest  # that it is fed by
    plan: Plan
    is_live: bool = False  # its first part or still was logged
    fault: str | None = None  # why we ended it, if we did


class Feeding:
    """For one stream."""

    def __init__(self, camera_id: str, stream: Stream, history: History, tools: Tools, masked: Sequence[Box]) -> None:
        self.using: Feed | None = None
        self.coming: Feed | None = None
        self.begins_at = 0.0  # the epoch, in monotonic seconds
        self._camera_id = camera_id
        self._stream = stream
        self._history = history
        self._tools = tools
        self._masked = masked
        self._leaving: list[Feed] = []
        self._starts_at = datetime.now(UTC)  # the epoch

    @property
    def feeds(self) -> list[Feed]:
        """The one in use and the one to come, as far as there are."""
        return [feed for feed in (self.using, self.coming) if feed]

    @property
    def encoders(self) -> list[Encoder]:
        """All that run."""
        return [feed.encoder for feed in (*self.feeds, *self._leaving)]

    @property
    def profiles(self) -> set[str]:
        """Of the camera, that are in use."""
        return {feed.plan.profile.name for feed in self.feeds}

    def age_s(self, taken_at: datetime) -> float:
        """How old a picture of the stream is; no change of the host's clock makes it older or younger."""
        return time.monotonic() - self.begins_at - (taken_at - self._starts_at).total_seconds()

    def give(self, profile: str, packet: Packet) -> None:
        """A packet of an ingest goes to whoever is made of it."""
        for feed in self.feeds:
            if feed.plan.profile.name == profile:
                feed.encoder.feed(packet)
                self._copy(feed, packet)

    def keep(self, wanted: Plan | None, ready: Callable[[str], Ingest | None], *, now: float) -> None:
        """Have the encoder of this plan feed the stream; none: have none.

        Args:
            wanted: the plan.
            ready: the ingest of a profile, if it has a key frame to begin with.
            now: monotonic seconds.
        """
        self._hand_over()
        self._reap(now)
        if self.using and ready(self.using.plan.profile.name) is not self.using.ingest:
            self.dismiss()
        if self.using and abs(self.age_s(datetime.now(UTC))) > CLOCK_SET_S:
            log.warning("host_clock_set", camera=self._camera_id)
            self.dismiss()
        ingest = ready(wanted.profile.name) if wanted else None
        if wanted is None:
            self.dismiss()
        elif self.using is None:
            self._begin(wanted, ingest, now)
        elif self.using.plan != wanted:
            self._change(wanted, ingest, now)
        elif self.coming:
            self._leave(self.coming)
            self.coming = None
        self._judge(now)

    def dismiss(self) -> None:
        """No encoder feeds the stream any more."""
        for feed in self.feeds:
            self._leave(feed)
        self.using = self.coming = None
        if self._stream.packager.end():
            self._stream.publish()

    def _begin(self, wanted: Plan, ingest: Ingest | None, now: float) -> None:
        """A new epoch."""
        if ingest is None or now < self._history.of(ENCODER).retry_at:
            return
        packets = ingest.gop.packets
        first = packets[0] if wanted.copied else next((p for p in packets if p.at >= now - HISTORY_S), packets[-1])
        self.begins_at = first.at
        self._starts_at = datetime.now(UTC) - timedelta(seconds=time.monotonic() - first.at)
        if wanted.encoded:
            self._stream.packager.begin(secrets.token_hex(4), starts_at=self._starts_at)
        self.using = self._start(wanted, ingest, from_part=0, now=now)

    def _change(self, wanted: Plan, ingest: Ingest | None, now: float) -> None:
        """Another encoder is to take over."""
        if self.using is None or ingest is None or now < self._history.of(ENCODER).retry_at:
            return
        if self.coming and self.coming.plan == wanted:
            return
        if not wanted.encoded or not self.using.plan.encoded or wanted.copied != self.using.plan.copied:
            self.dismiss()
            self._begin(wanted, ingest, now)
            return
        if self.coming:
            self._leave(self.coming)
        boundary = self._tools.ladder.boundary_after(self._stream.packager.epoch_parts + WARM_PARTS)
        self.coming = self._start(wanted, ingest, from_part=boundary - 1, now=now)

    def _start(self, wanted: Plan, ingest: Ingest, *, from_part: int, now: float) -> Feed | None:
        name = secrets.token_hex(4)
        work = self._work(wanted, from_part)
        if wanted.encoded:
            copied = {wanted.copied: round((wanted.profile.fps or 0) * work.ladder.part_s)} if wanted.copied else {}
            sizes = dict.fromkeys(wanted.encoded, work.part_frames) | copied
            self._stream.packager.join(name, sizes, copied=frozenset(copied))
        try:
            feed = Feed(Encoder(self._tools.ffmpeg_path, name, work, self._stream, now=now), ingest, wanted)
        except OSError as error:
            self._stream.packager.leave(name)
            self._history.failed(ENCODER, "process_refused", lived_s=0.0, now=now)
            log.warning("encoder_not_started", camera=self._camera_id, error=str(error))
            return None
        for packet in ingest.gop.all:
            feed.encoder.feed(packet)
            self._copy(feed, packet)
        told = {
            "profile": wanted.profile.name,
            "rungs": wanted.encoded,
            "copied": wanted.copied,
            "slow": wanted.is_slow,
        }
        log.info("encoder_started", camera=self._camera_id, **told, pid=feed.encoder.process.pid)
        return feed

    def _work(self, wanted: Plan, from_part: int) -> Work:
        ladder = self._tools.ladder
        return Work(
            rungs=tuple(rung for rung in ladder.rungs if rung.name in wanted.encoded),
            ladder=ladder,
            from_part=from_part,
            begins_at=self.begins_at,
            starts_at=self._starts_at,
            is_slow=wanted.is_slow,
            masked=self._masked,
            font=self._tools.font,
            cpu_cores=cpu_cores(wanted, ladder),
        )

    def _copy(self, feed: Feed, packet: Packet) -> None:
        """A packet is a frame of the copied rung as it is."""
        rung, profile, packager = feed.plan.copied, feed.plan.profile, self._stream.packager
        if rung is None:
            return
        name, payload = feed.encoder.name, packet.tag.payload
        number = round((packet.at - self.begins_at) * (profile.fps or 0))
        try:
            if packet.tag.is_configuration:
                size_px = (profile.width_px or 0, profile.height_px or 0)
                packager.configure(name, rung, payload, size_px=size_px)
            elif number >= 0 and packager.add(name, rung, Frame(number, packet.tag.is_key, payload)):
                self._stream.publish()
        except CadenceBroken as error:
            feed.encoder.give_up("copy_broken", str(error))

    def _hand_over(self) -> None:
        if self.coming and self._stream.packager.feeding == self.coming.encoder.name:
            if self.using:
                self._leave(self.using)
            self.using, self.coming = self.coming, None

    def _leave(self, feed: Feed) -> None:
        self._stream.packager.leave(feed.encoder.name)
        self._leaving.append(feed)

    def _judge(self, now: float) -> None:
        """The next step for each encoder that is of no use, or not any more."""
        for feed in (*self.feeds, *self._leaving):
            excess = feed.encoder.meter.look(now=now)
            if excess:
                feed.encoder.give_up(excess, f"{feed.encoder.meter.used}")
            seen = feed.encoder.seen(now=now)
            is_wanted = feed not in self._leaving
            step = policy.decide(wanted=is_wanted, seen=seen, now=now)
            if step is not Do.NOTHING:
                feed.fault = feed.fault or (policy.fault(seen, now=now) if is_wanted else None)
                feed.encoder.take(step, now=now)
            if feed is self.using and feed.fault in policy.SILENT:
                feed.ingest.give_up("picture_undecodable", f"the encoder was ended for {feed.fault}")
            self._log_live(feed)

    def _reap(self, now: float) -> None:
        for feed in (*self.feeds, *self._leaving):
            code = feed.encoder.poll()
            if code is None:
                continue
            is_failed = feed not in self._leaving or feed.fault is not None
            if feed in self._leaving:
                self._leaving.remove(feed)
            if feed is self.coming:
                self._stream.packager.leave(feed.encoder.name)
                self.coming = None
            if feed is self.using:
                self.using = None
                self.dismiss()
            self._history.spent_s += feed.encoder.meter.used.cpu_s
            self._ended(feed, code, is_failed=is_failed, now=now)

    def _ended(self, feed: Feed, code: int, *, is_failed: bool, now: float) -> None:
        if not is_failed:
            log.info("encoder_ended", camera=self._camera_id, code=code, reason="not_wanted")
            return
        encoder = feed.encoder
        reason = feed.fault or "encoder_ended"
        lived_s = (encoder.given_at or now) - (encoder.first_at or encoder.given_at or now)
        retry_at = self._history.failed(ENCODER, reason, lived_s=lived_s, now=now)
        log.warning(
            "encoder_ended",
            camera=self._camera_id,
            code=code,
            reason=reason,
            trouble=encoder.trouble,
            lived_s=round(lived_s, 1),
            retry_s=round(retry_at - now, 1),
            said=encoder.process.said[-6:],
        )

    def _log_live(self, feed: Feed) -> None:
        if feed.encoder.first_at and not feed.is_live:
            feed.is_live = True
            pid = feed.encoder.process.pid
            log.info("encoder_live", camera=self._camera_id, rungs=feed.plan.encoded, pid=pid)
