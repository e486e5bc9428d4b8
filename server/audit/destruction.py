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
DELETED, EMPTIED, HASHED = "삭제(복구 불가)", "내용 삭제(복구 불가)", "내용 삭제, 해시 보존"
WHAT = {  # what retention counts: its name, whose time it has, and what was done to it
    "rows": ("접속기록의 내용", ("views", "grants"), HASHED),
    "sessions": ("열람 세션", ("views",), DELETED),
    "lookups": ("차량 조회 기록", ("views",), DELETED),
    "requests": ("접근 요청", ("grants",), DELETED),
    "grants": ("접근 권한", ("grants",), DELETED),
    "anomalies": ("이상 접속·소명", ("grants",), DELETED),
    "reviews": ("월간 점검 보고서", ("grants",), DELETED),
    "police_texts": ("112 신고·보고 내용", ("police_texts",), EMPTIED),
    "texts": ("119 등 신고·보고 내용", ("texts",), EMPTIED),
    "duties": ("이행한 의무", ("duties",), DELETED),
    "cap_messages": ("재난경보 메시지", ("cap_messages",), DELETED),
    "preservations": ("영상 보존 요청", ("preservations",), DELETED),
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
    for name, (what, times, how) in WHAT.items():
        if event.subject.get(name):
            yield {
                "seq": event.seq,
                "destroyed_at": event.at,
                "what": what,
                "count": event.subject[name],
                "before": ", ".join(before[time] for time in times if time in before) or None,
                "how": how,
                "by": event.actor_id,
            }
