"""The administrators' face for whose alerts are taken."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Id, Shown, ShownTime
from server.api.paging import Page, PageQuery, page
from server.cap import senders
from server.cap.senders import Wish
from server.models import CapSender, Role

cap_senders = APIBlueprint("senders", __name__)


class NewSender(Body):
    """A ``sender`` as its alerts write it, and the rooms that each of its incidents asks to join (공동대응)."""

    agency_id: Id
    sender: Annotated[str, Field(pattern=r"^[^\s,<&\x00-\x1f\x7f]{1,200}$")]
    invites: Annotated[list[Id], Field(max_length=20, default_factory=list)]


class ShownSender(Shown):
    """A sender whose alerts are taken."""

    id: str
    agency_id: str
    sender: str
    invites: list[str]
    created_at: ShownTime


class ShownSenders(Page):
    """Senders in the order of their ids."""

    items: list[ShownSender]


@cap_senders.get("/v1/cap-senders")
@needs(Role.ADMIN)
@refuses(errors.CursorInvalid)
@cap_senders.input(PageQuery, location="query")
@cap_senders.output(ShownSenders)
def listed(query_data: PageQuery, caller: Caller) -> ShownSenders:  # noqa: ARG001 — every known view takes its caller
    """List whose alerts are taken."""
    with deps().read() as session:
        rows, cursor = page(session, senders.listed(), CapSender.id, query_data)
        return ShownSenders(items=[ShownSender.model_validate(row) for row in rows], next_cursor=cursor)


@cap_senders.post("/v1/cap-senders")
@needs(Role.ADMIN)
@refuses(errors.AgencyUnknown, errors.RoomUnknown, errors.CapSenderExists)
@cap_senders.input(NewSender)
@cap_senders.output(ShownSender, 201)
def registered(json_data: NewSender, caller: Caller) -> Response:
    """Take a sender's alerts from now on, from the accounts of that disaster room."""

    def act(session: Session) -> Answer:
        row = senders.register(session, caller, Wish(**json_data.model_dump()), now=deps().now())
        return ShownSender.model_validate(row), 201

    return change(caller, act)


@cap_senders.delete("/v1/cap-senders/<id:cap_sender_id>")
@needs(Role.ADMIN)
@refuses(errors.CapSenderUnknown)
@cap_senders.doc(responses={204: "Removed"})
def removed(cap_sender_id: str, caller: Caller) -> Response:
    """Take no alert of a sender any more. What it opened goes on until it is closed."""

    def act(session: Session) -> Answer:
        senders.remove(session, caller, cap_sender_id, now=deps().now())
        return None, 204

    return change(caller, act)
