"""The officer's PIN on this device: chosen after the password, asked for after a restart."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import AfterValidator, Field
from sqlalchemy.orm import Session

from server import errors
from server.access import passwords, pins
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Shown

pin = APIBlueprint("pin", __name__)

RUN = "0123456789"


def _guessable(value: str) -> str:
    if len(set(value)) == 1 or value in RUN or value in RUN[::-1]:
        raise ValueError("must not be one digit repeated, nor digits in a row")
    return value


class GivenPin(Body):
    """As it was typed."""

    pin: Annotated[str, Field(pattern=r"^[0-9]{4,8}$")]


class NewPin(Body):
    """Four to eight digits, not the first ones that come to mind."""

    pin: Annotated[str, Field(pattern=r"^[0-9]{4,8}$"), AfterValidator(_guessable)]


class ShownLock(Shown):
    """How the login stands."""

    locked: bool
    pin_set: bool


@pin.put("/v1/auth/pin")
@needs()
@refuses(errors.PasswordNeeded)
@pin.input(NewPin)
@pin.output(ShownLock)
def chosen(json_data: NewPin, caller: Caller) -> Response:
    """Choose the PIN of this officer on this device, within ten minutes after the password."""
    pin_hash = passwords.hashed(json_data.pin)  # takes long, so it holds no lock

    def act(session: Session) -> Answer:
        pins.choose(session, caller, pin_hash, now=deps().now())
        return ShownLock(locked=False, pin_set=True), 200

    return change(caller, act)


@pin.post("/v1/auth/pin")
@needs(even_locked=True)
@refuses(errors.PinWrong)
@pin.input(GivenPin)
@pin.output(ShownLock)
def opened(json_data: GivenPin, caller: Caller) -> ShownLock:
    """Open a login that is locked after a restart. The fifth wrong PIN ends it."""
    with deps().read() as session:
        stored = pins.stored(session, caller)
    proven = passwords.fits(json_data.pin, stored)
    with deps().transaction() as session:
        refusal = pins.unlock(session, caller, proven=proven, now=deps().now())
    if refusal is not None:
        raise refusal
    return ShownLock(locked=False, pin_set=True)
