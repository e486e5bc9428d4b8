"""Every way in which a picture, or word of one, could get out, against everybody who must not have it.

The rows come from nginx's locations and the OpenAPI document (tests/server/channels.py): a new one fails until somebody
says which channel it belongs to.
"""

import re

import pytest

from deploy import nginx
from tests.nginx.conftest import running
from tests.nginx.test_config import locations
from tests.nginx.world import World
from tests.server.channels import (
    ACCESS,
    EVENTS,
    INCIDENT,
    NOTHING,
    OPERATIONS,
    PARTS,
    PLAYLISTS,
    RECORD,
    REGISTRY,
    SESSION,
    STILL,
    STREAM,
)

pytestmark = pytest.mark.nginx

CHANGING = ("post", "put", "patch", "delete")

LOCATIONS = {
    "/live/<sid>/<camera>/index.m3u8": PLAYLISTS,
    "/live/<sid>/<camera>/<rung>/index.m3u8": PLAYLISTS,
    "/live/<sid>/<camera>/<rung>/<file>": PARTS,
    "/live/<sid>/<camera>/still.jpg": STILL,
    "/v1/": SESSION,  # with all of OPERATIONS
    "/v1/vulnerable-persons/alerts/<alert>/photo": SESSION,
    "/v1/events": EVENTS,
    "/metrics": REGISTRY,
    "/v1/auth/token": NOTHING,
    "/.well-known/jwks.json": NOTHING,
    "/healthz": NOTHING,
    "/readyz": NOTHING,
    "/_gate": NOTHING,  # internal, as those with an @ are
    "@too_large": NOTHING,
    "@too_many": NOTHING,
    "@unavailable": NOTHING,
    "/": NOTHING,  # files of the page, as the rest
    "/<asset>": NOTHING,
    "/console/": NOTHING,
    "/console/<part>": NOTHING,
    "/sdk/<module>": NOTHING,
    "/words/<language>": NOTHING,
    "/vendor/hls/hls.min.mjs": NOTHING,
    "/vendor/maplibre/<part>": NOTHING,
    "/vendor/noto-sans-kr/<version>/<letters>": NOTHING,
}
TABLE = """
channel    allowed            no_basis       another_camera     revoked           expired     another_agency  admin
playlists  200                403            403                403               403         403             403
parts      200                403            403                403               403         403             403
cached     200                403            403                403               403         403             403
alias      200                403            403                403               403         403             403
still      200                403            403                403               403         403             403
session    201                not_dispatched camera_not_listed  dispatch_over     grant_over  not_dispatched  not_dispatched
stream     200                not_dispatched camera_not_listed  dispatch_over     grant_over  not_dispatched  not_dispatched
incident   /v1/me/dispatches  nothing        nothing            nothing           nothing     nothing         nothing
access     nothing            nothing        nothing            nothing           /v1/grants  nothing         /v1/centres/{centre_id}/cameras
events     dispatch           nothing        nothing            dispatch+revoked  nothing     nothing         nothing
record     not_found          not_found      not_found          not_found         not_found   not_found       role_missing
registry   not_found          not_found      not_found          not_found         not_found   not_found       /v1/cameras+/v1/cameras/{camera_id}+/v1/cameras/{camera_id}/discovery
acts       nothing            nothing        nothing            nothing           nothing     nothing         nothing
"""  # the states are in world.py; the administrator, and nobody else, comes by the management listener
STATES, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
EXPECTED = {state: {row[0]: row[column] for row in ROWS} for column, state in enumerate(STATES) if column}


@pytest.fixture
def spec(phone):
    return phone().get("/v1/openapi.json").json["paths"]


def readable(location):
    """A location's name, with the captures of its pattern by name."""
    pattern = re.sub(r'^(= |~ "\^)|\\z"$', "", location)
    return re.sub(r"\(\?<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", pattern).replace("\\.", ".")


def test_every_location_is_in_a_channel(site_text):
    assert {readable(name) for name in locations(site_text)} == set(LOCATIONS), "say in LOCATIONS what it can let out"


def test_every_channel_is_in_the_table():
    used = {*LOCATIONS.values(), *OPERATIONS.values()} - {NOTHING}
    assert used | {"cached", "alias", "acts"} == {row[0] for row in ROWS}
    assert {len(row) for row in ROWS} == {len(STATES)}


@pytest.mark.parametrize("state", EXPECTED)
def test_a_channel_lets_out_what_the_table_says(state, spec, phone, gate, *, read, transaction, keys, clock):
    acts = [(method.upper(), path) for path, found in spec.items() for method in found if method in CHANGING]
    with running(nginx.Options()) as front:
        world = World(front, phone, gate, read=read, transaction=transaction, keys=keys, clock=clock)
        getattr(world, state)()
        found = {
            PLAYLISTS: world.media("index.m3u8", "{rung}/index.m3u8"),
            PARTS: world.media("{rung}/init-1a.mp4", "{rung}/1a-1.m4s", "{rung}/1a-1.0.m4s"),
            "cached": world.cached("360p/1a-2.m4s"),
            "alias": world.media("{rung}/index.m3u8", "{rung}/1a-1.m4s", rung="main"),
            STILL: world.media("still.jpg"),
            SESSION: world.opening(),
            STREAM: world.standing(),
            INCIDENT: world.told(of(INCIDENT)),
            ACCESS: world.told(of(ACCESS)),
            EVENTS: world.events(),
            RECORD: world.told(of(RECORD)),
            REGISTRY: world.told([*of(REGISTRY), "/metrics"]),
            "acts": world.acts(acts),
        }
    assert found == EXPECTED[state]


def of(channel):
    return [path for path, kind in OPERATIONS.items() if kind == channel]
