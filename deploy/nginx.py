"""Renders the templates of ``nginx/`` for one machine and says how nginx is started with them.

Pure text to files: nothing here starts a process. A value that could break out of its quotes is refused.
"""

import os
import pwd
import re
import resource
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TEMPLATES = Path(__file__).parents[1] / "nginx"
PLACE = re.compile(r"@([A-Z_]+)@")
UNSAFE = re.compile(r"[\"'\\$;{}\x00-\x1f]")
SOCKET_PATH_MAX_BYTES = 107  # sun_path of Linux, less the closing zero
FILES_WANTED = 16384
HIGHEST_PORT = 65535
ORIGIN = re.compile(r"https://[a-z0-9][a-z0-9.-]{0,252}(?::[0-9]{1,5})?")
ADDRESS = re.compile(r"[0-9.]{7,15}|\[[0-9a-f:]{2,39}\]")
MANAGEMENT_CONNECTIONS = 64
BURST_S = 4  # a burst may be as long as this many seconds' worth


class SiteInvalid(ValueError):
    """A setting nginx cannot be given; the message names it and the mend."""


@dataclass(frozen=True)
class Limits:
    """Requests a second before 429; a burst may be four times as many. Benchmarks raise them."""

    logins_per_s: int = 10  # per address
    calls_per_s: int = 300  # per address: a whole fleet may share one
    media_per_s: int = 60  # per session: a player needs about 10
    media_per_address_per_s: int = 5000  # the whole fleet's players, in one address
    management_per_s: int = 50  # per address, on the management listener
    connections_per_address: int = 4096
    held_per_session: int = 16  # requests at once: a player has three
    pages_per_token: int = 8  # event streams at once


@dataclass(frozen=True)
class Options:
    """What has a good default. With ``certificate`` and ``key`` (PEM) nginx speaks TLS and HTTP/2, else plain HTTP."""

    address: str = "127.0.0.1"
    management: str = ""  # address:port for administrators, auditors and metrics; without one nobody reaches these
    certificate: Path | None = None
    key: Path | None = None
    tiles: str = ""  # the base map's origin, such as https://tiles.example: the only other one a page may read from
    limits: Limits = Limits()


def render(*, folder: Path, port: int, sockets: Path, origins: Mapping[str, str], options: Options = Options()) -> Path:
    """Write the configuration into ``folder`` and return the path of its ``nginx.conf``.

    ``sockets`` is the folder that holds ``api.sock``, ``gate.sock`` and ``events.sock``; ``origins`` gives the
    ``address:port`` of each transcoder by its host id. Everything nginx writes later stays in ``folder`` too. Rendering
    again with other origins and sending the master SIGHUP takes them in without dropping a viewer.

    Raises:
        SiteInvalid: a value cannot stand in a configuration, or a socket's path is too long for the system.
    """
    home = folder.resolve()
    values = (
        _folders(home, sockets.resolve())
        | _machine()
        | _listen(port, options)
        | _management(options)
        | _tiles(options.tiles)
        | _origins(origins)
        | _limits(options.limits)
        | {"HALVES": "\n".join(map(_half_from, range(5)))}
    )
    for source in sorted(TEMPLATES.rglob("*.conf")):
        target = home / source.relative_to(TEMPLATES)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_text(PLACE.sub(lambda match: values[match[1]], source.read_text()))
    for name in ("logs", "cache"):
        (home / name).mkdir(exist_ok=True, mode=0o700)
    return home / "nginx.conf"


def forget(folder: Path) -> None:
    """Remove cached decisions and pictures. For a stopped nginx: only a running one removes what is old."""
    shutil.rmtree(folder / "cache", ignore_errors=True)


def argv(conf: Path) -> list[str]:
    """The command that runs nginx in the foreground with a rendered configuration; append ``-t`` to test it only."""
    return [binary(), "-e", "stderr", "-p", str(conf.parent), "-c", str(conf)]


def binary() -> str:
    """The path of nginx, which Debian keeps out of an ordinary user's PATH."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise SiteInvalid("nginx is not installed: apt-get install nginx")
    return found


def _folders(home: Path, sockets: Path) -> dict[str, str]:
    if len(f"{sockets}/events.sock".encode()) > SOCKET_PATH_MAX_BYTES:
        raise SiteInvalid(f"sockets: {sockets} is too long for a unix socket; choose a folder with a shorter path")
    folders = {"HOME": home, "ROOT": TEMPLATES.parent, "SOCKETS": sockets}
    return {name: _path(name.lower(), folder) for name, folder in folders.items()}


def _path(name: str, path: Path) -> str:
    if UNSAFE.search(str(path)):
        raise SiteInvalid(f"{name}: {str(path)!r} holds a character nginx would misread; choose another folder")
    return str(path)


def _machine() -> dict[str, str]:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    # As root nginx would hand its workers to nobody, who cannot read a checkout in root's home.
    user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
    return {"USER": user, "FILES": str(files), "CONNECTIONS": str(files // 2)}


def _listen(port: int, options: Options) -> dict[str, str]:
    if not ADDRESS.fullmatch(options.address):
        raise SiteInvalid(f"address: {options.address!r} is no IPv4 address and no IPv6 address in brackets")
    where = f"{options.address}:{_port('port', port)}"
    if options.certificate is None or options.key is None:
        return {"LISTEN": f"listen {where};", "TLS": "", "HSTS": ""}
    certificate, key = options.certificate.resolve(), options.key.resolve()
    tls = f'ssl_certificate "{_path("certificate", certificate)}";\n    ssl_certificate_key "{_path("key", key)}";'
    hsts = 'add_header Strict-Transport-Security "max-age=31536000" always;'
    return {"LISTEN": f"listen {where} ssl http2;", "TLS": tls, "HSTS": hsts}


def _management(options: Options) -> dict[str, str]:
    if not options.management:
        return {"MANAGEMENT": "", "MANAGEMENT_LISTEN": ""}
    address, _, port = options.management.rpartition(":")
    if not ADDRESS.fullmatch(address) or not port.isdecimal():
        raise SiteInvalid(f"management: {options.management!r} is no address:port, such as 127.0.0.1:8081")
    secure = " ssl http2" if options.certificate and options.key else ""
    listen = f"listen {address}:{_port('management', int(port))}{secure};"
    return {"MANAGEMENT": "include conf.d/management.conf;", "MANAGEMENT_LISTEN": listen}


def _tiles(origin: str) -> dict[str, str]:
    if origin and not ORIGIN.fullmatch(origin):
        raise SiteInvalid(f"tiles: {origin!r} is no https origin, such as https://tiles.example")
    return {"TILES": f" {origin}" if origin else ""}


def _port(name: str, port: int) -> int:
    if not 0 < port <= HIGHEST_PORT:
        raise SiteInvalid(f"{name}: {port} is not between 1 and {HIGHEST_PORT}")
    return port


def _origins(origins: Mapping[str, str]) -> dict[str, str]:
    for host, address in origins.items():
        if not re.fullmatch(r"[a-z0-9-]{1,32}", host):
            raise SiteInvalid(f"origins: {host!r} is no host id; use 1 to 32 of a-z, 0-9 and -")
        if not re.fullmatch(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-f:]{2,39}\]):[0-9]{1,5}", address):
            raise SiteInvalid(f"origins: {address!r} of {host} is no address:port")
    upstream = "upstream {} {{\n    server {} max_fails=0;\n    keepalive 64;\n}}"
    return {
        "ORIGINS": "\n".join(upstream.format(host, address) for host, address in sorted(origins.items())),
        "ORIGIN_MAP": "\n".join(f"    {host} {host};" for host in sorted(origins)),
    }


def _half_from(tenth: int) -> str:
    """A map that names every instant anew twice a second, ``tenth`` tenths (0..4) after the full and the half one.

    nginx cannot subtract: before the tenth the name is that of the second before, by its last digit; after a 9 there is
    one name more. No name comes again.
    """
    first = f'    "~^(?<second>\\d+)\\.[{tenth}-{tenth + 4}]" ${{second}}a;'
    then = f'    "~^(?<second>\\d+)\\.[{tenth + 5}-9]" ${{second}}b;'
    before = (f'    "~^(?<tens>\\d+){digit}\\." ${{tens}}{digit - 1}b;' for digit in range(1, 10))
    return "\n".join([f"map $msec $half_from_{tenth} {{", '    default "$time_iso8601";', first, then, *before, "}"])


def _limits(limits: Limits) -> dict[str, str]:
    rates = {
        "LOGINS": limits.logins_per_s,
        "CALLS": limits.calls_per_s,
        "MEDIA": limits.media_per_s,
        "MEDIA_PER_ADDRESS": limits.media_per_address_per_s,
        "MANAGEMENT": limits.management_per_s,
    }
    at_once = {
        "CONNECTIONS_PER_ADDRESS": limits.connections_per_address,
        "HELD_PER_SESSION": limits.held_per_session,
        "PAGES_PER_TOKEN": limits.pages_per_token,
        "MANAGEMENT_CONNECTIONS": MANAGEMENT_CONNECTIONS,
    }
    per_s = {f"{name}_PER_S": str(rate) for name, rate in rates.items()}
    bursts = {f"{name}_BURST": str(rate * BURST_S) for name, rate in rates.items()}
    return per_s | bursts | {name: str(count) for name, count in at_once.items()}
