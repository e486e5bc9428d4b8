import pytest

from transcoder import policy
from transcoder.policy import Do, Failures, Seen

RUNNING = Seen(started_at=100.0)
FLOWING = Seen(started_at=100.0, is_flowing=True)
LIVE = Seen(started_at=100.0, given_at=200.0)


@pytest.mark.parametrize(
    ("wanted", "seen", "now", "expected"),
    [
        (True, Seen(), 0.0, Do.START),
        (False, Seen(), 0.0, Do.NOTHING),
        (True, Seen(retry_at=10.0), 9.99, Do.NOTHING),
        (True, Seen(retry_at=10.0), 10.0, Do.START),
        (True, RUNNING, 107.99, Do.NOTHING),
        (True, RUNNING, 108.0, Do.TERMINATE),
        (True, FLOWING, 108.0, Do.NOTHING),
        (True, FLOWING, 111.99, Do.NOTHING),
        (True, FLOWING, 112.0, Do.TERMINATE),
        (True, LIVE, 205.99, Do.NOTHING),
        (True, LIVE, 206.0, Do.TERMINATE),
        (True, Seen(started_at=100.0, given_at=100.5, broken="output_broken"), 101.0, Do.TERMINATE),
        (False, LIVE, 200.1, Do.STOP),
        (False, RUNNING, 100.1, Do.STOP),
        (False, Seen(started_at=1.0, stopping=Do.STOP, stopping_at=100.0), 101.49, Do.NOTHING),
        (False, Seen(started_at=1.0, stopping=Do.STOP, stopping_at=100.0), 101.5, Do.TERMINATE),
        (False, Seen(started_at=1.0, stopping=Do.TERMINATE, stopping_at=100.0), 101.49, Do.NOTHING),
        (False, Seen(started_at=1.0, stopping=Do.TERMINATE, stopping_at=100.0), 101.5, Do.KILL),
        (False, Seen(started_at=1.0, stopping=Do.KILL, stopping_at=100.0), 999.0, Do.NOTHING),
        # Wanted again while it is being ended: the end is not taken back.
        (True, Seen(started_at=1.0, given_at=100.0, stopping=Do.STOP, stopping_at=100.0), 101.5, Do.TERMINATE),
    ],
)
def test_the_next_step(wanted, seen, now, expected):
    assert policy.decide(wanted=wanted, seen=seen, now=now) is expected


@pytest.mark.parametrize(("count", "longest_s"), [(0, 1.0), (1, 2.0), (2, 4.0), (3, 5.0), (5000, 5.0)])
def test_the_wait_is_drawn_from_a_span_that_doubles_up_to_five_seconds(count, longest_s):
    before = Failures(count=count)
    longest = policy.after_failure(before, "camera_closed", lived_s=0, now=100.0, chance=1.0)
    shortest = policy.after_failure(before, "camera_closed", lived_s=0, now=100.0, chance=0.0)
    assert (longest.retry_at, shortest.retry_at) == (100.0 + longest_s, 100.0)
    assert longest.count == count + 1


@pytest.mark.parametrize(("lived_s", "count"), [(59.9, 5), (60.0, 1)])
def test_a_minute_of_pictures_clears_the_failures_before(lived_s, count):
    assert policy.after_failure(Failures(count=4), "camera_closed", lived_s=lived_s, now=0, chance=1).count == count


def test_a_wrong_password_is_tried_twice_and_then_left_alone_for_half_an_hour():
    once = policy.after_failure(Failures(), "camera_unauthorized", lived_s=0, now=100.0, chance=1.0)
    assert not once.is_held(now=100.0)
    twice = policy.after_failure(once, "camera_unauthorized", lived_s=0, now=101.0, chance=0.0)
    assert twice.retry_at == 101.0 + 1800.0
    assert twice.is_held(now=1900.9)
    assert not twice.is_held(now=1901.0)
    again = policy.after_failure(twice, "camera_unauthorized", lived_s=0, now=1901.0, chance=0.0)
    assert again.retry_at == 1901.0 + 1800.0, "one try in half an hour, not two"


def test_another_failure_between_two_wrong_passwords_starts_the_count_again():
    failures = Failures()
    for reason in ("camera_unauthorized", "camera_unreachable", "camera_unauthorized"):
        failures = policy.after_failure(failures, reason, lived_s=0, now=0, chance=1.0)
    assert failures.refusals == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("[rtsp @ 0x1] method DESCRIBE failed: 401 (Unauthorized)", "camera_unauthorized"),
        ("[in#0] Error opening input: Server returned 401 Unauthorized (authorization failed)", "camera_unauthorized"),
        ("[in#0] Error opening input: Server returned 403 Forbidden (access denied)", "camera_unauthorized"),
        ("[rtsp @ 0x1] method DESCRIBE failed: 404 (Not Found)", "camera_path_unknown"),
        ("[rtsp @ 0x1] method PLAY failed: 453 Not Enough Bandwidth", "camera_busy"),
        (
            "[tcp @ 0x1] Connection to tcp://10.0.0.1:554?timeout=3000000 failed: Connection refused",
            "camera_unreachable",
        ),
        ("[tcp @ 0x1] Failed to resolve hostname cam.invalid: Name or service not known", "camera_unreachable"),
        ("[in#0] Error opening input: Connection timed out", "camera_unreachable"),
        ("Stream map '' matches no streams.", "camera_codec"),
        ("sh: 1: exec: /opt/ffmpeg: not found", "ffmpeg_missing"),
        ("", "camera_gave_nothing"),
    ],
)
def test_why_a_camera_gave_no_picture(said, reason):
    assert policy.reason_of([said], had_pictures=False) == reason


def test_a_camera_that_had_sent_pictures_closed_whatever_ffmpeg_said():
    assert policy.reason_of(["Connection refused"], had_pictures=True) == "camera_closed"


@pytest.mark.parametrize(
    ("seen", "now", "code"),
    [
        (RUNNING, 107.9, None),
        (RUNNING, 108.0, "first_picture_late"),
        (FLOWING, 108.0, None),
        (FLOWING, 112.0, "first_picture_late"),
        (LIVE, 205.9, None),
        (LIVE, 206.0, "picture_stalled"),
        (Seen(started_at=100.0, given_at=100.5, broken="encoder_behind"), 101.0, "encoder_behind"),
        (Seen(started_at=100.0, broken="output_broken"), 999.0, "output_broken"),
    ],
)
def test_why_a_running_ffmpeg_is_of_no_use(seen, now, code):
    assert policy.fault(seen, now=now) == code


def test_viewers_are_told_of_a_late_picture_before_its_ffmpeg_is_given_up():
    assert policy.is_late(FLOWING, now=108.0)
    assert policy.fault(FLOWING, now=108.0) is None
    assert not policy.is_late(Seen(), now=999.0)
