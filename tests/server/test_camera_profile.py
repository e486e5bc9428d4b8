import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cameras import profile
from server.cameras.profile import Profile
from server.errors import CameraCodecUnknown, CameraInvalid, CameraProfileInvalid, CameraProfileTooLarge

MAIN = Profile(
    name="main",
    path="/Streaming/Channels/101?transportmode=unicast",
    codec="h264",
    width_px=1920,
    height_px=1080,
    fps=15,
    bitrate_bps=4_000_000,
    gop_frames=30,
    b_frames=False,
    codecs="avc1.4D4028",
)


@pytest.mark.parametrize(
    "good",
    [
        {},
        {"codec": None, "codecs": None},
        {"codec": "h265", "codecs": None},
        {"codec": "h265", "codecs": "hvc1.1.6.L93.90"},
        {"codec": "h265", "codecs": "hev1.A2.4.H153.B0.00"},
        {"codecs": "avc1.64002a"},
        {"codecs": None},
        {"width_px": None, "height_px": None},
        {"width_px": 4096, "height_px": 2304},
        {"width_px": 2304, "height_px": 4096},
        {"width_px": 16, "height_px": 17},
        {"fps": 1},
        {"fps": 29.97},
        {"fps": 60},
        {"gop_frames": 1},
        {"gop_frames": 1000},
        {"bitrate_bps": 16_000},
        {"bitrate_bps": 100_000_000},
        {"path": "/"},
        {"path": "/cam/realmonitor?channel=1&subtype=0"},
        {"path": "/live%20one"},
        {"path": "/" + "a" * 254},
        {"name": "a" * 16},
    ],
    ids=str,
)
def test_what_cameras_really_are(good):
    one = replace(MAIN, **good)
    assert profile.checked([one], field="profiles") == [one.stored()]


def test_of_a_camera_only_its_path_need_be_known():
    only = Profile(name="main", path="/street")
    assert profile.checked([only], field="profiles") == [only.stored()]


@pytest.mark.parametrize(
    ("bad", "kind", "name"),
    [
        ({"name": ""}, CameraProfileInvalid, "name"),
        ({"name": "Main"}, CameraProfileInvalid, "name"),
        ({"name": "main\n"}, CameraProfileInvalid, "name"),
        ({"name": "a" * 17}, CameraProfileInvalid, "name"),
        ({"name": "../x"}, CameraProfileInvalid, "name"),
        ({"path": ""}, CameraProfileInvalid, "path"),
        ({"path": "street"}, CameraProfileInvalid, "path"),
        ({"path": "rtsp://10.46.0.9/street"}, CameraProfileInvalid, "path"),
        ({"path": "/a b"}, CameraProfileInvalid, "path"),
        ({"path": "/a\r\nRequire: x"}, CameraProfileInvalid, "path"),
        ({"path": "/a\n"}, CameraProfileInvalid, "path"),
        ({"path": "/a#b"}, CameraProfileInvalid, "path"),
        ({"path": "/a%2"}, CameraProfileInvalid, "path"),
        ({"path": "/거리"}, CameraProfileInvalid, "path"),
        ({"path": "/" + "a" * 255}, CameraProfileInvalid, "path"),
        ({"codec": "mjpeg"}, CameraCodecUnknown, "codec"),
        ({"codec": "H264"}, CameraCodecUnknown, "codec"),
        ({"codec": "hevc"}, CameraCodecUnknown, "codec"),
        ({"codec": ""}, CameraCodecUnknown, "codec"),
        ({"codecs": "avc1"}, CameraProfileInvalid, "codecs"),
        ({"codecs": "avc1.4D40"}, CameraProfileInvalid, "codecs"),
        ({"codecs": "avc1.4D401G"}, CameraProfileInvalid, "codecs"),
        ({"codecs": "avc1.4D4028,mp4a.40.2"}, CameraProfileInvalid, "codecs"),
        ({"codecs": "avc1.4D4028\n"}, CameraProfileInvalid, "codecs"),
        ({"codecs": 'avc1.4D4028"'}, CameraProfileInvalid, "codecs"),
        ({"codec": "h265"}, CameraProfileInvalid, "codecs"),
        ({"codec": None}, CameraProfileInvalid, "codecs"),
        ({"width_px": None}, CameraProfileInvalid, "width_px"),
        ({"height_px": None}, CameraProfileInvalid, "height_px"),
        ({"width_px": 4097}, CameraProfileTooLarge, "width_px"),
        ({"height_px": 4097}, CameraProfileTooLarge, "height_px"),
        ({"width_px": 2305, "height_px": 2305}, CameraProfileTooLarge, "width_px"),
        ({"width_px": 2305, "height_px": 4096}, CameraProfileTooLarge, "height_px"),
        ({"width_px": 10**30}, CameraProfileTooLarge, "width_px"),
        ({"width_px": 15}, CameraProfileInvalid, "width_px"),
        ({"height_px": 0}, CameraProfileInvalid, "height_px"),
        ({"height_px": -1080}, CameraProfileInvalid, "height_px"),
        ({"fps": 0.99}, CameraProfileInvalid, "fps"),
        ({"fps": 60.01}, CameraProfileInvalid, "fps"),
        ({"fps": math.nan}, CameraProfileInvalid, "fps"),
        ({"fps": math.inf}, CameraProfileInvalid, "fps"),
        ({"gop_frames": 0}, CameraProfileInvalid, "gop_frames"),
        ({"gop_frames": 1001}, CameraProfileInvalid, "gop_frames"),
        ({"bitrate_bps": 15_999}, CameraProfileInvalid, "bitrate_bps"),
        ({"bitrate_bps": 100_000_001}, CameraProfileInvalid, "bitrate_bps"),
    ],
    ids=str,
)
def test_a_profile_that_cannot_be_is_refused_by_its_field(bad, kind, name):
    sub = Profile(name="sub", path="/sub")
    with pytest.raises(CameraInvalid) as refusal:
        profile.checked([sub, replace(MAIN, **bad)], field="profiles")
    assert (type(refusal.value), refusal.value.extension) == (kind, {"field": f"profiles.1.{name}"})


@pytest.mark.parametrize(
    ("profiles", "field"),
    [
        ([], "profiles"),
        ([replace(MAIN, name=f"p{n}") for n in range(9)], "profiles"),
        ([MAIN, replace(MAIN, path="/other")], "profiles.1.name"),
    ],
)
def test_a_camera_has_one_to_eight_profiles_of_different_names(profiles, field):
    with pytest.raises(CameraProfileInvalid) as refusal:
        profile.checked(profiles, field="profiles")
    assert refusal.value.extension == {"field": field}


def maybe(strategy):
    return st.none() | strategy


ANY = st.builds(
    Profile,
    name=st.sampled_from(["main", "sub"]) | st.text(max_size=18),
    path=st.from_regex(r"/[a-z%2]{0,10}", fullmatch=True) | st.text(max_size=5),
    codec=maybe(st.sampled_from(["h264", "h265", "vp9", ""])),
    width_px=maybe(st.integers(0, 5000)),
    height_px=maybe(st.integers(0, 5000)),
    fps=maybe(st.floats()),
    bitrate_bps=maybe(st.integers()),
    gop_frames=maybe(st.integers(-1, 1100)),
    b_frames=maybe(st.booleans()),
    codecs=maybe(st.sampled_from(["avc1.4D401F", "avc1.", "hvc1.1.6.L93.90"]) | st.text(max_size=12)),
)


@given(st.lists(ANY, max_size=3))
def test_whatever_is_taken_is_within_the_bounds(profiles):
    try:
        stored = profile.checked(profiles, field="profiles")
    except CameraInvalid:
        return
    assert stored
    assert len({one["name"] for one in stored}) == len(stored)
    for one in stored:
        assert one["path"].startswith("/")
        assert one["path"].isascii()
        assert one["codec"] in {None, "h264", "h265"}
        assert (one["width_px"] is None) is (one["height_px"] is None)
        if one["width_px"]:
            assert min(one["width_px"], one["height_px"]) <= 2304
            assert max(one["width_px"], one["height_px"]) <= 4096
        assert one["fps"] is None or 1 <= one["fps"] <= 60
        assert one["gop_frames"] is None or 1 <= one["gop_frames"] <= 1000
        assert one["bitrate_bps"] is None or 16_000 <= one["bitrate_bps"] <= 100_000_000
        assert one["codecs"] is None or one["codecs"].startswith({"h264": "avc1", "h265": "hvc1"}[one["codec"]])
