"""What the comparison with other products stands on, without them."""

import time

import pytest

from tests.bench.peer_servers import PeerMissing, install, page_in
from tests.bench.peers import until_after_key_frame


def test_what_cannot_be_installed_is_named_with_its_reason(tmp_path):
    with pytest.raises(PeerMissing, match="nobody's could not be installed: no such package"):
        install("nobody's", "sh", "-c", "echo no such package >&2; exit 1", cwd=tmp_path / "home")
    with pytest.raises(PeerMissing, match="No such file"):
        install("nobody's", "there-is-no-such-tool", cwd=tmp_path / "home")


def test_a_peers_page_is_whole_and_new(tmp_path):
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "old").touch()
    assert {path.name for path in page_in(folder).iterdir()} == {"index.html", "page.js", "hls.min.mjs"}


@pytest.mark.parametrize("offset_s", [0.3, 1.5])
def test_a_tap_is_a_known_time_after_a_key_frame(offset_s):
    until_after_key_frame(offset_s)
    assert offset_s <= time.time() % 2 < offset_s + 0.1
