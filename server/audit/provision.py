"""개인영상정보 제3자 제공 대장: what centres let other agencies see. A row for each view, and each grant and centre.

Source: 개인정보 보호법 시행령 제15조 (명칭, 제공받는 기관, 목적, 법적 근거, 항목, 날짜·기간, 형태, 제한·조치),
표준 개인정보 보호지침 제42조 제1항 (and the handler), 개인정보 보호법 제18조 제4항 (what has to be made public).
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, selectinload

from server.audit.ledger import Read
from server.audit.scope import Asked, Scope
from server.audit.table import Row
from server.models import (
    LAWFUL,
    Agency,
    Camera,
    CameraRole,
    Centre,
    Client,
    Dispatch,
    Grant,
    GrantCovers,
    GrantTo,
    Incident,
    Officer,
    PlaybackSession,
    Unit,
    purpose,
)

PAGE = 500
PROVISION = {
    "provision_id": "제공번호",
    "kind": "구분",
    "file": "개인영상정보 파일의 명칭",
    "provider": "제공 기관",
    "recipient": "제공받는 기관",
    "recipient_person": "제공받는 자",
    "purpose": "제공 목적",
    "legal_basis": "법적 근거",
    "article": "근거 조문",
    "items": "제공 항목",
    "started_at": "제공 시작 일시",
    "ended_at": "제공 종료 일시",
    "form": "제공 형태",
    "conditions": "제한·조치 요청 사항",
    "handler": "제공 담당",
    "service": "연계 서비스",
    "incident": "사건 번호",
    "to_publish": "공고 대상",
}
# Of a reserved incident's views, to the centre that may not know of it.
UNTOLD = set(PROVISION) - {
    *("provision_id", "kind", "file", "provider", "items", "started_at", "ended_at", "form", "conditions")
}
FORM = "실시간 영상 열람(저장·복제 없음, 음성 없음)"
ENDS_BY_ITSELF = "사건 종결, 지령 종료 또는 허가 만료와 동시에 열람 종료"
GIVER = aliased(Officer)
ROOM = aliased(Agency)


def provision(read: Read, asked: Asked) -> Iterator[Row]:
    """What was provided, by time; the keys are those of ``PROVISION``.

    Reads a page at a time, so that no transaction is open while the reader is slow.
    """
    views = _paged(read, _views(asked.scope), (PlaybackSession.started_at, PlaybackSession.id), asked, _of_view)
    given = _paged(read, _grants(), (Grant.created_at, Grant.id), asked, _of_grant(asked.scope))
    for _, row in heapq.merge(views, given, key=lambda one: one[0]):
        yield row


def _paged(read: Read, found: Select[*tuple[Any, ...]], key: Any, asked: Asked, rows_of: Any) -> Iterator[Any]:
    """``(time, row)`` for each row of each result, by time."""
    found = found.where(key[0] >= asked.since, key[0] < asked.until).order_by(*key).limit(PAGE)
    after: tuple[Any, ...] | None = None
    while True:
        with read() as session:
            results = session.execute(found.where(tuple_(*key) > after) if after else found).all()
            rows = [(one[0], row) for one in results for row in rows_of(session, one)]
        yield from rows
        if len(results) < PAGE:
            return
        after = (results[-1][0], results[-1][1])


def _views(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Those by anybody but the centre that owns the camera."""
    watched = PlaybackSession
    others = or_(Agency.centre_id.is_(None), Agency.centre_id != Camera.centre_id)
    return (
        select(
            *(watched.started_at, watched.id, watched.ended_at, watched.purpose_code, watched.viewer_id),
            *(Camera.id.label("camera_id"), Camera.name.label("camera"), Centre.name.label("centre")),
            *(Agency.name.label("agency"), Unit.call_sign, Officer.name.label("officer")),
            *(Grant.conditions, GIVER.name.label("giver"), Incident.service, Incident.external_id),
            func.coalesce(watched.purpose, Grant.reason, Incident.type).label("words"),
            func.coalesce(watched.legal_basis, Grant.legal_basis, Incident.legal_basis).label("legal_basis"),
            ROOM.name.label("room"),
            scope.untold(Agency, Incident.service).label("untold"),
        )
        .select_from(watched)
        .join(Camera, Camera.id == watched.camera_id)
        .join(Centre, Centre.id == Camera.centre_id)
        .outerjoin(Incident, Incident.id == watched.incident_id)
        .outerjoin(Dispatch, Dispatch.id == watched.basis_id)
        .outerjoin(ROOM, ROOM.id == func.coalesce(Dispatch.agency_id, Incident.agency_id))
        .outerjoin(Grant, Grant.id == watched.grant_id)
        .outerjoin(GIVER, GIVER.id == Grant.given_by)
        .outerjoin(Unit, Unit.id == watched.unit_id)
        .outerjoin(Officer, and_(watched.viewer_kind == "officer", Officer.id == watched.viewer_id))
        .outerjoin(Client, and_(watched.viewer_kind == "client", Client.id == watched.viewer_id))
        .outerjoin(Agency, Agency.id == func.coalesce(Officer.agency_id, Client.agency_id))
        .where(others, scope.limits(Agency.id, Camera.centre_id))
    )


def _of_view(_session: Session, one: Any) -> Iterator[Row]:
    person = " ".join(part for part in (one.call_sign, one.officer or one.viewer_id) if part)
    row = _row(
        *(one.id, "열람", one.centre, one.agency, person),
        purpose=_purpose(one.purpose_code, one.words),
        legal_basis=one.legal_basis,
        cameras=[f"{one.camera}({one.camera_id})"],
        started_at=one.started_at,
        ended_at=one.ended_at,
        conditions=one.conditions or ENDS_BY_ITSELF,
        handler=one.giver or one.room,
        service=one.service,
        incident=one.external_id,
    )
    yield row | dict.fromkeys(UNTOLD) | {"purpose": LAWFUL} if one.untold else row


def _grants() -> Select[*tuple[Any, ...]]:
    of_agency = func.coalesce(Unit.agency_id, Officer.agency_id, Grant.to_id)
    person = func.coalesce(Unit.call_sign, Officer.name)
    return (
        select(Grant.created_at, Grant.id, Grant, Agency, Incident, person, GIVER.name)
        .select_from(Grant)
        .outerjoin(Unit, and_(Grant.to_kind == GrantTo.UNIT, Unit.id == Grant.to_id))
        .outerjoin(Officer, and_(Grant.to_kind == GrantTo.OFFICER, Officer.id == Grant.to_id))
        .join(Agency, Agency.id == of_agency)
        .join(GIVER, GIVER.id == Grant.given_by)
        .outerjoin(Incident, Incident.id == Grant.incident_id)
        .options(selectinload(Grant.cameras))
    )


def _of_grant(scope: Scope) -> Any:
    def rows(session: Session, one: Any) -> Iterator[Row]:
        _, _, grant, agency, incident, person, giver = one
        for centre, cameras in _centres(session, grant, incident):
            outside = centre.id != agency.centre_id
            if outside and (scope.covers(agency.id) or scope.centre_id == centre.id):
                yield _row(
                    *(grant.id, "긴급 접근" if grant.emergency else "권한 부여", centre.name, agency.name, person),
                    purpose=_purpose(purpose.of(incident and incident.service, grant.legal_basis), grant.reason),
                    legal_basis=grant.legal_basis,
                    cameras=cameras,
                    started_at=grant.starts_at,
                    ended_at=min(grant.until, grant.ended_at) if grant.ended_at else grant.until,
                    conditions=grant.conditions,
                    handler=giver,
                    service=incident and incident.service,
                    incident=incident and incident.external_id,
                )

    return rows


def _centres(session: Session, grant: Grant, incident: Incident | None) -> list[tuple[Centre, list[str]]]:
    """The centres whose cameras the grant shows, with these cameras; an incident's set is what it is now."""
    listed = [one.camera for one in grant.cameras]
    if incident is not None and grant.covers == GrantCovers.INCIDENT:
        listed = [one.camera for one in incident.cameras if one.role is not CameraRole.CALLER]
    found: dict[str, list[str]] = defaultdict(list)
    for camera in listed:
        found[camera.centre_id].append(f"{camera.name}({camera.id})")
    return [(session.get_one(Centre, centre_id), cameras) for centre_id, cameras in sorted(found.items())]


def _purpose(code: purpose.Purpose | None, words: str | None) -> str:
    return ": ".join(part for part in (purpose.NAMES[code] if code else None, words) if part)


def _row(row_id: str, kind: str, centre: str, agency: str, person: str | None, **more: Any) -> Row:
    basis = more["legal_basis"]
    cameras = more.pop("cameras")
    return {
        "provision_id": row_id,
        "kind": kind,
        "file": f"{centre} 통합관제센터 개인영상정보",
        "provider": centre,
        "recipient": agency,
        "recipient_person": person,
        **more,
        "article": purpose.ARTICLES.get(basis),
        "items": f"고정형 영상정보처리기기 영상: {', '.join(cameras)}",
        "form": FORM,
        "to_publish": "예" if purpose.to_publish(basis) else "아니오",
    }
