"""Duties: due when the law says, told, closed once by a person of the agency, and overdue by the clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server import due, duties, jobs
from server.audit import log
from server.incidents.services import POLICIES
from server.models import AuditEvent, Duty, DutyKind, OutboxEvent, Role, Service
from tests import town

NIGHT = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)  # 01:30 of the 3rd in Korea


@pytest.mark.parametrize(
    ("kind", "last_day"),
    [(DutyKind.VIEWING_NOTICE, (12, 3)), (DutyKind.NOTIFY_SUBJECTS, (12, 3)), (DutyKind.DESTROY, (11, 8))],
)
def test_days_count_from_the_next_korean_one_to_the_end_of_the_last(kind, last_day):
    at = due.due_at(kind, NIGHT)
    assert at == datetime(2026, *last_day, 15, 0, tzinfo=UTC), "midnight in Korea after the last day"
    assert at == due.due_at(kind, NIGHT + timedelta(hours=22, minutes=29))
    assert at < due.due_at(kind, NIGHT + timedelta(hours=22, minutes=30))


def test_every_kind_has_a_time_and_means():
    assert set(due.DAYS) == set(due.MEANS) == set(DutyKind)
    assert all(due.MEANS.values())


@pytest.fixture
def incident(phone, transaction):
    with transaction() as session:
        session.add(town.officer("dispatcher2", Role.DISPATCHER, "room112"))
    return phone("cad112").post("/v1/incidents", town.report()).json["id"]


@pytest.fixture
def opened(incident, transaction, clock):
    def open_one(kind=DutyKind.VIEWING_NOTICE, agency_id="room112", **more):
        wanted = duties.Wanted(kind, incident, agency_id, clock(), **more)
        with transaction() as session:
            return duties.open(session, log.SYSTEM, wanted, now=clock()).id

    return open_one


def close(caller, duty_id, **more):
    return caller.post(f"/v1/duties/{duty_id}/completion", {"means": "sms"} | more)


def recorded(read, word):
    with read() as session:
        found = select(AuditEvent.tag).where(AuditEvent.tag.contains(word)).order_by(AuditEvent.seq)
        return [tag.split(":")[2] for tag in session.scalars(found)]


def told(read, agency_id="room112"):
    with read() as session:
        found = select(OutboxEvent.data).filter_by(audience=f"agency:{agency_id}", kind="duty").order_by(OutboxEvent.id)
        return [data["status"] for data in session.scalars(found)]


@pytest.mark.usefixtures("any_database")
def test_it_is_opened_once_however_often_it_is_asked_for(opened, read):
    assert opened() == opened()
    assert opened(DutyKind.DESTROY) != opened(agency_id="room119")
    assert recorded(read, "duty") == ["opened"] * 3
    assert (told(read), told(read, "room119")) == (["open", "open"], ["open"])


@pytest.mark.usefixtures("any_database")
def test_an_agency_sees_its_own_and_what_is_overdue_first(opened, phone, clock):
    later = opened(subject="W-0042")
    first = opened(DutyKind.DESTROY)
    theirs = opened(agency_id="room119")
    dispatcher = phone("dispatcher")
    clock.forward(days=7)
    dispatcher = phone("dispatcher")
    shown = dispatcher.get("/v1/duties").json["items"]
    assert [(one["id"], one["status"]) for one in shown] == [(first, "overdue"), (later, "open")]
    assert (shown[1]["subject"], shown[1]["service"], shown[1]["incident_external_id"]) == (
        "W-0042",
        "police_112",
        "112-2026-1",
    )
    one, other = (dispatcher.get(f"/v1/duties?status={status}").json["items"] for status in ("overdue", "open"))
    assert ([row["id"] for row in one], [row["id"] for row in other]) == ([first], [later])
    assert [row["id"] for row in phone("dispatcher119").get("/v1/duties").json["items"]] == [theirs]
    assert phone("kim").get("/v1/duties").json["items"] == []


@pytest.mark.usefixtures("any_database")
def test_pages_of_duties_that_are_due_at_one_moment_hold_each_of_them_once(phone, transaction, clock):
    room, ids = phone("cad112"), []
    for number in range(5):
        incident = room.post("/v1/incidents", town.report(external_id=str(number))).json["id"]
        with transaction() as session:
            wanted = duties.Wanted(DutyKind.DESTROY, incident, "room112", clock())
            ids.append(duties.open(session, log.SYSTEM, wanted, now=clock()).id)
    dispatcher, found, cursor = phone("dispatcher"), [], ""
    while cursor is not None:
        page = dispatcher.get(f"/v1/duties?limit=2{cursor and f'&cursor={cursor}'}").json
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert found == sorted(ids)
    for wrong in ("IjEi", "e30", "Im5vdCBhIHRpbWUi", "IjIwMjYtMTEtMDIgeCI", "x"):
        assert dispatcher.get(f"/v1/duties?cursor={wrong}").json["code"] == "cursor_invalid"


@pytest.mark.usefixtures("any_database")
def test_a_person_of_the_agency_closes_it_once_and_who_it_was_about_is_forgotten(opened, phone, read):
    duty = opened(subject="W-0042")
    dispatcher = phone("dispatcher")
    assert close(phone("cad112"), duty).json["code"] == "role_missing"
    for stranger in ("dispatcher119", "kim"):
        assert close(phone(stranger), duty).json["code"] == "duty_unknown"
    assert close(dispatcher, duty, means="erased").json["code"] == "duty_means_invalid"
    assert recorded(read, "duty") == ["opened"]
    shown = close(dispatcher, duty, note="통화함").json
    assert (shown["status"], shown["closed_by"], shown["subject"], shown["means"]) == (
        "done",
        "dispatcher",
        None,
        "sms",
    )
    again = close(phone("dispatcher2"), duty, note="통화함")
    assert (again.status_code, again.json) == (200, shown), "who said it first stays"
    assert close(dispatcher, duty, means="fax").json["code"] == "duty_closed"
    assert recorded(read, "duty") == ["opened", "done"]
    assert told(read) == ["open", "done"]
    assert dispatcher.get("/v1/duties").json["items"] == []
    assert [one["id"] for one in dispatcher.get("/v1/duties?status=done").json["items"]] == [duty]


@pytest.mark.usefixtures("any_database")
def test_one_that_becomes_overdue_is_told_once_and_may_still_be_done(opened, phone, transaction, read, clock):
    duty = opened()
    clock.at = due.due_at(DutyKind.VIEWING_NOTICE, clock()) - timedelta(seconds=1)
    for expected in ([], [], ["overdue"], ["overdue"]):
        with transaction() as session:
            jobs.remind_of_duties(session, now=clock())
        assert told(read)[1:] == expected
        clock.forward(seconds=0.5)
    assert close(phone("dispatcher"), duty).json["status"] == "done"
    assert recorded(read, "duty") == ["opened", "overdue", "done"]
    with read() as session:
        done = session.scalars(select(AuditEvent.subject).filter_by(tag="agency:duty:done")).one()
    assert done["late"] is True


@pytest.mark.parametrize("body", [{}, {"means": "pigeon"}, {"means": "sms", "note": ""}, {"means": "sms", "by": "x"}])
def test_what_says_not_how_it_was_done_is_refused(body, opened, phone):
    reply = phone("dispatcher").post(f"/v1/duties/{opened()}/completion", body)
    assert (reply.status_code, reply.json["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("watched", [True, False])
def test_a_closed_incident_leaves_its_services_duties_if_somebody_watched(watched, phone, monkeypatch, read, clock):
    kept = replace(POLICIES[Service.POLICE_112], duties=(DutyKind.DESTROY,))
    monkeypatch.setitem(POLICIES, Service.POLICE_112, kept)
    room = phone("cad112")
    incident = room.post("/v1/incidents", town.report()).json["id"]
    if watched:
        phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident})
    clock.forward(seconds=30)
    room.patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "끝"})
    with read() as session:
        found = session.execute(select(Duty.kind, Duty.agency_id, Duty.due_at)).all()
    assert found == ([(DutyKind.DESTROY, "room112", due.due_at(DutyKind.DESTROY, clock()))] if watched else [])


def test_the_monthly_review_counts_what_was_due(opened, phone, transaction, clock):
    late, undone = opened(DutyKind.DESTROY), opened()
    clock.forward(days=40)
    close(phone("dispatcher"), late, means="erased")
    with transaction() as session:
        session.add(town.officer("of_room", Role.AUDITOR, "room112"))
        rows = session.scalars(select(Duty)).all()
        months = {duty.id: f"{duty.due_at + timedelta(hours=9):%Y-%m}" for duty in rows}
    counts = {}
    for month in set(months.values()):
        for name, count in phone("of_room").get(f"/v1/reviews/room112_{month}").json["duties"].items():
            if name != "by_kind":
                counts[name] = counts.get(name, 0) + count
    assert counts == {"due": 2, "late": 1, "undone": 1}
    assert undone in months
