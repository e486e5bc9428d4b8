"""영상정보 열람대장: who watched what, when, why and on what legal basis; one row for each playback session.

Source: 표준 개인정보 보호지침 제47조 제4항 (목적, 열람자, 열람 일시), 개인정보의 안전성 확보조치 기준 제2조 제3호
(식별자, 접속일시, 접속지, 처리한 정보주체 정보, 수행업무).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Select, and_, case, func, null, select, tuple_
from sqlalchemy.orm import Session

from server.audit.scope import Asked, Scope
from server.audit.table import Row
from server.models import (
    LAWFUL,
    Agency,
    Camera,
    Centre,
    Client,
    Device,
    Grant,
    Incident,
    Officer,
    PlaybackSession,
    Unit,
)

Read = Callable[[], AbstractContextManager[Session]]

PAGE = 500
VIEWING = {
    "session_id": "열람번호",
    "viewer_id": "열람자 식별자",
    "viewer_name": "열람자 성명",
    "agency": "소속 기관",
    "unit": "출동요소",
    "device": "단말기",
    "started_at": "열람 시작 일시",
    "ended_at": "열람 종료 일시",
    "end_reason": "종료 사유",
    "purpose_code": "목적 구분",
    "purpose": "열람 목적",
    "legal_basis": "법적 근거",
    "basis": "권한 근거",
    "service": "연계 서비스",
    "incident": "사건 번호",
    "camera_id": "카메라 번호",
    "camera": "카메라 명칭",
    "centre": "관제센터",
    "remote_address": "접속지",
}
# Of a reserved incident's views, to whom it is not for: the agency alone would tell that a wearer is the reason.
UNTOLD = set(VIEWING) - {"session_id", "started_at", "ended_at", "basis", "camera_id", "camera", "centre"}


def viewing(read: Read, asked: Asked) -> Iterator[Row]:
    """The sessions asked for, by time; the keys are those of ``VIEWING``.

    Reads a page at a time, so that no transaction is open while the reader is slow.
    """
    key = tuple_(PlaybackSession.started_at, PlaybackSession.id)
    began = PlaybackSession.started_at
    concerned = asked.scope.limits(Agency.id, Camera.centre_id)
    span = _sessions(asked.scope).where(began >= asked.since, began < asked.until, concerned)
    after: tuple[Any, ...] | None = None
    while True:
        page = span.where(key > after) if after else span
        with read() as session:
            rows = (
                session.execute(page.order_by(PlaybackSession.started_at, PlaybackSession.id).limit(PAGE))
                .mappings()
                .all()
            )
        for row in rows:
            yield dict(row)
        if len(rows) < PAGE:
            return
        after = (rows[-1]["started_at"], rows[-1]["session_id"])


def _sessions(scope: Scope) -> Select[Any]:
    watched, untold = PlaybackSession, scope.untold(Agency, Incident.service)
    columns = {
        "session_id": watched.id,
        "viewer_id": watched.viewer_id,
        "viewer_name": Officer.name,
        "agency": Agency.name,
        "unit": Unit.call_sign,
        "device": Device.label,
        "started_at": watched.started_at,
        "ended_at": watched.ended_at,
        "end_reason": func.coalesce(watched.end_reason + ": " + watched.end_note, watched.end_reason),
        "purpose_code": watched.purpose_code,
        "purpose": func.coalesce(watched.purpose, Grant.reason, Incident.type),
        "legal_basis": func.coalesce(watched.legal_basis, Grant.legal_basis, Incident.legal_basis),
        "basis": watched.basis_kind,
        "service": Incident.service,
        "incident": Incident.external_id,
        "camera_id": watched.camera_id,
        "camera": Camera.name,
        "centre": Centre.name,
        "remote_address": watched.remote_address,
    }
    hidden = {name: case((untold, null()), else_=column) for name, column in columns.items() if name in UNTOLD}
    hidden["basis"] = case((untold, LAWFUL), else_=watched.basis_kind)
    shown: list[Any] = [(columns | hidden)[name].label(name) for name in VIEWING]
    return (
        select(*shown)
        .select_from(watched)
        .join(Camera, Camera.id == watched.camera_id)
        .join(Centre, Centre.id == Camera.centre_id)
        .outerjoin(Incident, Incident.id == watched.incident_id)
        .outerjoin(Grant, Grant.id == watched.grant_id)
        .outerjoin(Unit, Unit.id == watched.unit_id)
        .outerjoin(Device, Device.id == watched.device_id)
        .outerjoin(Officer, and_(watched.viewer_kind == "officer", Officer.id == watched.viewer_id))
        .outerjoin(Client, and_(watched.viewer_kind == "client", Client.id == watched.viewer_id))
        .outerjoin(Agency, Agency.id == func.coalesce(Officer.agency_id, Client.agency_id))
    )
