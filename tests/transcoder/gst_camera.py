"""A real RTSP server that we did not write: GStreamer's, run with the system's python3 (``python3-gi``, ``gir1.2-gst-rtsp-server-1.0``).

Prints ``{"ready": true, "port": N}`` and serves, until its stdin closes,
``/idr``     H.264 720p15 + A-law audio, a pipeline per viewer: an IDR comes at once, then every 2 s;
``/join``    the same picture, one pipeline for all: a viewer joins in the middle of a GOP (2 s), as at a real camera.
Both behind digest authentication: user ``viewer``, the password is the first argument.
"""

import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 (versions must be chosen before the import)

PICTURE = (
    "videotestsrc is-live=true pattern=ball animation-mode=frames ! video/x-raw,width=1280,height=720,framerate=15/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast sliced-threads=false threads=1 key-int-max=30 bitrate=2000 "
    "! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96"
)
SOUND = "audiotestsrc is-live=true volume=0.1 ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8"


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service("0")
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(2)  # GST_RTSP_AUTH_DIGEST
    viewer = GstRtspServer.RTSPToken()
    viewer.set_string("media.factory.role", "viewer")
    auth.add_digest("viewer", sys.argv[1], viewer)
    server.set_auth(auth)
    mounts = server.get_mount_points()
    for path, shared in (("/idr", False), ("/join", True)):
        factory = GstRtspServer.RTSPMediaFactory.new()
        factory.set_launch(f"( {PICTURE} {SOUND} )")
        factory.set_shared(shared)
        factory.set_latency(0)
        permissions = GstRtspServer.RTSPPermissions.new()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
        mounts.add_factory(path, factory)
    server.attach(None)
    print(json.dumps({"ready": True, "port": server.get_bound_port()}), flush=True)
    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


main()
