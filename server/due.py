"""When a duty is due, and how it may be done, by its kind. Pure.

Sources, and the edition whose text says so:
* wearers: 전자장치부착법 제16조의3 제3항, 시행규칙 제11조의7 (시행 2024-01-12): within 30 days of the end of
  viewing, by message, e-mail, fax, phone or post.
* people of whom a disaster room had data: 재난안전법 제74조의3 제4항 names no time, 시행령 제83조의2 제7항
  (2023-08-08) the means: e-mail, fax, phone or the like. The 30 days are ours, because the two duties are alike.
* destruction: 재난안전법 제74조의3 제5항, 개인정보 보호법 제21조 제1항: without delay, when the work is over,
  that is within 5 days (표준 개인정보 보호지침 제10조 제1항, 2016-21).

The law counts days from the next one on and to the end of the last (민법 제157조, 제159조), in Korea. That the next
working day would do when the last is a holiday (제161조) is not used: a duty is rather due too early than too late.
"""

from datetime import UTC, datetime, timedelta, timezone

from server.models import DutyKind, DutyMeans

KOREA = timezone(timedelta(hours=9), "KST")
DAYS = {
    DutyKind.VIEWING_NOTICE: 30,
    DutyKind.NOTIFY_SUBJECTS: 30,
    DutyKind.DESTROY: 5,
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
