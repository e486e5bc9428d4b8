"""What is odd in the record: one function for each kind. Pure.

A finding's ``fact`` names it by whom, what and which night, day or week, so that looking again finds the same one.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from server.audit.table import KOREA
from server.cameras.rank import distance_m
from server.models import AnomalyKind, BasisKind, Severity
from server.reviews.facts import Facts, Glass, Refusal, Stay, View
from server.thresholds import Thresholds

One = TypeVar("One")
Key = TypeVar("Key", bound=Hashable)

FRESH = timedelta(minutes=5)  # a position older than this says nothing about now
APART = timedelta(minutes=30)  # views of a camera closer than this are one occasion: lines break
HOUR = timedelta(hours=1)
TEN_MINUTES = timedelta(minutes=10)
EVIDENCE = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One odd fact, with the rows that show it, by time."""

    kind: AnomalyKind
    fact: str
    officer_id: str
    severity: Severity
    reason: str
    evidence: list[dict[str, Any]]
    first_at: datetime
    last_at: datetime


def find(facts: Facts, limits: Thresholds) -> list[Finding]:
    """Everything that is odd in ``facts``."""
    return [finding for rule in RULES for finding in rule(facts, limits)]


def stood_still(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """Watching an incident's cameras while the dispatched unit stands far off and does not come nearer."""
    for view in facts.views:
        stay = facts.stays.get(view.unit_id or "")
        if stay is None or view.place is None or not view.open or view.basis is not BasisKind.DISPATCH:
            continue
        minutes = _standing_min(view, stay, facts.now)
        metres = round(distance_m(stay.place, view.place), -2)
        if minutes >= limits.still_min and metres > limits.still_m:
            fact = f"{view.officer_id}:{view.incident_id}"
            reason = f"지령을 받고 {minutes}분 동안 현장에서 {metres / 1000:.1f} km 떨어진 곳에 머물며 영상을 열람함"
            row = _row(view) | {"incident": view.incident_id, "distance_m": metres, "minutes": minutes}
            yield _finding(AnomalyKind.STOOD_STILL, (view.officer_id, fact), Severity.MEDIUM, reason, [row])


def _standing_min(view: View, stay: Stay, now: datetime) -> int:
    if stay.seen_at < now - FRESH:
        return 0
    return int((now - max(stay.since, view.started_at)).total_seconds() // 60)


def night(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """Watching at night by a grant that is for no incident, and without a dispatch."""
    odd = [view for view in facts.views if view.basis is BasisKind.GRANT and view.incident_id is None]
    at_night = [view for view in odd if is_night(view.started_at, limits)]
    for (officer, evening), views in _grouped(at_night, lambda view: (view.officer_id, _evening(view))).items():
        reason = f"야간({limits.night_from_h}시~{limits.night_until_h}시)에 지령이나 사건 없이 {len(views)}회 열람함"
        rows = [_row(view) for view in views]
        yield _finding(AnomalyKind.NIGHT, (officer, f"{officer}:{evening}"), Severity.MEDIUM, reason, rows)


def is_night(at: datetime, limits: Thresholds) -> bool:
    """Whether it is out of hours, Korean time."""
    hour = at.astimezone(KOREA).hour
    return hour >= limits.night_from_h or hour < limits.night_until_h


def _evening(view: View) -> str:
    """The day on which the night began."""
    return f"{view.started_at.astimezone(KOREA) - timedelta(hours=12):%Y-%m-%d}"


def after_shift(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """Still watching when the shift that the session was opened in has long been over."""
    for view in facts.views:
        if view.shift_ends_at is None:
            continue
        over_min = int((view.seen_at - view.shift_ends_at).total_seconds() // 60)
        if over_min >= limits.after_shift_min:
            row = _row(view) | {"shift_ended_at": _iso(view.shift_ends_at), "minutes": over_min}
            reason = f"근무(로그인)가 끝나고 {over_min}분이 지나도록 영상을 열람함"
            yield _finding(AnomalyKind.AFTER_SHIFT, (view.officer_id, view.id), Severity.MEDIUM, reason, [row])


def same_camera(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """One person at one camera, on many occasions of a week."""
    for (officer, camera, week), views in _grouped(
        facts.views, lambda view: (view.officer_id, view.camera_id, _week(view.started_at))
    ).items():
        occasions: list[View] = []
        for view in views:
            if not occasions or view.started_at - occasions[-1].started_at >= APART:
                occasions.append(view)
        if len(occasions) >= limits.same_camera:
            reason = f"한 주에 같은 카메라({camera})를 {len(occasions)}회 열람함"
            rows = [_row(view) for view in occasions]
            fact = f"{officer}:{camera}:{week}"
            yield _finding(AnomalyKind.SAME_CAMERA, (officer, fact), Severity.LOW, reason, rows)


def same_plate(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """One person after one vehicle, many times in a week; the plate itself is only in the look-ups."""
    for (officer, asked, week), lookups in _grouped(
        facts.lookups, lambda one: (one.officer_id, "".join(one.asked.split()), _week(one.at))
    ).items():
        if len(lookups) >= limits.same_plate:
            reason = f"한 주에 같은 차량번호를 {len(lookups)}회 조회함"
            rows = [{"lookup": one.id, "at": _iso(one.at)} for one in lookups]
            fact = f"{officer}:{hashlib.sha256(asked.encode()).hexdigest()[:16]}:{week}"
            yield _finding(AnomalyKind.SAME_PLATE, (officer, fact), Severity.MEDIUM, reason, rows)


def refusals(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """Asking for what is refused, again and again within an hour."""
    for (officer, day), found in _grouped(facts.refusals, lambda one: (one.officer_id, _day(one.at))).items():
        worst = max(_windows(found, HOUR, lambda one: one.at), key=_times)
        if _times(worst) >= limits.refusals:
            reason = f"한 시간에 접근을 {_times(worst)}회 거부당함"
            rows = [{"seq": one.seq, "at": _iso(one.at), "code": one.code, "times": one.times} for one in worst]
            yield _finding(AnomalyKind.REFUSALS, (officer, f"{officer}:{day}"), Severity.MEDIUM, reason, rows)


def _times(found: Iterable[Refusal]) -> int:
    return sum(one.times for one in found)


def many_cameras(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """Very many different cameras within ten minutes."""
    for (officer, day), views in _grouped(facts.views, lambda view: (view.officer_id, _day(view.started_at))).items():
        worst = max(_windows(views, TEN_MINUTES, lambda view: view.started_at), key=_cameras)
        count = _cameras(worst)
        if count >= limits.cameras:
            reason = f"10분 안에 서로 다른 카메라 {count}대를 열람함"
            severity = Severity.MEDIUM if count >= 2 * limits.cameras else Severity.LOW
            rows = [_row(view) for view in worst]
            yield _finding(AnomalyKind.MANY_CAMERAS, (officer, f"{officer}:{day}"), severity, reason, rows)


def _cameras(views: Iterable[View]) -> int:
    return len({view.camera_id for view in views})


def glass_repeated(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """Breaking the glass more often in a week than emergencies come."""
    for (officer, week), glasses in _grouped(facts.glasses, lambda one: (one.officer_id, _week(one.at))).items():
        if len(glasses) >= limits.glasses:
            lone = sum(not one.confirmed for one in glasses)
            reason = f"한 주에 긴급 접근을 {len(glasses)}회 사용함 (승인되지 않음 {lone}회)"
            severity = Severity.HIGH if lone else Severity.MEDIUM
            rows = [_glass(one) for one in glasses]
            yield _finding(AnomalyKind.GLASS_REPEATED, (officer, f"{officer}:{week}"), severity, reason, rows)


def glass_unexplained(facts: Facts, limits: Thresholds) -> Iterator[Finding]:
    """A broken glass that has not been explained in time."""
    for one in facts.glasses:
        if not one.explained and facts.now >= one.at + timedelta(hours=limits.glass_explained_h):
            reason = f"긴급 접근 후 {limits.glass_explained_h}시간이 지나도록 사유를 설명하지 않음"
            yield _finding(
                AnomalyKind.GLASS_UNEXPLAINED, (one.officer_id, one.id), Severity.HIGH, reason, [_glass(one)]
            )


RULES: tuple[Callable[[Facts, Thresholds], Iterator[Finding]], ...] = (
    *(
        stood_still,
        night,
        after_shift,
        same_camera,
        same_plate,
        refusals,
        many_cameras,
        glass_repeated,
        glass_unexplained,
    ),
)


def _finding(
    kind: AnomalyKind, who: tuple[str, str], severity: Severity, reason: str, rows: list[dict[str, Any]], /
) -> Finding:
    """``who``: the officer, and the name of the fact within its kind."""
    officer_id, fact = who
    first, last = (datetime.fromisoformat(rows[place]["at"]) for place in (0, -1))
    return Finding(kind, f"{kind}:{fact}", officer_id, severity, reason, rows[:EVIDENCE], first, last)


def _row(view: View) -> dict[str, Any]:
    return {"session": view.id, "camera": view.camera_id, "basis": view.basis, "at": _iso(view.started_at)}


def _glass(one: Glass) -> dict[str, Any]:
    return {"grant": one.id, "at": _iso(one.at), "confirmed": one.confirmed, "explained": one.explained}


def _grouped(ones: Iterable[One], key: Callable[[One], Key]) -> dict[Key, list[One]]:
    found: dict[Key, list[One]] = defaultdict(list)
    for one in ones:
        found[key(one)].append(one)
    return found


def _windows(ones: list[One], span: timedelta, at: Callable[[One], datetime]) -> Iterator[list[One]]:
    """For each, itself and what came within ``span`` before it; ``ones`` are in order."""
    start = 0
    for end, one in enumerate(ones):
        while at(one) - at(ones[start]) > span:
            start += 1
        yield ones[start : end + 1]


def _day(at: datetime) -> str:
    return f"{at.astimezone(KOREA):%Y-%m-%d}"


def _week(at: datetime) -> str:
    return f"{at.astimezone(KOREA):%G-W%V}"


def _iso(at: datetime) -> str:
    return at.isoformat()
