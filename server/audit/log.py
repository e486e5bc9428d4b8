"""접속기록: every act and every refusal of a known caller, in the transaction of the act.

A tag is ``source:subject:action`` in the past tense; shipped values never change.
Source: 개인정보의 안전성 확보조치 기준 제2조 제3호 (who, when, from where, what was handled, what was done), 제8조.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from server.audit import chain
from server.models import AuditEvent, AuditHead

PENDING = "audit"

# Tables, not rows of the ORM: every act of everybody waits for the end of the chain.
EVENTS: Any = AuditEvent.__table__
HEAD: Any = AuditHead.__table__
END = select(HEAD.c.seq, HEAD.c.hash).with_for_update()


class Tag(StrEnum):
    """What can be recorded."""

    INCIDENT_REPORTED = "room:incident:reported"
    INCIDENT_MOVED = "room:incident:moved"
    CODE_CHANGED = "room:incident:code_changed"
    REPORT_MADE = "unit:report:made"
    WAY_FOLLOWED = "unit:way:followed"
    GRACE_GIVEN = "room:grace:given"
    GRACE_ENDED = "system:grace:ended"
    INCIDENT_CLOSED = "room:incident:closed"
    ALERT_RAISED = "device:alert:raised"
    ALERT_PICTURED = "device:alert:pictured"
    ALERT_ESCALATED = "viewer:alert:escalated"
    ALERT_ENDED = "viewer:alert:ended"
    ALERTS_FORGOTTEN = "system:alert:forgotten"
    PERSON_READ = "viewer:person:read"
    ATTACHMENT_ADDED = "room:attachment:added"
    ATTACHMENT_REMOVED = "room:attachment:removed"
    CAP_TAKEN = "room:cap:taken"
    CAP_SENDER_REGISTERED = "admin:cap_sender:registered"
    CAP_SENDER_REMOVED = "admin:cap_sender:removed"
    VEHICLE_WANTED = "room:wanted_vehicle:entered"
    VEHICLE_RENEWED = "room:wanted_vehicle:renewed"
    VEHICLE_ENDED = "room:wanted_vehicle:ended"
    VEHICLES_LISTED = "room:wanted_vehicle:listed"
    PLATE_LOOKED_UP = "room:plate:looked_up"
    PLATE_HIT = "reader:plate:hit"
    HIT_VERIFIED = "room:plate_hit:verified"
    CROP_READ = "viewer:plate_crop:read"
    WEBHOOK_REGISTERED = "admin:webhook:registered"
    WEBHOOK_REMOVED = "admin:webhook:removed"
    SENSOR_RAISED = "centre:sensor_event:raised"
    SENSOR_RULES_SET = "admin:sensor_rules:set"
    PART_ENDED = "room:part:ended"
    SHARING_OFFERED = "room:sharing:offered"
    SHARING_ACCEPTED = "room:sharing:accepted"
    SHARING_REFUSED = "room:sharing:refused"
    SHARING_WITHDRAWN = "room:sharing:withdrawn"
    SHARING_ENDED = "room:sharing:ended"
    DUTY_OPENED = "system:duty:opened"
    DUTY_DONE = "agency:duty:done"
    DUTY_OVERDUE = "system:duty:overdue"
    DISPATCH_SENT = "room:dispatch:sent"
    DISPATCH_WITHDRAWN = "room:dispatch:withdrawn"
    DISPATCH_SEEN = "unit:dispatch:seen"
    PRESERVATION_ASKED = "unit:preservation:asked"
    PASSENGER_CONFIRMED = "unit:passenger:confirmed"
    DISPATCH_REPORTED = "unit:dispatch:reported"
    PLAYBACK_OPENED = "viewer:playback:opened"
    PLAYBACK_CLOSED = "viewer:playback:closed"
    PLAYBACK_CUT = "supervisor:playback:cut"
    PLAYBACK_EXPIRED = "system:playback:expired"
    GRANT_GIVEN = "supervisor:grant:given"
    GRANT_RENEWED = "supervisor:grant:renewed"
    GRANT_APPROVED = "supervisor:grant:approved"
    GRANT_UNCONFIRMED = "system:grant:unconfirmed"
    GLASS_BROKEN = "viewer:glass:broken"
    GLASS_EXPLAINED = "viewer:glass:explained"
    OFFICER_DISABLED = "admin:officer:disabled"
    OFFICER_ENABLED = "admin:officer:enabled"
    OFFICER_REGISTERED = "admin:officer:registered"
    PASSWORD_RESET = "admin:password:reset"  # noqa: S105 — the name of an act
    PASSWORD_CHANGED = "viewer:password:changed"  # noqa: S105
    AGENCY_REGISTERED = "admin:agency:registered"
    CENTRE_REGISTERED = "admin:centre:registered"
    CENTRE_CHANGED = "admin:centre:changed"
    UNIT_REGISTERED = "admin:unit:registered"
    CLIENT_REGISTERED = "admin:client:registered"
    CLIENT_SECRET_REPLACED = "admin:client:secret_replaced"  # noqa: S105
    JURISDICTION_SET = "admin:jurisdiction:set"
    POLICY_CHANGED = "admin:policy:changed"
    GRANT_ACCEPTED = "recipient:grant:accepted"
    GRANT_REVOKED = "supervisor:grant:revoked"
    GRANT_EXPIRED = "system:grant:expired"
    ACCESS_REQUESTED = "viewer:access_request:made"
    ACCESS_ANSWERED = "supervisor:access_request:answered"
    ACCESS_REQUEST_EXPIRED = "system:access_request:expired"
    BLACKOUT_ORDERED = "centre:blackout:ordered"
    BLACKOUT_LIFTED = "centre:blackout:lifted"
    PTZ_HELD = "viewer:ptz:held"
    PTZ_RENEWED = "viewer:ptz:renewed"
    PTZ_MOVED = "viewer:ptz:moved"
    PTZ_RELEASED = "viewer:ptz:released"
    PTZ_ENDED = "system:ptz:ended"
    PTZ_GIVEN_BACK = "system:ptz:given_back"
    TOKEN_ISSUED = "viewer:token:issued"  # noqa: S105 — the name of an act
    TOKEN_REVOKED = "viewer:token:revoked"  # noqa: S105
    REFRESH_REUSED = "viewer:refresh:reused"
    LOGIN_CLOSED = "viewer:login:closed"
    LOGIN_SLOWED = "viewer:login:slowed"
    OTP_ENROLLED = "viewer:otp:enrolled"
    OTP_RECOVERED = "viewer:otp:recovered"
    OTP_RESET = "admin:otp:reset"
    PROVIDER_CHANGED = "admin:provider:changed"
    PROVIDER_REMOVED = "admin:provider:removed"
    IDENTITY_SET = "admin:identity:set"
    LOGIN_REFUSED = "viewer:login:refused"
    KEY_ADDED = "operator:key:added"
    KEY_ACTIVATED = "operator:key:activated"
    KEY_RETIRED = "operator:key:retired"
    KEY_REVOKED = "operator:key:revoked"
    CALL_REFUSED = "viewer:call:refused"
    MEDIA_REFUSED = "viewer:media:refused"
    LOGIN_LOCKED = "viewer:login:locked"
    LOGIN_UNLOCKED = "viewer:login:unlocked"
    PIN_CHOSEN = "viewer:pin:chosen"
    PIN_REFUSED = "viewer:pin:refused"
    DEVICE_REGISTERED = "admin:device:registered"
    DEVICE_ENROLLED = "device:device:enrolled"
    DEVICE_LOST = "admin:device:lost"
    ENROLMENT_REFUSED = "device:enrolment:refused"
    CAMERA_REGISTERED = "admin:camera:registered"
    CAMERA_CHANGED = "admin:camera:changed"
    CAMERA_DISCOVERY_WANTED = "admin:camera:discovery_wanted"
    CAMERAS_IMPORTED = "admin:cameras:imported"
    CAMERAS_RETIRED = "admin:cameras:retired"
    ANOMALY_FOUND = "system:anomaly:found"
    EXPLANATION_DEMANDED = "auditor:explanation:demanded"
    EXPLANATION_GIVEN = "viewer:explanation:given"
    EXPLANATION_OVERDUE = "system:explanation:overdue"
    ANOMALY_ACCEPTED = "auditor:anomaly:accepted"
    ANOMALY_ESCALATED = "auditor:anomaly:escalated"
    REVIEW_SIGNED = "auditor:review:signed"
    AUDIT_READ = "auditor:audit:read"
    AUDIT_EXPORTED = "auditor:audit:exported"
    AUDIT_EMPTIED = "system:audit:emptied"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, in which request, from where."""

    kind: str  # officer | client | system
    id: str
    request_id: str | None = None
    remote_address: str | None = None


SYSTEM = Actor("system", "scheduler")


def record(session: Session, tag: Tag, by: Actor, /, *, now: datetime, **subject: Any) -> None:
    """Add one row when the transaction commits. ``subject`` holds ids and codes, never names, summaries or secrets.

    The rows join the chain last of all, so that its lock is held for the shortest time and never waits for another.
    """
    if PENDING not in session.info:
        session.info[PENDING] = []
        event.listen(session, "before_commit", _append, once=True)
    row = AuditEvent(
        at=now,
        tag=tag,
        actor_kind=by.kind,
        actor_id=by.id,
        subject=subject,
        request_id=by.request_id,
        remote_address=by.remote_address,
    )
    session.info[PENDING].append(row)


def _append(session: Session) -> None:
    session.flush()  # whatever else is locked is locked before the end of the chain
    seq, previous_hash = session.execute(END).one()
    rows: list[AuditEvent] = session.info.pop(PENDING)
    for row in rows:
        seq += 1
        row.seq, row.previous_hash, row.salt = seq, previous_hash, secrets.token_hex(16)
        row.content_hash = chain.content_digest({name: getattr(row, name) for name in chain.CONTENT})
        row.hash = previous_hash = chain.digest(chain.entry(row))
    session.execute(insert(EVENTS), [{column.key: getattr(row, column.key) for column in EVENTS.c} for row in rows])
    session.execute(update(HEAD), {"seq": seq, "hash": previous_hash})
