"""Pure: which rungs a camera is offered in, which of them are copied or encoded now, and from which of its streams.

Copying needs the camera's key frames where our segments begin, and its frames counted: a copied camera is therefore
played by the count of its frames, all others by the time they arrive.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transcoder import playlist
from transcoder.brownout import Step
from transcoder.ladder import Ladder, Rung
from transcoder.playlist import Variant

# Core seconds a pixel, 2.5 times what was measured: 1080p25 decoded 0.13, 360p12.5 encoded 0.04 core.
DECODING_CORES = 6e-9
ENCODING_CORES = 3.4e-8
STARTING_CORES = 0.1
USUAL_PIXELS, USUAL_FPS = 1920 * 1080, 30.0

AVC1 = re.compile(r"avc1\.(42|4D|64)[0-9A-F]{4}", re.IGNORECASE)  # baseline, main, high: what every tablet decodes


@dataclass(frozen=True, slots=True)
class Profile:
    """One stream that a camera offers, as it was registered; none: not known."""

    name: str
    path: str
    codec: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    fps: float | None = None
    bitrate_bps: int | None = None
    gop_frames: int | None = None
    b_frames: bool | None = None
    codecs: str | None = None  # RFC 6381

    @property
    def pixels(self) -> float:
        """Its size; that of an unknown one is taken to be the largest."""
        return self.width_px * self.height_px if self.width_px and self.height_px else float("inf")

    def fills(self, rung: Rung) -> bool:
        """Whether the rung needs no enlarged picture of it."""
        if not self.width_px or not self.height_px:
            return True
        return self.width_px >= rung.width_px or self.height_px >= rung.height_px

    def exceeds(self, rung: Rung) -> bool:
        """Whether it shows more than the rung can."""
        if not self.width_px or not self.height_px:
            return True
        return self.width_px > rung.width_px or self.height_px > rung.height_px


@dataclass(frozen=True, slots=True)
class Offer:
    """What viewers of a camera can choose from."""

    rungs: tuple[str, ...]  # lowest first
    variants: tuple[Variant, ...]
    copied: Profile | None  # shown as it is in the tallest rung
    not_copied: str | None  # stable code of why nothing is copied

    @property
    def multivariant(self) -> str:
        """The playlist of it."""
        return playlist.multivariant(self.variants)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done for a camera now."""

    profile: Profile
    encoded: tuple[str, ...]  # rungs, lowest first; none: key frames only, for stills
    copied: str | None = None
    is_slow: bool = False  # one frame a part


def offer(profiles: Sequence[Profile], ladder: Ladder, *, masked: bool, distrusted: bool = False) -> Offer:
    """The rungs of a camera.

    Args:
        profiles: 1 or more.
        ladder: what could be offered.
        masked: parts of its picture must not be shown.
        distrusted: it did not keep to what its profiles say, when it was copied.
    """
    tallest = max(profiles, key=lambda profile: profile.pixels)
    offered = [ladder.rungs[0], *(rung for below, rung in pairwise(ladder.rungs) if tallest.exceeds(below))]
    source = _source(profiles, offered[-1])
    reason = "distrusted" if distrusted else "masked" if masked else not_copiable(source, offered[-1], ladder)
    if len(offered) == 1:
        reason = reason or "lowest"  # it is always encoded: all others fall back on it
    variants = [playlist.encoded(rung, ladder.fps) for rung in offered]
    if reason is None:
        variants[-1] = _copied(source, offered[-1])
    return Offer(tuple(r.name for r in offered), tuple(variants), source if reason is None else None, reason)


def plan(
    profiles: Sequence[Profile], offered: Offer, ladder: Ladder, *, watched: Collection[str], step: Step = Step.FULL
) -> Plan:
    """What to do now.

    Args:
        profiles: of the camera, 1 or more.
        offered: what it is offered in.
        ladder: the rungs.
        watched: rungs with viewers; the lowest is encoded without any, and KEY_FRAMES has none at all.
        step: what the host can give.
    """
    copied = offered.rungs[-1] if offered.copied else None
    rungs = [name for name in offered.rungs if name != copied]
    chosen = [name for name in rungs if name in watched or name == offered.rungs[0]]
    if step >= Step.NO_TOP and len(offered.rungs) > 1 and offered.rungs[-1] in chosen:
        chosen.remove(offered.rungs[-1])
    if step is Step.KEY_FRAMES:
        chosen, copied = [], None
    needed = [rung for rung in ladder.rungs if rung.name in (chosen or rungs[:1] or offered.rungs[:1])]
    profile = offered.copied or _source(profiles, needed[-1])
    return Plan(profile, tuple(chosen), copied, is_slow=step is Step.SLOW)


def not_copiable(profile: Profile, rung: Rung, ladder: Ladder) -> str | None:
    """Why a camera's stream cannot be a rung as it is, as a stable code; none: it can."""
    size = (profile.width_px, profile.height_px)
    fps, gop_frames, bitrate_bps = profile.fps, profile.gop_frames, profile.bitrate_bps
    unfit = {
        "codec": profile.codec != "h264" or not AVC1.fullmatch(profile.codecs or ""),
        "b_frames": profile.b_frames is not False,
        "size": not all(size) or (profile.width_px or 0) > rung.width_px or (profile.height_px or 0) > rung.height_px,
        "bitrate": not bitrate_bps or bitrate_bps > rung.rate_bps,
        "fps": not fps or not (fps * ladder.part_s).is_integer(),
        "gop": not fps or not gop_frames or (fps * ladder.target_duration_s) % gop_frames != 0,
    }
    return next((code for code, is_unfit in unfit.items() if is_unfit), None)


def _source(profiles: Sequence[Profile], rung: Rung) -> Profile:
    """The smallest stream that is large enough, else the largest."""
    enough = [profile for profile in profiles if profile.fills(rung)]
    return min(enough, key=lambda p: p.pixels) if enough else max(profiles, key=lambda p: p.pixels)


def _copied(profile: Profile, rung: Rung) -> Variant:
    return Variant(
        rung.name,
        rung.cap_bps,
        profile.bitrate_bps or rung.cap_bps,
        profile.codecs or "",
        profile.width_px or rung.width_px,
        profile.height_px or rung.height_px,
        profile.fps or 0.0,
    )


def cpu_cores(planned: Plan, ladder: Ladder) -> float:
    """What an encoder may need for a plan, generously: on a slow core, with a busy picture."""
    profile = planned.profile
    source = (profile.pixels if profile.width_px and profile.height_px else USUAL_PIXELS) * (profile.fps or USUAL_FPS)
    made = sum(rung.width_px * rung.height_px for rung in ladder.rungs if rung.name in planned.encoded) * ladder.fps
    return STARTING_CORES + source * DECODING_CORES + made * ENCODING_CORES
