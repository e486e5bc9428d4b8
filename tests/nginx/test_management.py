import json

import pytest

from deploy import nginx
from tests.nginx.conftest import SID, running
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx


def heard(port, *headers):
    return json.loads(ask(port, "/v1/cameras", headers=headers).body)["headers"]


@pytest.mark.parametrize(
    "forged", [[], ["X-Listener: management"], ["X_Listener: management"], ["x-listener: management", "X-Listener: x"]]
)
def test_the_api_is_told_which_listener_a_call_came_by_and_nobody_else_can_say(front, forged):
    assert heard(front.port, *forged)["x-listener"] == "public"
    assert heard(front.management_port, *forged)["x-listener"] == "management"


def test_metrics_are_on_the_management_listener_only(front):
    assert json.loads(ask(front.management_port, "/metrics").body)["path"] == "/metrics"
    assert ask(front.management_port, "/metrics", method="POST").status == 403
    assert ask(front.port, "/metrics").status == 404


@pytest.mark.parametrize("path", [f"/live/{SID}/camA/index.m3u8", f"/live/{SID}/camA/still.jpg", "/_gate"])
def test_no_picture_is_on_the_management_listener(front, path):
    before = len(front.gate.seen)
    assert ask(front.management_port, path).status == 404
    assert len(front.gate.seen) == before


def test_the_page_is_on_both(front):
    assert ask(front.management_port, "/").body == ask(front.port, "/").body


def test_the_listeners_have_limits_of_their_own():
    with running(nginx.Options(limits=nginx.Limits(management_per_s=1))) as front:
        replies = [ask(front.management_port, "/v1/cameras") for _ in range(12)]
        assert ask(front.port, "/v1/cameras").status == 200
    assert [reply.status for reply in replies[:5]] == [200] * 5
    assert json.loads(replies[-1].body)["code"] == "too_many_requests"


def test_without_an_address_for_it_there_is_none(tmp_path):
    conf = nginx.render(folder=tmp_path, port=8080, sockets=tmp_path, origins={})
    assert "management.conf" not in conf.read_text()
