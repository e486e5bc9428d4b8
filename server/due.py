"""When a duty is due, and how it may be done, by its kind. Pure.

The law counts days from the next one on and to the end of the last (민법 제157조, 제159조), in Korea. That the next
working day would do when the last is a holiday (제161조) is not used: a duty is rather due too early than too late.
"""

from datetime import UTC, datetime, timedelta, timezone

from server.models import DutyKind, DutyMeans

KOREA = timezone(timedelta(hours=9), "KST")
DAYS = {
    DutyKind.VIEWING_NOTICE: 30,  # 전자장치부착법 시행규칙 제11조의7, from the end of viewing
    DutyKind.NOTIFY_SUBJECTS: 30,  # 재난안전법 제74조의3 제4항 names no time; as the other notice
    DutyKind.DESTROY: 5,  # 재난안전법 제74조의3 제5항: without delay, which is 5 days (표준 개인정보 보호지침 제10조)
}
NOTICE = frozenset({DutyMeans.SMS, DutyMeans.EMAIL, DutyMeans.FAX, DutyMeans.PHONE, DutyMeans.POST})
MEANS = {
    DutyKind.VIEWING_NOTICE: NOTICE,
    DutyKind.NOTIFY_SUBJECTS: NOTICE,
    DutyKind.DESTROY: frozenset({DutyMeans.ERASED, DutyMeans.NOTHING_KEPT}),
}


def due_at(kind: DutyKind, since: datetime) -> datetime:
    """The first moment at which the duty is overdue: the Korean midnight after its last day."""
    day = since.astimezone(KOREA).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=DAYS[kind] + 1)).astimezone(UTC)
