"""Pure: renders what the packager has as HLS playlists.

Source: RFC 8216bis (draft-pantos-hls-rfc8216bis-22) §4.4; the low-latency profile of its appendix B.1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from transcoder.ladder import CONTAINER_BPS, Rung
from transcoder.packager import Packager, Segment

VERSION = 6  # EXT-X-MAP in a playlist without EXT-X-I-FRAMES-ONLY: §8
HOLD_BACK_PARTS = 3  # PART-HOLD-BACK in parts: Apple's authoring specification §14.3
LISTED_TARGETS = 3  # parts further from the end than this many target durations are not listed: §6.2.2


@dataclass(frozen=True, slots=True)
class Variant:
    """What the multivariant playlist says of a rung."""

    name: str
    peak_bps: int
    average_bps: int
    codecs: str
    width_px: int
    height_px: int
    fps: float


def encoded(rung: Rung, fps: int) -> Variant:
    """A rung as our encoder is bound to make it."""
    average_bps = rung.rate_bps + CONTAINER_BPS
    return Variant(rung.name, rung.cap_bps, average_bps, rung.codecs, rung.width_px, rung.height_px, fps)


def multivariant(variants: Sequence[Variant]) -> str:
    """The playlist of the rungs, lowest first. It depends on the plan alone: true before the first frame."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for variant in variants:
        lines += [_stream_inf(variant), f"{variant.name}/index.m3u8"]
    return "\n".join(lines) + "\n"


def media(packager: Packager, rung: str, offered: Sequence[str]) -> str:
    """The playlist of one rung of those ``offered``. The packager must be playable."""
    ladder, listed = packager.ladder, packager.listed
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{ladder.target_duration_s}",
        f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={_seconds(HOLD_BACK_PARTS * ladder.part_s)}",
        f"#EXT-X-PART-INF:PART-TARGET={_seconds(ladder.part_s)}",
        f"#EXT-X-MEDIA-SEQUENCE:{listed[0].msn}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{packager.discontinuities}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    end = listed[-1].position + len(listed[-1].parts)
    with_parts_from = end - LISTED_TARGETS * ladder.segment_parts
    mapped, folder = None, ""
    for segment in listed:
        shown = packager.shown(segment, rung)
        folder = "" if shown == rung else f"../{shown}/"
        if segment.is_discontinuous:
            lines.append("#EXT-X-DISCONTINUITY")
        if (shown, segment.init[shown]) != mapped:
            mapped = (shown, segment.init[shown])
            lines.append(f'#EXT-X-MAP:URI="{folder}init-{segment.init[shown]}.mp4"')
        lines += _segment(segment, folder, ladder.part_s, with_parts=segment.position >= with_parts_from)
    if packager.hint:
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{folder}{packager.hint}"')
    last = f"LAST-MSN={listed[-1].msn},LAST-PART={len(listed[-1].parts) - 1}"
    lines += [f'#EXT-X-RENDITION-REPORT:URI="../{other}/index.m3u8",{last}' for other in offered if other != rung]
    return "\n".join(lines) + "\n"


def _stream_inf(variant: Variant) -> str:
    return (
        f"#EXT-X-STREAM-INF:BANDWIDTH={variant.peak_bps},AVERAGE-BANDWIDTH={variant.average_bps},"
        f'CODECS="{variant.codecs}",RESOLUTION={variant.width_px}x{variant.height_px},FRAME-RATE={variant.fps:.3f}'
    )


def _segment(segment: Segment, folder: str, part_s: float, *, with_parts: bool) -> Iterator[str]:
    yield f"#EXT-X-PROGRAM-DATE-TIME:{_date(segment.starts_at)}"
    if with_parts:
        for index, part in enumerate(segment.parts):
            independent = ",INDEPENDENT=YES" if part.is_independent else ""
            yield f'#EXT-X-PART:DURATION={_seconds(part_s)},URI="{folder}{segment.part_name(index)}"{independent}'
    if segment.is_complete:
        yield f"#EXTINF:{_seconds(len(segment.parts) * part_s)},"
        yield f"{folder}{segment.name}"


def _seconds(value: float) -> str:
    """Shortest decimal to 10 us, as part of attributes that players compare with each other."""
    return f"{value:.5f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
