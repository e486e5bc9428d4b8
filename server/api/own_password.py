"""The officer's own password, changed by the officer."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access import accounts, passwords
from server.access.viewer import Caller
from server.api import sign_in
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body
from server.models import Officer

own_password = APIBlueprint("password", __name__)


class NewPassword(Body):
    """The old one, and one of at least twelve characters without the username."""

    old: Annotated[str, Field(min_length=1, max_length=1024)]
    new: Annotated[str, Field(min_length=1, max_length=1024)]


@own_password.put("/v1/me/password")
@needs()
@refuses(errors.PasswordWrong, errors.PasswordWeak, errors.TooManyAttempts)
@own_password.input(NewPassword)
@own_password.doc(responses={204: "It counts from now on; the caller's other logins have ended"})
def changed(json_data: NewPassword, caller: Caller) -> Response:
    """Change the caller's password. Wrong old ones count as at sign-in."""
    with deps().read() as session:
        username = session.get_one(Officer, caller.viewer.id).username
    if weakness := passwords.weakness(json_data.new, username=username, old=json_data.old):
        raise errors.PasswordWeak(weakness, field="new")
    fits = sign_in.password_fits(username, json_data.old)
    password_hash = passwords.hashed(json_data.new)

    def act(session: Session) -> Answer:
        if not fits:  # asked here, so that a repeat gets the answer of the first time
            raise errors.PasswordWrong("the old password is wrong", field="old")
        accounts.change_password(session, caller, password_hash, now=deps().now())
        return None, 204

    return change(caller, act)
