"""Three nginxes in front of one origin, of one binary and one set of templates: with the gate, without it, and of plain files.

``gated`` is the product's configuration with the requests per second of a session unlimited. ``open`` is that less the
question, so what is between them is the price of authorising. ``files`` serves the same bytes from a folder.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from demo.running import listens
from deploy import nginx
from deploy.ports import free_port
from deploy.stack import HOST_ID, READY_WITHIN_S, Stack

NO_LIMITS = nginx.Limits(
    logins_per_s=100_000,
    calls_per_s=100_000,
    media_per_s=100_000,
    media_per_address_per_s=100_000,
    connections_per_address=8000,
    held_per_session=8000,
)
QUESTION = re.compile(r"^auth_request.*\n", re.MULTILINE)
NO_ORIGIN = "default no_origin;"
FILES_SITE = """server {{
    listen 127.0.0.1:{port};
    set $listener public;
    access_log "{home}/logs/access.log" media buffer=32k flush=1s;
    include snippets/headers.conf;
    open_file_cache max=2048 inactive=10s;
    open_file_cache_valid 10s;
    location ~ "^/live/(?<sid>[^/]+)/(?<camera>[^/]+)/(?<rung>[^/]+)/(?<file>[^/]+)\\z" {{
        alias "{home}/files/$camera/$rung/$file";
    }}
}}
"""


@dataclass(frozen=True)
class Front:
    """A running nginx."""

    port: int
    pid: int
    home: Path


def gated(stack: Stack) -> Front:
    """The product's own, at a port of its own."""
    return _start(stack, "gated")


def without_gate(stack: Stack) -> Front:
    """The same, but nobody is asked."""

    def edit(home: Path) -> None:
        guarded = home / "snippets/guarded.conf"
        text, removed = QUESTION.subn("", guarded.read_text())
        assert removed == 2, "the templates changed: the question is no longer two lines of guarded.conf"
        guarded.write_text(text)
        _choose_origin(home)

    return _start(stack, "open", edit)


def of_files(stack: Stack) -> Front:
    """Plain files of ``home/files``, laid out as ``<camera>/<rung>/<name>``; the sid in the path means nothing."""

    def edit(home: Path) -> None:
        _choose_origin(home)
        site, types = home / "conf.d/site.conf", home / "conf.d/types.conf"
        port = re.search(r"listen 127\.0\.0\.1:(\d+)", site.read_text())[1]
        site.write_text(FILES_SITE.format(port=port, home=home))
        types.write_text(types.read_text().replace("types {", "types {\n    video/iso.segment m4s;", 1))

    return _start(stack, "files", edit)


def _choose_origin(home: Path) -> None:
    """Without an answer of the gate there is no variable that names the origin."""
    upstreams = home / "conf.d/upstreams.conf"
    text = upstreams.read_text()
    assert NO_ORIGIN in text, "the templates changed: no default origin"
    upstreams.write_text(text.replace("map $gate_origin ", "map $host ").replace(NO_ORIGIN, f"default {HOST_ID};"))


def _start(stack: Stack, name: str, edit: Callable[[Path], None] | None = None) -> Front:
    port, home = free_port(0), stack.at.var / "fronts" / name
    conf = nginx.render(
        folder=home,
        port=port,
        sockets=stack.at.sockets,
        origins={HOST_ID: f"127.0.0.1:{stack.at.origin_port}"},
        options=replace(nginx.Options(), limits=NO_LIMITS),
    )
    if edit:
        edit(home)
    child = stack.spawn(f"front-{name}", nginx.argv(conf))
    child.wait_until(lambda: listens(port), within_s=READY_WITHIN_S)
    return Front(port, child.pid, home)
