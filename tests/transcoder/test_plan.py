from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcoder.feeding import RUNGS
from transcoder import plan as planning
from transcoder.brownout import Step
from transcoder.ladder import DEFAULT
from transcoder.plan import Plan, Profile, offer, plan

FULL, NO_TOP, SLOW, KEY_FRAMES = Step
LOWER, LOWEST = RUNGS[:2], RUNGS[:1]
SIZES = {"sub": (640, 360), "sd": (704, 480), "main": (1920, 1080), "4k": (3840, 2160)}
COPIABLE = Profile(
    name="copiable",
    path="/",
    codec="h264",
    width_px=960,
    height_px=540,
    fps=15.0,
    bitrate_bps=512_000,
    gop_frames=30,
    b_frames=False,
    codecs="avc1.4D401F",
)
LARGER = Profile("main", "/main", "h265", 3840, 2160, 25.0, 8_000_000, 50, b_frames=False, codecs="hvc1.1.6.L150.B0")


def profile(width_px, height_px, name="one"):
    return Profile(name, f"/{name}", width_px=width_px, height_px=height_px)


def named(*names):
    return [profile(*SIZES[name], name) for name in names]


def planned(profiles, *, watched=RUNGS, step=FULL, masked=False):
    return plan(profiles, offer(profiles, DEFAULT, masked=masked), DEFAULT, watched=watched, step=step)


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ((None, None), RUNGS),
        ((3840, 2160), RUNGS),
        ((1080, 1920), RUNGS),
        ((704, 480), RUNGS),
        ((641, 360), RUNGS),
        ((640, 361), RUNGS),
        ((640, 360), LOWER),
        ((352, 288), LOWER),
        ((360, 640), RUNGS),
        ((426, 240), LOWEST),
        ((320, 240), LOWEST),
        ((160, 120), LOWEST),
    ],
)
def test_a_camera_is_offered_in_no_more_rungs_than_show_more_of_it(size, rungs):
    offered = offer([profile(*size)], DEFAULT, masked=False)
    assert offered.rungs == rungs
    assert [variant.name for variant in offered.variants] == list(rungs)


def test_the_largest_profile_decides_what_is_offered():
    assert offer(named("sub", "4k"), DEFAULT, masked=False).rungs == RUNGS
    assert offer([*named("sub"), Profile("unknown", "/")], DEFAULT, masked=False).rungs == RUNGS


@pytest.mark.parametrize(
    ("names", "watched", "chosen"),
    [
        (["main"], RUNGS, "main"),
        (["main", "sub"], RUNGS, "main"),
        (["main", "sub"], LOWER, "sub"),
        (["main", "sub"], (), "sub"),
        (["sub", "main"], RUNGS, "main"),
        (["main", "4k", "sub"], RUNGS, "main"),
        (["main", "sd"], RUNGS, "main"),  # 704x480 would have to be enlarged
        (["main", "sd"], LOWER, "sd"),
        (["sd", "sub"], RUNGS, "sd"),  # none is large enough
        (["sd", "sub"], LOWER, "sub"),
    ],
)
def test_the_smallest_profile_that_is_large_enough_is_pulled(names, watched, chosen):
    assert planned(named(*names), watched=watched).profile.name == chosen


def test_of_a_profile_of_unknown_size_nothing_is_expected_but_that_it_is_large():
    unknown = Profile("unknown", "/")
    assert planned([unknown, *named("main")]).profile.name == "main"
    assert planned([unknown, *named("sub")]).profile.name == "unknown"
    assert planned([unknown, *named("sub")], watched=LOWER).profile.name == "sub"


@pytest.mark.parametrize(
    ("watched", "step", "encoded", "is_slow"),
    [
        (RUNGS, FULL, RUNGS, False),
        ((), FULL, LOWEST, False),
        (["540p"], FULL, ("240p", "540p"), False),
        (["720p"], FULL, LOWEST, False),
        (RUNGS, NO_TOP, LOWER, False),
        (["540p"], NO_TOP, LOWEST, False),
        (RUNGS, SLOW, LOWER, True),
        ((), SLOW, LOWEST, True),
        (RUNGS, KEY_FRAMES, (), False),
    ],
)
def test_what_is_encoded_is_what_is_watched_and_the_host_can_give(watched, step, encoded, is_slow):
    (main,) = named("main")
    assert planned([main], watched=watched, step=step) == Plan(main, encoded, is_slow=is_slow)


@pytest.mark.parametrize("step", [FULL, NO_TOP, SLOW])
def test_the_only_rung_is_never_taken_away(step):
    assert planned([profile(320, 240)], step=step).encoded == LOWEST


@pytest.mark.parametrize("step", list(Step))
def test_a_copied_rung_is_the_tallest_and_stays_as_long_as_there_is_video(step):
    assert planned([LARGER, COPIABLE], step=step) == Plan(
        COPIABLE,
        () if step is KEY_FRAMES else LOWER,
        None if step is KEY_FRAMES else "540p",
        is_slow=step is SLOW,
    )
    assert planned([LARGER, COPIABLE], watched=(), step=FULL) == Plan(COPIABLE, LOWEST, "540p")


def test_what_is_copied_is_declared_as_the_camera_sends_it():
    *lower, top = offer([COPIABLE], DEFAULT, masked=False).variants
    assert (top.name, top.codecs, top.width_px, top.height_px, top.fps) == ("540p", "avc1.4D401F", 960, 540, 15.0)
    assert (top.peak_bps, top.average_bps) == (900_000, 512_000)
    assert [(one.name, one.codecs) for one in lower] == [("240p", "avc1.4D4015"), ("360p", "avc1.4D401E")]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"codecs": "avc1.42e01f"},
        {"codecs": "avc1.640028"},
        {"fps": 25.0, "gop_frames": 25},
        {"fps": 10.0, "gop_frames": 20},
        {"gop_frames": 1},
        {"width_px": 704, "height_px": 480},
        {"bitrate_bps": 713_600},
    ],
)
def test_what_fits_a_rung_is_copied(change):
    camera = replace(COPIABLE, **change)
    offered = offer([camera], DEFAULT, masked=False)
    assert (offered.copied, offered.not_copied) == (camera, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"codec": "h265"}, "codec"),
        ({"codec": None}, "codec"),
        ({"codecs": None}, "codec"),
        ({"codecs": "avc1.6E0028"}, "codec"),  # high 10
        ({"codecs": "avc1.4D401F,mp4a.40.2"}, "codec"),
        ({"b_frames": True}, "b_frames"),
        ({"b_frames": None}, "b_frames"),
        ({"width_px": 1280, "height_px": 720}, "size"),
        ({"width_px": 540, "height_px": 960}, "size"),
        ({"width_px": None}, "size"),
        ({"bitrate_bps": 713_601}, "bitrate"),
        ({"bitrate_bps": None}, "bitrate"),
        ({"fps": 12.5}, "fps"),
        ({"fps": 29.97}, "fps"),
        ({"fps": None}, "fps"),
        ({"gop_frames": 45}, "gop"),
        ({"gop_frames": 60}, "gop"),
        ({"gop_frames": None}, "gop"),
    ],
)
def test_what_does_not_fit_is_encoded_and_says_why(change, code):
    camera = replace(COPIABLE, **change)
    offered = offer([camera], DEFAULT, masked=False)
    assert (offered.copied, offered.not_copied) == (None, code)
    assert plan([camera], offered, DEFAULT, watched=RUNGS) == Plan(camera, offered.rungs)
    assert offered.variants == offer([profile(960, 540)], DEFAULT, masked=False).variants


def test_a_masked_picture_is_never_shown_as_it_is():
    offered = offer([COPIABLE], DEFAULT, masked=True)
    assert (offered.copied, offered.not_copied) == (None, "masked")
    assert planned([COPIABLE], masked=True) == Plan(COPIABLE, RUNGS)


def test_a_camera_that_did_not_keep_its_word_is_not_copied():
    offered = offer([COPIABLE], DEFAULT, masked=False, distrusted=True)
    assert (offered.copied, offered.not_copied) == (None, "distrusted")


def test_the_lowest_rung_is_encoded_even_if_the_camera_could_fill_it():
    small = replace(COPIABLE, width_px=320, height_px=240, bitrate_bps=100_000)
    assert planning.not_copiable(small, DEFAULT.rungs[0], DEFAULT) is None
    assert offer([small], DEFAULT, masked=False).not_copied == "lowest"
    assert planned([small]) == Plan(small, LOWEST)


profiles = st.lists(
    st.builds(
        Profile,
        name=st.uuids().map(str),
        path=st.just("/"),
        codec=st.sampled_from([None, "h264", "h264", "h265"]),
        width_px=st.sampled_from([None, 160, 320, 426, 640, 704, 960, 1080, 1920, 3840]),
        height_px=st.sampled_from([None, 120, 240, 360, 480, 540, 960, 1080, 1920, 2160]),
        fps=st.sampled_from([None, 10.0, 12.5, 15.0, 25.0, 30.0]),
        bitrate_bps=st.sampled_from([None, 100_000, 500_000, 8_000_000]),
        gop_frames=st.sampled_from([None, 15, 30, 50]),
        b_frames=st.sampled_from([None, False, False, True]),
        codecs=st.sampled_from([None, "avc1.4D401F", "avc1.4D401F", "hvc1.1.6.L150.B0"]),
    ),
    min_size=1,
    max_size=8,
)
watched_sets = st.sets(st.sampled_from([*RUNGS, "720p"]))


@given(profiles, watched_sets, st.sampled_from(Step), st.booleans(), st.booleans())
def test_whatever_a_camera_is_its_plan_holds(cameras, watched, step, masked, distrusted):
    offered = offer(cameras, DEFAULT, masked=masked, distrusted=distrusted)
    made = plan(cameras, offered, DEFAULT, watched=watched, step=step)
    assert offered.rungs == RUNGS[: len(offered.rungs)]
    assert (offered.copied is None) == (offered.not_copied is not None)
    assert made.profile in cameras
    if step is KEY_FRAMES:
        assert (made.encoded, made.copied) == ((), None)
    else:
        assert made.encoded[0] == RUNGS[0], "the lowest rung is always there, and others fall back on it"
    assert set(made.encoded) | {made.copied} <= {*offered.rungs, None}
    assert made.copied not in made.encoded
    assert set(made.encoded) <= watched | {RUNGS[0]}
    if masked or distrusted:
        assert made.copied is None
    if step is FULL:
        assert {*made.encoded, made.copied} >= watched & set(offered.rungs)
    for name in made.encoded:
        rung = DEFAULT.rung(name)
        assert made.profile.fills(rung) or not any(one.fills(rung) for one in cameras)


@given(profiles, watched_sets, st.booleans())
def test_a_step_down_never_costs_more(cameras, watched, masked):
    offered = offer(cameras, DEFAULT, masked=masked)
    steps = [plan(cameras, offered, DEFAULT, watched=watched, step=step) for step in Step]
    for before, after in zip(steps, steps[1:], strict=False):
        assert set(after.encoded) <= set(before.encoded)
        assert after.profile.pixels <= before.profile.pixels


@given(profiles, watched_sets, st.sampled_from(Step))
def test_a_plan_has_a_bound_of_cpu_whatever_is_not_known_of_the_camera(cameras, watched, step):
    made = planned(cameras, watched=watched, step=step)
    assert planning.STARTING_CORES < planning.cpu_cores(made, DEFAULT) < 3


def test_each_rung_and_a_larger_source_need_more_cpu():
    sub, main = named("sub", "main")
    plans = [Plan(sub, ()), Plan(sub, LOWEST), Plan(sub, LOWER), Plan(main, LOWER), Plan(main, RUNGS)]
    costs = [planning.cpu_cores(one, DEFAULT) for one in plans]
    assert costs == sorted(set(costs))
