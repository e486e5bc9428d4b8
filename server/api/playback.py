"""The viewers' face: opening and closing playback, and a supervisor's view of who watches what."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from server import errors
from server.access import names, unnamed
from server.access import playback as core
from server.access.viewer import Caller, Viewer
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, By, Id, Shown, ShownTime
from server.api.paging import Page, PageQuery, page
from server.audit.log import Tag, record
from server.centres import ptz
from server.incidents import rooms
from server.models import LAWFUL, Camera, Client, Dispatch, Grant, Officer, Part, PlaybackSession, Role, Unit

playback = APIBlueprint("playback", __name__)


class NewPlayback(By):
    """Which camera to watch, and by what."""

    camera_id: Id
    purpose: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)] | None = None

    @model_validator(mode="after")
    def _with_a_purpose(self) -> Self:
        if self.centre is not None and self.purpose is None:
            raise ValueError("a centre's own view needs purpose: no incident and no grant states one")
        return self


class Basis(Shown):
    """Why it is allowed."""

    kind: str
    id: str


class OpenedPlayback(Shown):
    """A session. The URLs open the stream for whoever has them: they belong to this viewer alone."""

    session_id: str
    url: str = ""
    still_url: str = ""
    expires_at: ShownTime
    basis: Basis
    steers_for: Annotated[
        str | None, Field(description="the incident for which the viewer may steer it: /v1/cameras/{id}/ptz")
    ]

    @classmethod
    def of(cls, session: Session, viewer: Viewer, row: PlaybackSession) -> Self:
        """The row as it is shown, without the URLs."""
        basis = Basis(kind=row.basis_kind, id=row.basis_id)
        steers_for = row.incident_id if ptz.offered(session, viewer, row) else None
        return cls(session_id=row.id, expires_at=row.expires_at, basis=basis, steers_for=steers_for)


class WatchedSession(Shown):
    """Who watches which camera, and why. Nothing in it opens a stream.

    ``basis_kind`` lawful: nothing more is told of it to the centre whose camera it is, by law.
    """

    id: str
    camera_id: str
    camera_name: str
    incident_id: str | None
    grant_id: str | None
    viewer_kind: str | None
    viewer_id: str | None
    viewer_name: Annotated[str | None, Field(description="of a person")]
    unit_id: str | None
    call_sign: str | None
    basis_kind: str
    basis_id: str | None
    purpose: str | None
    started_at: ShownTime
    seen_at: ShownTime
    expires_at: ShownTime


class WatchedSessions(Page):
    """Sessions that are open now."""

    items: list[WatchedSession]


class WatchedQuery(PageQuery):
    """Only the open ones can be listed."""

    active: Literal["true"]


class CutQuery(BaseModel):
    """Why, when it is somebody else's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)] | None = None


UNNAMED = dict.fromkeys(
    ("incident_id", "viewer_kind", "viewer_id", "viewer_name", "unit_id", "call_sign", "basis_id", "purpose")
) | {"basis_kind": LAWFUL}


@playback.post("/v1/playback")
@needs(clients=True)
@refuses(*errors.PlaybackRefused.__subclasses__())
@playback.input(NewPlayback)
@playback.output(OpenedPlayback, 201)
def open_session(json_data: NewPlayback, caller: Caller) -> Response:
    """Open a playback session on a camera of an incident, of a grant or of the caller's own centre."""
    wish = core.Wish(**json_data.model_dump())

    def act(session: Session) -> Answer:
        opened = core.open_session(session, deps().keys, caller, wish, now=deps().now())
        return OpenedPlayback.of(session, caller.viewer, opened), 201

    def with_urls(stored: bytes) -> bytes:
        body: dict[str, Any] = json.loads(stored)
        folder = f"/live/{deps().keys.sid(body['session_id'])}/{wish.camera_id}"
        return json.dumps(body | {"url": f"{folder}/index.m3u8", "still_url": f"{folder}/still.jpg"}).encode()

    return change(caller, act, reveal=with_urls)


@playback.get("/v1/playback")
@needs(Role.SUPERVISOR)
@refuses(errors.CursorInvalid)
@playback.input(WatchedQuery, location="query")
@playback.output(WatchedSessions)
def list_sessions(query_data: WatchedQuery, caller: Caller) -> WatchedSessions:
    """List the open sessions of the supervisor's people, and of others on its incidents, grants and cameras."""
    with deps().read() as session:
        rows, cursor = page(session, _overseen(caller.viewer, deps().now()), PlaybackSession.id, query_data)
        return WatchedSessions(items=_named(session, caller.viewer, rows), next_cursor=cursor)


@playback.delete("/v1/playback/<id:session_id>")
@needs(clients=True)
@refuses(errors.SessionUnknown, errors.InvalidRequest)
@playback.input(CutQuery, location="query")
@playback.doc(responses={204: "Closed"})
def close(session_id: str, query_data: CutQuery, caller: Caller) -> Response:
    """Close one's own session or, as a supervisor, cut one that is overseen, saying why. Repeating changes nothing."""

    def act(session: Session) -> Answer:
        now, viewer = deps().now(), caller.viewer
        found = session.get(PlaybackSession, session_id)
        own = found is not None and (found.viewer_kind, found.viewer_id) == (viewer.kind, viewer.id)
        if not own and not _oversees(session, viewer, session_id):
            raise errors.SessionUnknown("there is no such playback session for this caller", session_id=session_id)
        if not own and query_data.reason is None:
            raise errors.InvalidRequest("say why the session is cut: ?reason=", field="reason")
        reason, tag = (core.VIEWER_LEFT, Tag.PLAYBACK_CLOSED) if own else (core.SESSION_CUT, Tag.PLAYBACK_CUT)
        if core.end(session, PlaybackSession.id == session_id, reason, now=now):
            if found is not None and not own:
                found.end_note = query_data.reason
            record(session, tag, caller.actor, now=now, session=session_id)
        return None, 204

    return change(caller, act)


def _named(session: Session, viewer: Viewer, rows: list[PlaybackSession]) -> list[WatchedSession]:
    cameras = names.of(session, Camera, (row.camera_id for row in rows))
    people = names.of(session, Officer, (row.viewer_id for row in rows if row.viewer_kind == "officer"))
    units = names.of(session, Unit, (row.unit_id for row in rows))
    called = ("camera_name", "viewer_name", "call_sign")
    own = [name for name in WatchedSession.model_fields if name not in called]
    shown = [
        WatchedSession(
            camera_name=cameras[row.camera_id],
            viewer_name=people.get(row.viewer_id),
            call_sign=units.get(row.unit_id or ""),
            **{name: getattr(row, name) for name in own},
        )
        for row in rows
    ]
    hidden = unnamed.of(session, viewer, rows)
    return [one.model_copy(update=UNNAMED) if one.id in hidden else one for one in shown]


def _oversees(session: Session, viewer: Viewer, session_id: str) -> bool:
    if viewer.role != Role.SUPERVISOR:
        return False
    return session.scalar(_overseen(viewer, None).where(PlaybackSession.id == session_id)) is not None


def _overseen(viewer: Viewer, now: datetime | None) -> Select[PlaybackSession]:
    own = or_(
        PlaybackSession.viewer_id.in_(select(Officer.id).where(Officer.agency_id == viewer.agency_id)),
        PlaybackSession.viewer_id.in_(select(Client.id).where(Client.agency_id == viewer.agency_id)),
        PlaybackSession.incident_id.in_(rooms.incidents_of(viewer.agency_id, Part.OWNS)),
        PlaybackSession.basis_id.in_(select(Dispatch.id).where(Dispatch.agency_id == viewer.agency_id)),
        PlaybackSession.grant_id.in_(select(Grant.id).where(Grant.agency_id == viewer.agency_id)),
    )
    if viewer.centre_id is not None:
        of_centre = select(Camera.id).where(Camera.centre_id == viewer.centre_id)
        own = or_(own, PlaybackSession.camera_id.in_(of_centre))
    found = select(PlaybackSession).where(own)
    if now is None:
        return found
    return found.where(and_(PlaybackSession.ended_at.is_(None), PlaybackSession.expires_at > now))
