"""The second factor over HTTP: an officer sets it up with the password alone, an administrator takes it away."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from server import errors
from server.access import logins
from server.access import totp as factors
from server.access.viewer import Caller
from server.api import sign_in
from server.api.call import Answer, anonymous, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Shown
from server.audit.log import Tag, record
from server.models import Officer, Role

totp = APIBlueprint("totp", __name__)


class Credentials(BaseModel):
    """The form: the account that sets up its second factor."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    username: Annotated[str, Field(max_length=64, pattern=LINE)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class FirstCode(Credentials):
    """… and a code that the new secret shows."""

    otp: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class NewSecret(Shown):
    """What the phone is given, once: base32, and the same as a URI for a picture code."""

    secret: str
    uri: str


class RecoveryCodes(Shown):
    """To be kept on paper; each is good once in place of a code."""

    recovery_codes: list[str]


@totp.post("/v1/auth/totp")
@refuses(errors.InvalidGrant, errors.TooManyAttempts, errors.OtpEnrolled)
@totp.input(Credentials, location="form")
@totp.output(NewSecret)
def enrolled(form_data: Credentials) -> NewSecret:
    """Get a new secret for the second factor; it counts once a code of it was sent to /v1/auth/totp/confirmation."""
    fits = sign_in.password_fits(form_data.username, form_data.password)
    with deps().transaction() as session:
        officer = _officer(session, form_data.username, fits=fits)
        secret, uri = factors.enrol(session, officer, seal=deps().vault.seal, issuer=deps().issuer)
    return NewSecret(secret=secret, uri=uri)


@totp.post("/v1/auth/totp/confirmation")
@refuses(errors.InvalidGrant, errors.TooManyAttempts, errors.OtpEnrolled, errors.OtpInvalid)
@totp.input(FirstCode, location="form")
@totp.output(RecoveryCodes)
def confirmed(form_data: FirstCode) -> RecoveryCodes:
    """Confirm the second factor with a code of it. From then on every sign-in needs one, as otp."""
    fits = sign_in.password_fits(form_data.username, form_data.password)
    with deps().transaction() as session:
        officer = _officer(session, form_data.username, fits=fits)
        now = deps().now()
        codes = factors.confirm(session, officer, form_data.otp, opened=deps().vault.open, now=now)
        if codes:
            record(session, Tag.OTP_ENROLLED, logins.acting(officer, anonymous()), now=now)
    if codes is None:
        raise errors.OtpInvalid("the code is not one of the new secret; try the next one", field="otp")
    return RecoveryCodes(recovery_codes=codes)


@totp.delete("/v1/officers/<id:officer_id>/totp")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.OfficerUnknown)
@totp.doc(responses={204: "It has none now"})
def reset(officer_id: str, caller: Caller) -> Response:
    """Take an officer's second factor away, so that a new phone can be set up."""

    def act(session: Session) -> Answer:
        factors.reset(session, caller, officer_id, now=deps().now())
        return None, 204

    return change(caller, act)


def _officer(session: Session, username: str, *, fits: bool) -> Officer:
    officer = logins.officer(session, username)
    if officer is None or not officer.enabled or not fits:
        raise errors.InvalidGrant("the username or the password is wrong", error="invalid_grant")
    return officer
