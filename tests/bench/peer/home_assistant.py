"""Run by the Python that has Home Assistant: its HTTP server and its stream component, and nothing else of it.

``home_assistant.py FOLDER PORT PAGE CAMERA_URL``. ``/bench/start`` starts the stream and answers with its playlist's address,
``/bench/stop`` ends it, ``/bench/page/`` is the folder PAGE. The component is set to the shortest it accepts: segments of 2 s, parts of 0.2 s.
"""

import asyncio
import sys
from pathlib import Path

from aiohttp import web
from homeassistant import auth, bootstrap, config_entries, core, loader, setup


async def main(folder: str, port: int, page: str, camera_url: str) -> None:
    hass = core.HomeAssistant(folder)
    loader.async_setup(hass)
    hass.config.skip_pip = True
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth.auth_manager_from_config(hass, [], [])
    config = {
        "http": {"server_host": ["127.0.0.1"], "server_port": port},
        "stream": {"ll_hls": True, "segment_duration": 2.0, "part_duration": 0.2},
    }
    for name in config:
        if not await setup.async_setup_component(hass, name, config):
            raise SystemExit(f"the component {name} did not start")
    from homeassistant.components.camera.prefs import DynamicStreamSettings  # noqa: PLC0415 - needs the components
    from homeassistant.components.stream import HLS_PROVIDER, create_stream  # noqa: PLC0415

    streams = []

    async def start(_request: web.Request) -> web.Response:
        if not streams:
            streams.append(create_stream(hass, camera_url, {}, DynamicStreamSettings()))
            streams[0].add_provider(HLS_PROVIDER)
            await streams[0].start()
        return web.Response(text=streams[0].endpoint_url(HLS_PROVIDER))

    async def stop(_request: web.Request) -> web.Response:
        while streams:
            stream = streams.pop()
            await stream.remove_provider(stream.outputs()[HLS_PROVIDER])
            await stream.stop()
        return web.Response()

    async def index(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(Path(page) / "index.html")

    router = hass.http.app.router
    router.add_get("/bench/page/", index)
    router.add_get("/bench/start", start)
    router.add_get("/bench/stop", stop)
    router.add_static("/bench/page/", page)
    await hass.async_start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
