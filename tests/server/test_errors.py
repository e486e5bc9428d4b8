import json
import re
from pathlib import Path

import pytest

from server import errors

SDK = Path(errors.__file__).parents[2] / "client_sdk"
CATALOGUE = SDK / "refusals.json"  # what both SDKs say of a refusal
SCRIPT = SDK / "js" / "src" / "refusals.js"
KINDS = [kind for kind in errors.codes().values() if not kind.__subclasses__()]


def test_codes_are_unique():
    kinds, rest = [], [errors.Refusal]
    while rest:
        rest += (found := rest.pop().__subclasses__())
        kinds += found
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_codes_are_frozen():
    """A code is a promise to every client: it is added to, never renamed."""
    assert sorted(errors.codes()) == sorted(
        [
            "access_request_over",
            "access_request_unknown",
            "agency_exists",
            "agency_unknown",
            "alert_conflict",
            "alert_escalated",
            "alert_over",
            "alert_photo_invalid",
            "alert_time_invalid",
            "alert_unknown",
            "anomaly_decided",
            "anomaly_unknown",
            "area_invalid",
            "attachment_unknown",
            "attachments_full",
            "bad_request",
            "body_too_large",
            "break_glass_again",
            "camera_blacked_out",
            "camera_codec_unknown",
            "camera_disabled",
            "camera_host_invalid",
            "camera_invalid",
            "camera_mask_invalid",
            "camera_mask_outside",
            "camera_not_listed",
            "camera_not_yours",
            "camera_outside_networks",
            "camera_password_needed",
            "camera_place_invalid",
            "camera_profile_invalid",
            "camera_profile_too_large",
            "camera_twice",
            "camera_unknown",
            "cap_area_invalid",
            "cap_conflict",
            "cap_invalid",
            "cap_malformed",
            "cap_not_in_force",
            "cap_reference_unknown",
            "cap_sender_exists",
            "cap_sender_not_registered",
            "cap_sender_unknown",
            "cap_superseded",
            "centre_code_invalid",
            "centre_exists",
            "centre_not_yours",
            "centre_unknown",
            "client_exists",
            "client_unknown",
            "cursor_invalid",
            "device_enrolled",
            "device_lost",
            "device_not_enrolled",
            "device_unknown",
            "discovery_unable",
            "dispatch_ended",
            "dispatch_over",
            "dispatch_unknown",
            "dpop_proof_invalid",
            "duty_closed",
            "duty_means_invalid",
            "duty_unknown",
            "eido_location_missing",
            "eido_service_unclear",
            "enrolment_code_invalid",
            "expired",
            "grant_area_invalid",
            "grant_camera_unknown",
            "grant_ended",
            "grant_invalid",
            "grant_needs_another",
            "grant_not_accepted",
            "grant_not_approved",
            "grant_not_begun",
            "grant_over",
            "grant_recipient_unknown",
            "grant_times_invalid",
            "grant_to_self",
            "grant_unknown",
            "idempotency_conflict",
            "identity_taken",
            "identity_unknown",
            "import_file_invalid",
            "incident_closed",
            "incident_conflict",
            "incident_not_owned",
            "incident_not_urgent",
            "incident_over",
            "incident_reserved",
            "incident_unknown",
            "internal",
            "invalid_client",
            "invalid_grant",
            "invalid_request",
            "login_locked",
            "lookup_too_broad",
            "malformed_json",
            "media_type_not_taken",
            "method_not_allowed",
            "not_dispatched",
            "not_found",
            "not_granted",
            "not_on_scene",
            "officer_unknown",
            "otp_enrolled",
            "otp_enrolment_needed",
            "otp_invalid",
            "otp_needed",
            "part_over",
            "password_needed",
            "password_weak",
            "password_wrong",
            "pin_wrong",
            "plate_crop_invalid",
            "plate_hit_unknown",
            "plate_invalid",
            "plate_read_from_future",
            "plate_read_too_old",
            "playback_refused",
            "position_from_future",
            "position_out_of_order",
            "position_outside_korea",
            "position_too_old",
            "position_too_soon",
            "preservations_too_many",
            "provider_unavailable",
            "provider_unknown",
            "report_already",
            "ptz_held",
            "ptz_not_allowed",
            "ptz_not_held",
            "ptz_not_watching",
            "ptz_preset_unknown",
            "ptz_unable",
            "review_changed",
            "review_too_early",
            "review_unknown",
            "role_missing",
            "room_unknown",
            "sensor_event_from_future",
            "sensor_event_too_old",
            "sensor_event_unknown",
            "sensor_topic_unknown",
            "server_unavailable",
            "service_not_allowed",
            "session_unknown",
            "sharing_conflict",
            "sharing_over",
            "sharing_unknown",
            "token_invalid",
            "token_missing",
            "too_many_attempts",
            "too_many_requests",
            "unit_exists",
            "unit_not_yours",
            "unit_unknown",
            "unsupported_grant_type",
            "username_taken",
            "viewer_disabled",
            "wanted_time_invalid",
            "wanted_vehicle_already",
            "wanted_vehicle_over",
            "wanted_vehicle_unknown",
            "webhook_address_invalid",
            "webhook_unknown",
            "webhooks_too_many",
        ]
    )


@pytest.mark.parametrize("kind", errors.codes().values(), ids=errors.codes())
def test_a_refusal_has_a_title_a_status_and_its_place_in_the_tree(kind):
    assert kind.__name__ in errors.__doc__
    assert kind.title
    assert not kind.title.endswith(".")
    assert 400 <= kind.status < 600
    assert f"{kind.status}" in errors.__doc__


def test_a_problem_has_the_members_of_the_standard_and_ours():
    problem = errors.UnitUnknown("there is no unit x", field="units.0").problem("req")
    assert problem == {
        "type": "urn:goldentime:problem:unit_unknown",
        "title": "There is no such unit",
        "status": 422,
        "detail": "there is no unit x",
        "code": "unit_unknown",
        "request_id": "req",
        "field": "units.0",
    }


def test_the_codes_that_nginx_answers_with_are_ours_with_the_same_status():
    text = (Path(errors.__file__).parents[2] / "nginx" / "snippets" / "api.conf").read_text()
    answers = re.findall(r'return (\d+) .*"code":"(\w+)"', text)
    assert answers
    for status, code in answers:
        assert errors.codes()[code].status == int(status)


def test_every_refusal_has_words_in_two_languages_and_nothing_else_has():
    """A new code needs its line in client_sdk/refusals.json: what happened and what to do."""
    known = json.loads(CATALOGUE.read_text())
    assert {code: kind.status for code, kind in errors.codes().items()} == {
        c: said["status"] for c, said in known.items()
    }
    for code, said in known.items():
        assert said["en"][0] == errors.codes()[code].title, code
        assert re.search("[가-힣]", said["ko"][0]), code
        assert all(len(words) == 2 and all(words) for words in (said["ko"], said["en"])), code


def test_the_script_that_pages_load_is_made_of_the_catalogue():
    assert SCRIPT.read_text() == script(), "run: python -m tests.server.test_errors"


def script():
    first = "/** Every refusal of the server, in words. Made of client_sdk/refusals.json by python -m tests.server.test_errors. */"
    return f"{first}\nexport const REFUSALS = {CATALOGUE.read_text().rstrip()};\n"


if __name__ == "__main__":
    SCRIPT.write_text(script())
