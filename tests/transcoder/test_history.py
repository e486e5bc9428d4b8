import pytest

from transcoder.history import ENCODER, History
from transcoder.policy import LONGEST_WAIT_S, REFUSAL_HOLD_S, Failures


def test_a_camera_that_never_failed_may_be_tried_and_is_not_remembered():
    history = History()
    assert history.of("main") == Failures()
    assert not history.failures, "asking adds nothing"
    assert not history.matters(now=0.0)


def test_each_profile_and_the_encoder_has_failures_of_its_own():
    history = History()
    for _ in range(3):
        history.failed("main", "camera_closed", lived_s=0.0, now=100.0)
    history.failed(ENCODER, "encoder_ended", lived_s=0.0, now=100.0)
    assert [(history.of(what).count, history.of(what).reason) for what in ("main", "sub", ENCODER)] == [
        (3, "camera_closed"),
        (0, None),
        (1, "encoder_ended"),
    ]
    assert history.ended == {"camera_closed": 3, "encoder_ended": 1}


def test_the_next_try_is_when_it_says_and_never_later_than_the_longest_wait():
    history = History()
    for _ in range(50):
        retry_at = history.failed("main", "camera_closed", lived_s=0.0, now=100.0)
        assert retry_at == history.of("main").retry_at
        assert 100.0 <= retry_at <= 100.0 + LONGEST_WAIT_S


def test_cameras_that_failed_together_do_not_come_back_together():
    together = {History().failed("main", "camera_closed", lived_s=0.0, now=100.0) for _ in range(50)}
    assert len(together) > 40


def test_a_refused_camera_matters_for_as_long_as_it_is_registered_so():
    history = History()
    history.failed("main", "camera_unauthorized", lived_s=0.0, now=100.0)
    assert history.matters(now=1e9), "or the count to a lock-out would begin again"
    assert history.failed("main", "camera_unauthorized", lived_s=0.0, now=101.0) == 101.0 + REFUSAL_HOLD_S
    history.forget()
    assert not history.matters(now=102.0)


def test_what_may_be_tried_again_does_not_matter_any_more():
    history = History()
    retry_at = history.failed("main", "camera_closed", lived_s=0.0, now=100.0)
    assert history.matters(now=retry_at - 0.001)
    assert not history.matters(now=retry_at)


@pytest.mark.parametrize("what", ["is_distrusted", "is_onvif_refused"])
def test_what_was_learned_of_a_camera_matters_until_it_is_registered_otherwise(what):
    history = History(**{what: True})
    assert history.matters(now=1e9)
    history.forget()
    assert history == History()


def test_counted_ends_outlive_another_registration():
    history = History()
    history.failed("main", "camera_closed", lived_s=0.0, now=100.0)
    history.forget()
    assert history.ended == {"camera_closed": 1}
