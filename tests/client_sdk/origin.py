"""A low-latency HLS origin for the page's tests: the film of ``clip`` as a live stream that began some seconds ago."""

import asyncio
import time
from datetime import UTC, datetime

from aiohttp import web

from tests.client_sdk.clip import PART_S, RUNGS, SEGMENT_PARTS

EPOCH = "e1"
WINDOW = 6  # complete segments listed
WITH_PARTS = 3
CODECS = "avc1.4d401e"


class Origin:
    """``asked`` is every path in order. ``frozen_at`` stops the stream, as a camera does that goes silent.

    ``still`` is what ``still.jpg`` shows, taken ``still_age_s`` before it is asked for; without one it is 503.
    """

    def __init__(self, film, warm_s=12.0):
        self.film = film
        self.began_at = time.time() - warm_s
        self.asked = []
        self.frozen_at = None
        self.status = None
        self.still = None
        self.still_age_s = 0.4

    def routes(self):
        return [
            web.get("/live/{camera}/index.m3u8", self._multivariant),
            web.get("/live/{camera}/still.jpg", self._still),
            web.get("/live/{camera}/{rung}/{file}", self._file),
        ]

    def parts_done(self):
        now = self.frozen_at or time.time()
        return int((now - self.began_at) / PART_S)

    async def _until(self, part):
        await asyncio.sleep(self.began_at + (part + 1) * PART_S + 0.002 - time.time())
        if self.parts_done() <= part:
            await asyncio.Event().wait()

    async def _multivariant(self, request):
        self.asked.append(request.path)
        if self.status:
            return web.Response(status=self.status)
        lines = ["#EXTM3U", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for rung, (width, height, kbit_s) in reversed(RUNGS.items()):
            lines.append(
                f'#EXT-X-STREAM-INF:BANDWIDTH={kbit_s * 1100},RESOLUTION={width}x{height},FRAME-RATE=15,CODECS="{CODECS}"'
            )
            lines.append(f"{rung}/index.m3u8")
        return _playlist(lines)

    async def _still(self, request):
        self.asked.append(request.path)
        if self.still is None:
            return web.Response(status=503)
        at = datetime.fromtimestamp(time.time() - self.still_age_s, UTC).isoformat(timespec="milliseconds")
        headers = {"X-Captured-At": at.replace("+00:00", "Z"), "Cache-Control": "no-store"}
        return web.Response(body=self.still, content_type="image/jpeg", headers=headers)

    async def _file(self, request):
        self.asked.append(request.path_qs)
        if self.status:
            return web.Response(status=self.status)
        rung, file = request.match_info["rung"], request.match_info["file"]
        film = self.film[rung]
        if file == "index.m3u8":
            return await self._media(request, rung)
        if file == f"init-{EPOCH}.mp4":
            return web.Response(body=film.init, content_type="video/mp4")
        name = file.removesuffix(".m4s").removeprefix(f"{EPOCH}-")
        msn, _, part = name.partition(".")
        first = int(msn) * SEGMENT_PARTS + (int(part) if part else 0)
        last = first if part else first + SEGMENT_PARTS - 1
        if last > self.parts_done():
            return web.Response(status=404)
        await self._until(last)
        return web.Response(body=b"".join(film.parts[first : last + 1]), content_type="video/mp4")

    async def _media(self, request, rung):
        msn = request.query.get("_HLS_msn")
        if msn is not None:
            part = int(msn) * SEGMENT_PARTS + int(request.query.get("_HLS_part", SEGMENT_PARTS - 1))
            await asyncio.wait_for(self._until(part), 12)
        return _playlist(self._lines(rung))

    def _lines(self, rung):
        done = self.parts_done()
        segments = done // SEGMENT_PARTS
        first = max(0, segments - WINDOW)
        yield from ("#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:2", "#EXT-X-INDEPENDENT-SEGMENTS")
        yield f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={3 * PART_S:.3f}"
        yield f"#EXT-X-PART-INF:PART-TARGET={PART_S:.5f}"
        yield f"#EXT-X-MEDIA-SEQUENCE:{first}"
        yield f'#EXT-X-MAP:URI="init-{EPOCH}.mp4"'
        for msn in range(first, segments + 1):
            at = datetime.fromtimestamp(self.began_at + msn * SEGMENT_PARTS * PART_S, UTC)
            yield f"#EXT-X-PROGRAM-DATE-TIME:{at.isoformat(timespec='milliseconds')}"
            inside = range(msn * SEGMENT_PARTS, min((msn + 1) * SEGMENT_PARTS, done))
            if msn > segments - WITH_PARTS:
                for part in inside:
                    index = part - msn * SEGMENT_PARTS
                    independent = "" if index else ",INDEPENDENT=YES"
                    yield f'#EXT-X-PART:DURATION={PART_S:.5f},URI="{EPOCH}-{msn}.{index}.m4s"{independent}'
            if msn < segments:
                yield from (f"#EXTINF:{SEGMENT_PARTS * PART_S:.5f},", f"{EPOCH}-{msn}.m4s")
        yield f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{EPOCH}-{segments}.{done % SEGMENT_PARTS}.m4s"'
        for other in RUNGS:
            if other != rung:
                last = done - 1
                report = f"LAST-MSN={last // SEGMENT_PARTS},LAST-PART={last % SEGMENT_PARTS}"
                yield f'#EXT-X-RENDITION-REPORT:URI="../{other}/index.m3u8",{report}'


def _playlist(lines):
    text = "\n".join([*lines, ""])
    return web.Response(text=text, content_type="application/vnd.apple.mpegurl", headers={"Cache-Control": "no-cache"})
