"""Each linked service, from what sets it off to the picture on the right tablet, to the end of access."""

import time
from urllib.parse import urlsplit

import pytest

from demo.caller import Caller, CallRefused
from demo.scenarios.programme import SCENARIOS

pytestmark = pytest.mark.e2e
ENDED_WITHIN_S = 2.0


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_unit_that_is_sent_sees_the_scene_and_nothing_once_it_is_over(name, product, tablet_of):
    tablet = tablet_of(SCENARIOS[name].rider)
    requested = []
    tablet.page.on("request", lambda request: "/live/" in request.url and requested.append(urlsplit(request.url).path))
    scene = SCENARIOS[name].play(product)
    tablet.first_frame_ms(scene.camera_id)
    watched = {"camera_id": scene.camera_id, "incident_id": scene.incident_id}
    with pytest.raises(CallRefused) as refusal:
        product.officer("other_officer").call("POST", "/v1/playback", watched)
    assert refusal.value.status == 403

    ended_at = time.monotonic()
    scene.end()
    tablet.wait_until_blank()
    stranger = Caller(product.base_url)
    playing = list(requested)
    assert any(url.endswith(".m4s") for url in playing)
    while any(stranger.status(url) != 403 for url in playing):
        assert time.monotonic() - ended_at < ENDED_WITHIN_S, "something is still served"
