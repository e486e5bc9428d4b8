"""The HTTP door: playlists, init segments, segments and parts, from memory. It knows no viewers: nginx asks the gate.

Invariants: a request that must wait is held, woken by the event it waits for and never by a poll, and let go when the
camera is no longer wanted. What shows something is held for less than a second, because the gate said yes before the
wait: whoever still wants it asks again, and the gate is asked with them. What is not there is 404; nothing is guessed
from a name.

Source: RFC 8216bis §6.2.5.2 (blocking reload: 400 and 503), §4.4.5.3 (preload hint: the request is held).
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import web

from transcoder import metrics, reload
from transcoder.stream import Stream, StreamEnded

START_S = 10.0  # a playlist of a stream that is starting is waited for this long
HELD_PICTURE_S = 0.8  # a part comes every 0.2 s; this long only where the camera stands still
HOLD_TARGETS = 3.0  # target durations a reload is held: longer is 503
PLAYLIST = "application/vnd.apple.mpegurl"
STILLS_ONLY = "stills_only"  # a refusal of video alone
UNCACHED = {"Cache-Control": "no-store"}
FOREVER = {"Cache-Control": "public, max-age=60, immutable"}  # a name never means other bytes; 60 s outlives the window

CAMERA = "/live/{camera:[A-Za-z0-9_-]{1,64}}"
RUNG = CAMERA + "/{rung:[0-9]{3,4}p}"


class Origin:
    """The handlers, over the streams of this host."""

    def __init__(
        self,
        streams: Mapping[str, Stream],
        *,
        look: Callable[[], Awaitable[None]],
        health: Callable[[], Mapping[str, object]],
        measure: Callable[[], bytes],
    ) -> None:
        """Keep what is to be served.

        Args:
            streams: by camera id; its owner adds and removes.
            look: read what is wanted now instead of at the next tick; returns when ``streams`` is up to date.
            health: what ``/healthz`` says; its ``ok`` decides between 200 and 503.
            measure: what ``/metrics`` says.
        """
        self._streams = streams
        self._look = look
        self._health = health
        self._measure = measure

    def app(self) -> web.Application:
        """The application to run."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", self.healthz),
                web.get("/metrics", self.metrics),
                web.get(CAMERA + "/index.m3u8", self.multivariant),
                web.get(CAMERA + "/still.jpg", self.still),
                web.get(RUNG + "/index.m3u8", self.media),
                web.get(RUNG + "/init-{epoch:[0-9a-f]{8}}.mp4", self.init),
                web.get(RUNG + "/{name:[0-9a-f]{8}-[0-9.]{1,24}[.]m4s}", self.content),
            ]
        )
        return app

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[None]:
        """Serve while the body runs. Its end lets go of what is held, within a second."""
        runner = web.AppRunner(
            self.app(), access_log=None, handle_signals=False, handler_cancellation=True, shutdown_timeout=1.0
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port, backlog=1024, reuse_address=True).start()
            yield
        finally:
            await runner.cleanup()

    async def healthz(self, _request: web.Request) -> web.Response:
        """Whether this host can transcode."""
        health = self._health()
        return web.json_response(dict(health), status=200 if health["ok"] else 503, headers=UNCACHED)

    async def metrics(self, _request: web.Request) -> web.Response:
        """For Prometheus."""
        return web.Response(body=self._measure(), headers={**UNCACHED, "Content-Type": metrics.CONTENT_TYPE})

    async def multivariant(self, request: web.Request) -> web.Response:
        """Answered at once, whether or not there is a picture yet."""
        stream = await self._stream(request)
        if stream is None:
            return _problem(request, 404, "stream_unknown", "this camera is not wanted here")
        return web.Response(body=stream.offer.multivariant.encode(), content_type=PLAYLIST, headers=UNCACHED)

    async def still(self, request: web.Request) -> web.Response:
        """The newest single picture; the first one is waited for a little. ``X-Captured-At`` says when it was taken."""
        stream = await self._stream(request)
        if stream is None:
            return _problem(request, 404, "stream_unknown", "this camera is not wanted here")
        stream.watching.ask_still(now=time.monotonic())
        try:
            await stream.until(
                lambda: stream.still is not None or stream.refusal not in {None, STILLS_ONLY},
                timeout_s=HELD_PICTURE_S,
            )
        except StreamEnded:
            return _problem(request, 410, "stream_ended", "this camera is no longer wanted")
        if stream.still is None:
            code = stream.refusal or "stream_starting"
            return _problem(request, 503, code, "the camera gives no picture yet", retry_after_s=1)
        taken_at = stream.still.taken_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        headers = {**UNCACHED, "X-Captured-At": taken_at}
        return web.Response(body=stream.still.jpeg, content_type="image/jpeg", headers=headers)

    async def media(self, request: web.Request) -> web.Response:
        """A rung's playlist, held until it has what the query asks for."""
        stream = await self._stream(request)
        rung = request.match_info["rung"]
        if stream is None or rung not in stream.offer.rungs:
            return _problem(request, 404, "stream_unknown", "this camera or rung is not offered here")
        stream.watching.ask(rung, now=time.monotonic())
        try:
            wanted = reload.parse({name: request.query.getall(name) for name in request.query})
            return await self._playlist(request, stream, rung, wanted)
        except reload.ReloadInvalid as error:
            return _problem(request, 400, "reload_invalid", str(error))
        except StreamEnded:
            return _problem(request, 410, "stream_ended", "this camera is no longer wanted")

    async def init(self, request: web.Request) -> web.Response:
        """The init segment of one run."""
        stream = self._streams.get(request.match_info["camera"])
        found = stream.packager.init(request.match_info["rung"], request.match_info["epoch"]) if stream else None
        return _media(request, found, "video/mp4")

    async def content(self, request: web.Request) -> web.Response:
        """A segment or a part; the part that comes next is held a little until it is whole, hinted or not."""
        stream = self._streams.get(request.match_info["camera"])
        if stream is None:
            return _problem(request, 404, "media_unknown", "this camera is not wanted here")
        rung, name = request.match_info["rung"], request.match_info["name"]
        if stream.packager.next_name == name and rung in stream.offer.rungs:
            try:
                came = await stream.until(lambda: stream.packager.next_name != name, timeout_s=HELD_PICTURE_S)
            except StreamEnded:
                return _problem(request, 410, "stream_ended", "this camera is no longer wanted")
            if not came:
                return _problem(request, 503, "stream_stalled", "the picture stands still", retry_after_s=1)
        return _media(request, stream.packager.content(rung, name), "video/iso.segment")

    async def _stream(self, request: web.Request) -> Stream | None:
        camera_id = request.match_info["camera"]
        if camera_id not in self._streams:
            await self._look()
        return self._streams.get(camera_id)

    async def _playlist(
        self, request: web.Request, stream: Stream, rung: str, wanted: reload.Wanted | None
    ) -> web.Response:
        packager = stream.packager
        await stream.until(lambda: packager.is_playable or _is_vain(stream), timeout_s=START_S)
        if not packager.is_playable or (_is_vain(stream) and packager.next_name is None):
            code = stream.refusal or "stream_starting"
            return _problem(request, 503, code, "the camera gives no picture yet", retry_after_s=1)
        if wanted:
            reload.check(wanted, packager.segments[-1], packager.ladder)
            with stream.viewer():
                await stream.until(
                    lambda: _is_vain(stream) or reload.is_ready(wanted, packager.segments[-1]),
                    timeout_s=_hold_s(stream),
                )
            if not reload.is_ready(wanted, packager.segments[-1]):
                code = stream.refusal or "stream_stalled"
                return _problem(request, 503, code, "the picture stands still", retry_after_s=1)
        compressed = "gzip" in request.headers.get("Accept-Encoding", "")
        headers = {**UNCACHED, "Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if compressed else {})}
        return web.Response(body=stream.playlist(rung, compressed=compressed), content_type=PLAYLIST, headers=headers)


def _is_vain(stream: Stream) -> bool:
    """Whether waiting for video is in vain."""
    return stream.refusal is not None


def _hold_s(stream: Stream) -> float:
    return HOLD_TARGETS * stream.packager.ladder.target_duration_s


def _media(request: web.Request, content: bytes | None, content_type: str) -> web.Response:
    if content is None:
        return _problem(request, 404, "media_unknown", "there is no media of this name, or no longer")
    return web.Response(body=content, content_type=content_type, headers=FOREVER)


def _problem(
    request: web.Request, status: int, code: str, detail: str, *, retry_after_s: int | None = None
) -> web.Response:
    """RFC 9457, with the members that the whole product uses."""
    problem = {
        "type": f"urn:goldentime:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request.headers.get("X-Request-ID", ""),
    }
    headers = {**UNCACHED, **({"Retry-After": str(retry_after_s)} if retry_after_s else {})}
    return web.json_response(problem, status=status, content_type="application/problem+json", headers=headers)
