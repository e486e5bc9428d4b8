import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("server", "transcoder", "demo", "deploy", "client_sdk/python")
FILES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py") if "versions" not in p.parts)
SCRIPTS = sorted(p for p in (ROOT / "client_sdk").rglob("*.js") if "node_modules" not in p.parts)

DOORS = {  # library: the only files that may import it
    "flask": {"server/app.py", "server/api/*.py"},
    "apiflask": {"server/app.py", "server/api/*.py"},
    "sqlalchemy": {
        *(
            f"server/{part}/*.py"
            for part in (
                "models",
                "audit",
                "cameras",
                "centres",
                "access",
                "incidents",
                "plates",
                "ankle",
                "sensing",
                "webhooks",
                "eido",
                "persons",
                "cap",
                "grants",
                "reviews",
                "api",
                "events",
                "gate",
            )
        ),
        *(
            f"server/{part}.py"
            for part in ("db", "outbox", "duties", "streams", "jobs", "scheduler", "keys_command", "discover_command")
        ),
        "transcoder/leases.py",
        "transcoder/registered.py",
        "transcoder/steered.py",
        "transcoder/rounds.py",
        "transcoder/discovered.py",
        "demo/seed.py",
    },
    "flask_limiter": {"server/api/limits.py"},
    "limits": {"server/api/limits.py", "server/api/counters.py"},
    "psycopg": {"server/gate/changes.py"},
    "sqlite3": {"server/db.py", "server/gate/changes.py"},
    "alembic": {"server/migrations/*.py", "server/db.py"},
    "jwt": {
        *("server/access/tokens.py", "server/access/dpop.py", "demo/device.py"),
        "client_sdk/python/goldentime/device.py",
    },
    "authlib": {"server/access/provider.py"},
    "joserfc": {"server/access/provider.py"},
    "requests": {"server/access/provider.py"},
    "urllib3": {"server/access/provider.py", "server/webhooks/post.py"},
    "argon2": {"server/access/passwords.py"},
    "cryptography": {
        *(
            "server/access/ring.py",
            "server/access/keys.py",
            "server/access/totp.py",
            "server/cameras/credentials.py",
            "server/audit/note.py",
            "demo/device.py",
        ),
        "client_sdk/python/goldentime/device.py",
    },
    "defusedxml": {"server/cap/document.py", "server/eido/pidf.py", "transcoder/soap.py", "demo/cameras/onvif.py"},
    "boto3": {"server/audit/store.py"},
    "botocore": {"server/audit/store.py"},
    "h3": {"server/cameras/near.py"},
    "apscheduler": {"server/scheduler.py"},
    "gevent": {"server/events/*.py", "server/wsgi_events.py"},
    "pydantic_settings": {"server/settings.py", "transcoder/settings.py"},
    "ffmpeg": {"transcoder/command.py"},
    "imageio_ffmpeg": {"transcoder/settings.py", "demo/pictures/clips.py"},
    "aiohttp": {"transcoder/origin.py", "transcoder/soap.py", "demo/cameras/onvif.py"},
    "uvloop": {"transcoder/__main__.py", "demo/cameras/__main__.py"},
    "prometheus_client": {"transcoder/metrics.py", "server/api/health.py"},
    "subprocess": {
        *("transcoder/process.py", "demo/pictures/*.py", "deploy/*.py"),
        "client_sdk/python/goldentime/player.py",
    },
    "httpx": {"client_sdk/python/goldentime/wire.py"},
    "playwright": {"demo/tablet.py"},
    "goldentime": {"client_sdk/python/goldentime/*.py"},
    "transcoder": {"transcoder/*.py"},
    "demo": {"demo/*.py", "demo/*/*.py"},
    "deploy": {"deploy/*.py", "demo/*.py"},
}
SERVER_DOORS = {
    "server/**/*.py",
    "server/*.py",
    "transcoder/leases.py",
    "transcoder/registered.py",
    "transcoder/steered.py",
    "transcoder/discovered.py",
    "demo/seed.py",
}

# server/: a package may import itself and what is named here; nothing imports the edges
BASE = {"models", "errors", "clock", "korea"}
FLOW = {
    "models": set(),
    "refusal": set(),
    "errors": {"refusal"},
    "clock": set(),
    "korea": set(),
    "settings": {"thresholds", "basemap"},
    "basemap": set(),
    "thresholds": set(),
    "logs": {"inert"},
    "inert": set(),
    "keyfile": set(),
    "jpeg": set(),
    "writers": set(),
    "db": {"models", "writers"},
    "audit": BASE | {"inert", "keyfile"},
    "events": BASE | {"db", "logs", "access", "streams", "stream_state"},
    "cameras": BASE | {"keyfile"},
    "stream_state": BASE,
    "streams": BASE | {"stream_state"},
    "access": BASE | {"audit", "db", "keyfile", "outbox", "streams"},
    "outbox": BASE,
    "due": BASE,
    "duties": BASE | {"audit", "access", "outbox", "due"},
    "incidents": BASE | {"audit", "cameras", "streams", "access", "outbox", "duties"},
    "plates": BASE | {"jpeg", "audit", "cameras", "access", "outbox", "incidents"},
    "eido": BASE | {"access", "incidents"},
    "persons": BASE | {"jpeg", "audit", "cameras", "access", "outbox", "streams", "incidents"},
    "ankle": BASE | {"cameras", "access", "incidents"},
    "webhooks": BASE | {"audit", "cameras", "access", "db", "logs"},
    "sensing": BASE | {"audit", "cameras", "access", "outbox", "incidents"},
    "cap": BASE | {"audit", "cameras", "access", "incidents"},
    "grants": BASE | {"audit", "cameras", "access", "outbox", "incidents"},
    "reviews": BASE | {"audit", "cameras", "access", "outbox", "db", "thresholds"},
    "centres": BASE | {"audit", "cameras", "access", "streams", "outbox"},
    "gate": BASE | {"audit", "db", "logs", "access"},
    "jobs": BASE
    | {"persons", "centres", "webhooks"}
    | {"audit", "access", "incidents", "grants", "plates", "sensing", "duties"},
}
EDGES = {
    "__init__",
    "__main__",
    "keys_command",
    "cameras_command",
    "discover_command",
    "officers_command",
    "app",
    "api",
    "wsgi_api",
    "wsgi_gate",
    "wsgi_events",
    "scheduler",
    "gunicorn_conf",
    "migrations",
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: absolute imports only, so that this test can see them"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def fits(path, patterns):
    here = path.relative_to(ROOT)
    return any(here.match(pattern) for pattern in patterns)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_uses_only_its_own_doors(path):
    for name in imports(path):
        library = name.split(".")[0]
        allowed = SERVER_DOORS if library == "server" else DOORS.get(library)
        assert allowed is None or fits(path, allowed), f"{path.relative_to(ROOT)} must not import {name}"


def test_every_part_of_the_server_is_in_the_flow_or_an_edge():
    parts = {p.stem for p in (ROOT / "server").iterdir() if p.suffix == ".py" or (p.is_dir() and p.name[0] not in "_.")}
    assert parts <= set(FLOW) | EDGES


@pytest.mark.parametrize("part", sorted(FLOW))
def test_the_server_flows_one_way(part):
    home = ROOT / "server"
    files = [home / f"{part}.py"] if (home / f"{part}.py").exists() else sorted((home / part).rglob("*.py"))
    for path in files:
        used = {name.split(".")[1] for name in imports(path) if name.startswith("server.")}
        assert used <= FLOW[part] | {part}, f"{path.relative_to(ROOT)} imports {used - FLOW[part] - {part}}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_short_and_says_what_it_is(path):
    source = path.read_text()
    tree = ast.parse(source)
    assert len(source.splitlines()) <= 300
    assert ast.get_docstring(tree), f"{path} has no first line"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= 50, f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_script_is_short(path):
    assert len(path.read_text().splitlines()) <= 300
