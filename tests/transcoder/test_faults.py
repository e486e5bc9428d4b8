"""One row for each way in which a camera goes wrong: real ffmpegs under the real transcoder, all cameras at once.

Each camera is well, has its fault for some seconds, and is well again; a row that only reads its times is a test.
"""

import shutil
from dataclasses import dataclass

import pytest

from server import db
from server.cameras.credentials import Vault
from tests.transcoder import faulty
from tests.transcoder.running import PASSWORD, Transcoder

pytestmark = pytest.mark.process

BEGINS_S, CLEARS_S, HANGUP_CLEARS_S, ENDS_S = 15.0, 27.0, 20.0, 39.0
DETECTED_S, RECOVERED_S = 8.0, 10.0
BUSY_S = 1.5  # what a machine with other work to do may add
OTHERS_GAP_S = 0.5
USUAL_LAG_S = 0.4  # a part, and its way
AHEAD_S = 0.5
OPENING_SEGMENTS = 6
LATE = {"first_picture_late"}
GONE = {"camera_closed", "camera_gave_nothing", "camera_unreachable"}


@dataclass(frozen=True)
class Row:
    """A fault, when it is there, and how a run of ffmpeg ends for it: no reasons when it may play on."""

    fault: str
    after_s: float = BEGINS_S
    until_s: float = CLEARS_S
    reasons: frozenset = frozenset()
    stays: bool = False  # the camera is another from then on, and must be played as such by ``until_s``

    @property
    def behaviour(self):
        return {"fault": self.fault, "after_s": self.after_s} | ({} if self.stays else {"until_s": self.until_s})


def row(fault, reasons=(), **given):
    return Row(fault, reasons=frozenset(reasons), **given)


def first(fault, reasons):
    return row(fault, reasons, after_s=0.0, until_s=HANGUP_CLEARS_S)


FROZEN = "frozen-but-flowing"
FROZEN_TOLD_S = 3.0
ROWS = {
    "never-answers": first("silent", {"camera_unreachable", "first_picture_late"}),
    "redirect-loop": first("redirect_loop", {"camera_redirects"}),
    "redirect-elsewhere": first("redirect", {"camera_redirects"}),
    "gigantic-sdp": first("gigantic_sdp", {"camera_answer_too_long"}),
    "no-key-frame-ever": first("no_key_frame", LATE),
    "falls-silent": row("silent", {"picture_stalled", "camera_closed"}),
    "stalls": row("stall", {"picture_stalled", "camera_closed"}),
    "fin": row("fin", GONE, until_s=HANGUP_CLEARS_S),
    "rst": row("rst", GONE, until_s=HANGUP_CLEARS_S),
    "reboot-loop": row("reboot_loop", GONE),
    "clock-forward": row("clock_forward"),
    "clock-back": row("clock_back"),
    "clock-frozen": row("clock_frozen"),
    "clock-wrapped": row("clock_wrapped"),
    "clock-fast": row("clock_fast"),
    "key-frames-stop": row("no_key_frame"),
    "corrupt": row("corrupt"),
    "other-size": row("other_clip"),
    "other-codec": row("other_clip", {"picture_stalled", "picture_undecodable", "camera_closed"}, stays=True),
    FROZEN: row("frozen"),
}
REFUSED, LONG_GOP, WELL = "unauthorized", "long-gop", "well"
IDS = [*ROWS, REFUSED, LONG_GOP, WELL]


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return {
        "usual": faulty.clip(folder / "usual.h264"),
        "other-size": faulty.clip(folder / "large.h264", size="640x480"),
        "other-codec": faulty.clip(folder / "other.h265"),
        "long-gop": faulty.clip(folder / "long.h264", gop=150, frames=150, b_frames=3),
    }


def settings(clips, canary_port):
    made = {id_: {"clip": clips["usual"], "behaviour": row.behaviour} for id_, row in ROWS.items()}
    for id_ in ("other-size", "other-codec"):
        made[id_]["behaviour"]["clip"] = clips[id_]
    made["redirect-elsewhere"]["behaviour"]["target"] = f"rtsp://127.0.0.2:{canary_port}/elsewhere"
    made[REFUSED] = {"clip": clips["usual"], "behaviour": {"fault": "unauthorized"}}
    return made | {LONG_GOP: {"clip": clips["long-gop"]}, WELL: {"clip": clips["usual"]}}


@dataclass
class Scene:
    """What is left when it is over."""

    seen: dict
    exposed: set
    log: str
    pids: list
    came: list
    code: int


@pytest.fixture(scope="module")
def scene(tmp_path_factory, clips, keys_dir, settled_sqlite):
    folder = tmp_path_factory.mktemp("faults")
    shutil.copytree(keys_dir / "keys", folder / "data" / "keys")
    shutil.copy(settled_sqlite, folder / "data" / "goldentime.db")
    url = f"sqlite:///{folder / 'data' / 'goldentime.db'}"
    engine = db.engine(url)
    with faulty.canary() as (canary_port, came):
        made = Transcoder(
            db.transaction(engine), folder / "data", url, folder / "log", module=("tests.transcoder.one_rung",)
        )
        try:
            with faulty.cameras(folder, settings(clips, canary_port)) as (port, ready_at):
                faulty.register(made, IDS, port, Vault(folder / "data"))
                seen, exposed = faulty.watch(made, IDS, ready_at, until_s=ENDS_S)
        finally:
            code = made.stop()
            engine.dispose()
    pids = [line["pid"] for line in [*made.events("ingest_started"), *made.events("encoder_started")]]
    return Scene(seen, exposed, made.log.read_text(), pids, came, code)


@pytest.mark.parametrize("id_", [id_ for id_, row in ROWS.items() if row.reasons])
def test_a_fault_that_ends_the_picture_is_noticed(scene, id_):
    row, seen = ROWS[id_], scene.seen[id_]
    since_s = row.after_s or seen.starts[0]
    at_s = seen.noticed_s(since_s)
    assert at_s - since_s <= DETECTED_S + BUSY_S
    assert seen.ends(after_s=since_s)[0][1] in row.reasons


@pytest.mark.parametrize("id_", [id_ for id_, row in ROWS.items() if not row.reasons])
def test_a_fault_that_leaves_a_picture_stops_nothing(scene, id_):
    row, seen = ROWS[id_], scene.seen[id_]
    assert seen.gap_s(row.after_s, row.until_s) <= DETECTED_S + BUSY_S


@pytest.mark.parametrize("id_", ROWS)
def test_the_picture_is_back_after_the_fault(scene, id_):
    back_s = scene.seen[id_].live_from(ROWS[id_].until_s)
    assert back_s is not None
    assert back_s - ROWS[id_].until_s <= RECOVERED_S + BUSY_S


@pytest.mark.parametrize("id_", [id_ for id_ in IDS if id_ != REFUSED])
def test_no_clock_makes_more_pictures_than_time_has_passed(scene, id_):
    seen = scene.seen[id_]
    assert all(sample.media_s <= sample.at_s + AHEAD_S for sample in seen.samples)
    first, last = seen.samples[0], seen.samples[-1]
    nominal = (last.at_s - first.at_s) / 2
    assert last.msn - first.msn <= 2 * nominal + OPENING_SEGMENTS * len(seen.starts)


def test_a_picture_that_stands_still_while_it_flows_is_called_stale(scene):
    told = scene.seen[FROZEN].told
    (frozen_s,) = [at_s for at_s, state, reason in told if (state, reason) == ("stale", "picture_frozen")]
    assert 0 <= frozen_s - ROWS[FROZEN].after_s <= FROZEN_TOLD_S + BUSY_S
    assert [state for at_s, state, _ in told if at_s > ROWS[FROZEN].until_s + RECOVERED_S][-1:] in ([], ["live"])
    assert scene.seen[FROZEN].ends() == [], "nothing is restarted: it flows"


def test_a_camera_that_refuses_the_password_is_asked_twice_and_then_left_alone(scene):
    seen = scene.seen[REFUSED]
    assert len(seen.starts) == 2
    assert [reason for _, reason in seen.ends()] == ["camera_unauthorized"] * 2


def test_ten_seconds_between_key_frames_and_b_frames_are_played(scene):
    seen = scene.seen[LONG_GOP]
    assert seen.samples[0].at_s <= 25.0
    assert seen.lag_s(seen.samples[0].at_s, ENDS_S) <= USUAL_LAG_S + BUSY_S


def test_other_cameras_do_not_notice(scene):
    assert scene.seen[WELL].ends() == []
    assert scene.seen[WELL].lag_s(BEGINS_S - 2, ENDS_S) <= USUAL_LAG_S + OTHERS_GAP_S + BUSY_S


def test_nobody_goes_where_a_camera_redirects_to(scene):
    assert scene.came == []


def test_a_password_is_in_no_log_and_on_no_command_line(scene):
    assert PASSWORD not in scene.log
    assert "canary" not in scene.log
    assert not scene.exposed


def test_no_ffmpeg_is_left(scene):
    assert scene.code == 0
    assert len(scene.pids) >= len(IDS)
    assert faulty.orphans(scene.pids) == []
