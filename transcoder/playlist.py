"""Pure: renders what the packager has as HLS playlists.

Source: RFC 8216bis (draft-pantos-hls-rfc8216bis-22) §4.4; the low-latency profile of its appendix B.1.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from transcoder.ladder import CONTAINER_BPS, Ladder, Rung
from transcoder.packager import Packager, Segment

VERSION = 6  # EXT-X-MAP in a playlist without EXT-X-I-FRAMES-ONLY: §8
HOLD_BACK_PARTS = 3  # PART-HOLD-BACK in parts: Apple's authoring specification §14.3
LISTED_TARGETS = 3  # parts further from the end than this many target durations are not listed: §6.2.2


def multivariant(ladder: Ladder) -> str:
    """The playlist of the rungs, lowest first. It depends on the ladder alone: true before the first frame."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rung in ladder.rungs:
        lines += [_variant(rung, ladder.fps), f"{rung.name}/index.m3u8"]
    return "\n".join(lines) + "\n"


def media(packager: Packager, rung_name: str) -> str:
    """The playlist of one rung. The packager must be playable."""
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
    end = listed[-1].position + listed[-1].frames
    with_parts_from = end - LISTED_TARGETS * ladder.target_duration_s * ladder.fps
    epoch = None
    for segment in listed:
        if segment.is_discontinuous:
            lines.append("#EXT-X-DISCONTINUITY")
        if segment.epoch != epoch:
            epoch = segment.epoch
            lines.append(f'#EXT-X-MAP:URI="init-{epoch}.mp4"')
        lines += _segment(segment, ladder.fps, with_parts=segment.position >= with_parts_from)
    if packager.hint:
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{packager.hint}"')
    last = f"LAST-MSN={listed[-1].msn},LAST-PART={len(listed[-1].parts) - 1}"
    lines += [
        f'#EXT-X-RENDITION-REPORT:URI="../{other.name}/index.m3u8",{last}'
        for other in ladder.rungs
        if other.name != rung_name
    ]
    return "\n".join(lines) + "\n"


def _variant(rung: Rung, fps: int) -> str:
    return (
        f"#EXT-X-STREAM-INF:BANDWIDTH={rung.cap_bps},AVERAGE-BANDWIDTH={rung.rate_bps + CONTAINER_BPS},"
        f'CODECS="{rung.codecs}",RESOLUTION={rung.width_px}x{rung.height_px},FRAME-RATE={fps:.3f}'
    )


def _segment(segment: Segment, fps: int, *, with_parts: bool) -> Iterator[str]:
    yield f"#EXT-X-PROGRAM-DATE-TIME:{_date(segment.starts_at)}"
    if with_parts:
        for index, part in enumerate(segment.parts):
            independent = ",INDEPENDENT=YES" if part.is_independent else ""
            duration = _seconds(part.frames / fps)
            yield f'#EXT-X-PART:DURATION={duration},URI="{segment.part_name(index)}"{independent}'
    if segment.is_complete:
        yield f"#EXTINF:{_seconds(segment.frames / fps)},"
        yield segment.name


def _seconds(value: float) -> str:
    """Shortest decimal to 10 us, as part of attributes that players compare with each other."""
    return f"{value:.5f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
