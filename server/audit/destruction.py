"""개인영상정보 파기대장: what was destroyed because its time was over; a row for each kind and run.

Source: 표준 개인정보 보호지침 제42조 제2항 (명칭, 파기일시, 담당자).
"""

from collections.abc import Iterator

from sqlalchemy import select

from server.audit.ledger import PAGE, Read
from server.audit.log import Tag
from server.audit.scope import Asked
from server.audit.table import Row
from server.models import AuditEvent

DESTRUCTION = {
    "seq": "기록번호",
    "destroyed_at": "파기 일시",
    "what": "파기 대상",
    "count": "건수",
    "before": "보관기간 만료 기준",
    "how": "파기 방법",
    "by": "담당",
}
WHAT = {  # what retention counts: its name, and whose time it has
    "rows": ("접속기록의 내용", None),
    "sessions": ("열람 세션", "views"),
    "lookups": ("차량 조회 기록", "views"),
    "requests": ("접근 요청", "grants"),
    "grants": ("접근 권한", "grants"),
    "anomalies": ("이상 접속·소명", "grants"),
    "reviews": ("월간 점검 보고서", "grants"),
}


def destruction(read: Read, asked: Asked) -> Iterator[Row]:
    """What was destroyed in that time, for the province's auditors; the keys are those of ``DESTRUCTION``."""
    last, more = 0, asked.scope.agency_id is None
    while more:
        span = (AuditEvent.at >= asked.since, AuditEvent.at < asked.until, AuditEvent.seq > last)
        found = select(AuditEvent).where(AuditEvent.tag == Tag.AUDIT_EMPTIED, AuditEvent.salt.is_not(None), *span)
        with read() as session:
            events = session.scalars(found.order_by(AuditEvent.seq).limit(PAGE)).all()
        for event in events:
            yield from _rows(event)
            last = event.seq
        more = len(events) == PAGE


def _rows(event: AuditEvent) -> Iterator[Row]:
    before = event.subject.get("before", {})
    for name, (what, time) in WHAT.items():
        if event.subject.get(name):
            yield {
                "seq": event.seq,
                "destroyed_at": event.at,
                "what": what,
                "count": event.subject[name],
                "before": before.get(time) if time else ", ".join(before.values()),
                "how": "삭제(복구 불가)" if time else "내용 삭제, 해시 보존",
                "by": event.actor_id,
            }
