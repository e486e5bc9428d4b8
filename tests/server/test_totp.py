import base64
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from server.access import totp
from server.models import AuditEvent, SecondFactor
from tests.town import PASSWORD

SECRET = b"12345678901234567890"  # RFC 6238 appendix B


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds, code):
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.step_of(SECRET, code, last_step=0, now=now) == seconds // 30


@pytest.mark.parametrize(
    ("late_s", "used", "good"),
    [(-1, False, False), (0, False, True), (29, False, True), (59, False, True), (60, False, False), (0, True, False)],
)
def test_a_code_is_good_for_its_step_and_the_next_and_once(late_s, used, good):
    step = 41152263
    code = totp._totp(SECRET).generate(step * 30).decode()
    now = datetime.fromtimestamp(step * 30 + late_s, UTC)
    found = totp.step_of(SECRET, code, last_step=step if used else 0, now=now)
    assert found == (step if good else None)


@pytest.mark.parametrize("code", ["", "28708", "2870820", "28708\uff12", "-87082", "28708\0"])
def test_what_is_no_code_is_not_one(code):
    assert totp.step_of(SECRET, code, last_step=0, now=datetime.fromtimestamp(59, UTC)) is None


class Authenticator:
    """A phone with the secret of one account."""

    def __init__(self, phone, clock, username="kim"):
        self.phone, self.clock, self.username = phone(), clock, username

    def post(self, path, **form):
        proof = {"DPoP": self.phone.proof("POST", path)}
        return self.phone.client.post(
            path, data={"username": self.username, "password": PASSWORD} | form, headers=proof
        )

    def sign_in(self, **form):
        return self.post("/v1/auth/token", grant_type="password", **form)

    def code(self):
        return totp._totp(base64.b32decode(self.secret)).generate(int(self.clock().timestamp())).decode()

    def set_up(self):
        shown = self.post("/v1/auth/totp").json
        self.secret, self.uri = shown["secret"], shown["uri"]
        self.recovery = self.post("/v1/auth/totp/confirmation", otp=self.code()).json["recovery_codes"]
        self.clock.forward(seconds=30)
        return self


@pytest.fixture
def kim(phone, clock):
    return Authenticator(phone, clock).set_up()


def tags(read):
    with read() as session:
        return session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)).all()


@pytest.mark.usefixtures("any_database")
def test_who_has_a_second_factor_signs_in_with_both(kim, read):
    assert kim.uri.startswith("otpauth://totp/")
    assert (kim.sign_in().status_code, kim.sign_in().json["error"]) == (400, "otp_needed")
    assert kim.sign_in(otp="000000").json["code"] == "otp_invalid"
    assert kim.sign_in(otp=kim.code()).status_code == 200
    assert kim.sign_in(otp=kim.code()).json["code"] == "otp_invalid"  # used
    kim.clock.forward(seconds=30)
    assert kim.sign_in(otp=kim.code(), password="wrong").json["code"] == "invalid_grant"
    assert kim.sign_in(otp=kim.code()).status_code == 200
    assert tags(read)[0] == "viewer:otp:enrolled"


def test_a_secret_counts_once_a_code_of_it_was_given(phone, clock):
    lee = Authenticator(phone, clock, "lee")
    lee.secret = lee.post("/v1/auth/totp").json["secret"]
    assert lee.sign_in().status_code == 200
    assert lee.post("/v1/auth/totp/confirmation", otp="000000").json["code"] == "otp_invalid"
    assert lee.sign_in().status_code == 200
    lee.secret = lee.post("/v1/auth/totp").json["secret"]  # a second try has another one
    assert len(lee.post("/v1/auth/totp/confirmation", otp=lee.code()).json["recovery_codes"]) == 10
    assert lee.sign_in().json["code"] == "otp_needed"


def test_who_knows_the_password_alone_cannot_set_up_another_one(kim):
    for path, form in (("/v1/auth/totp", {}), ("/v1/auth/totp/confirmation", {"otp": "000000"})):
        assert (kim.post(path, **form).status_code, kim.post(path, **form).json["code"]) == (409, "otp_enrolled")
        assert kim.post(path, password="wrong", **form).json["code"] == "invalid_grant"
        assert kim.post(path, username="nobody", **form).json["code"] == "invalid_grant"


def test_a_recovery_code_is_good_once(kim, read):
    first, second, *_ = kim.recovery
    assert kim.sign_in(otp=first).status_code == 200
    assert kim.sign_in(otp=first).json["code"] == "otp_invalid"
    assert kim.sign_in(otp=f"{second[:4]}-{second[4:]}".lower()).status_code == 200
    assert tags(read).count("viewer:otp:recovered") == 2


def test_codes_cannot_be_guessed_and_asking_in_between_forgives_nothing(kim):
    for _ in range(5):
        assert kim.sign_in(otp="000000").json["code"] == "otp_invalid"
        if kim.sign_in().status_code == 429:
            break
        kim.post("/v1/auth/totp")
    assert kim.sign_in(otp=kim.code()).json["code"] == "too_many_attempts"


def test_an_administrator_takes_it_away_for_a_new_phone(kim, phone, read):
    admin = phone("admin")
    assert [admin.delete("/v1/officers/kim/totp").status_code for _ in range(2)] == [204, 204]
    assert kim.sign_in().status_code == 200
    assert tags(read).count("admin:otp:reset") == 1
    assert admin.delete("/v1/officers/nobody/totp").json["code"] == "officer_unknown"


def test_an_agency_may_want_it_of_all_its_officers(phone, clock):
    admin = phone("admin")
    shown = admin.put("/v1/agencies/room112/policy", {"totp_required": True}).json
    assert (shown["totp_required"], shown["approval"]) == (True, "never")
    supervisor = Authenticator(phone, clock, "supervisor")
    assert supervisor.sign_in().json["code"] == "otp_enrolment_needed"
    supervisor.set_up()
    assert supervisor.sign_in(otp=supervisor.code()).status_code == 200
    assert Authenticator(phone, clock, "supervisor119").sign_in().status_code == 200
    assert phone("cad112").tokens  # machines have none


@pytest.mark.usefixtures("any_database")
def test_the_database_holds_neither_secret_nor_code_and_a_copied_row_opens_nothing(kim, phone, read, transaction, app):
    with read() as session:
        row = session.get(SecondFactor, "kim")
        raw = base64.b32decode(kim.secret)
        text = str([row.sealed, row.recovery])
        assert not [secret for secret in (raw.hex(), kim.secret, *kim.recovery) if secret in text]
        sealed = row.sealed
    with transaction() as session:
        session.add(SecondFactor(officer_id="lee", sealed=sealed, confirmed_at=kim.clock(), last_step=0, recovery=[]))
    kim.username = "lee"
    assert kim.sign_in(otp=kim.code()).status_code == 500
