"""A real RTSP server that this project did not write: Debian's GStreamer RTSP server with drawn pictures.

Run by /usr/bin/python3, which has Debian's bindings: python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-ugly.

Reads one JSON line from standard input, ``{"mounts": ["/a"], "username": "", "password": "", "fps": 15, "gop": 30}``,
prints one, ``{"ready": true, "port": N}``, and runs until SIGTERM or until its standard input ends, so that it does not
outlive whoever started it. Without a username it asks nobody for a password; with one, for a digest.
"""

import json
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 — the versions must be chosen first

ROLE = "viewer"
LAUNCH = (  # sliced threads lose slices over RTP
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate={fps}/1"
    " ! clockoverlay ! x264enc tune=zerolatency speed-preset=ultrafast sliced-threads=false key-int-max={gop}"
    " bframes=0 bitrate=800 ! video/x-h264,profile=main ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)


def server(wanted: dict) -> GstRtspServer.RTSPServer:
    rtsp = GstRtspServer.RTSPServer.new()
    rtsp.set_address("127.0.0.1")
    rtsp.set_service("0")
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    if wanted.get("username"):
        auth = GstRtspServer.RTSPAuth.new()
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(wanted["username"], wanted["password"], token)
        rtsp.set_auth(auth)
    for mount in wanted["mounts"]:
        factory = GstRtspServer.RTSPMediaFactory.new()
        factory.set_launch(LAUNCH.format(fps=wanted.get("fps", 15), gop=wanted.get("gop", 30)))
        factory.set_shared(True)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role(ROLE, "media.factory.access", True)
        permissions.add_permission_for_role(ROLE, "media.factory.construct", True)
        factory.set_permissions(permissions)
        rtsp.get_mount_points().add_factory(mount, factory)
    return rtsp


def main() -> None:
    Gst.init(None)
    rtsp = server(json.loads(sys.stdin.readline()))
    rtsp.attach(None)
    loop = GLib.MainLoop()
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, loop.quit)
    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
    print(json.dumps({"ready": True, "port": rtsp.get_bound_port()}), flush=True)
    loop.run()


if __name__ == "__main__":
    main()
