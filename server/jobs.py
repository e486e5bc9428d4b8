"""What has to happen though nobody asks. Each job may run twice, or late: nothing but tidiness depends on it.

A job is one transaction; where many things are due that have nothing to do with each other it is two, one that says
which, and one for each of them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import duties
from server.access import grants, lockout, oidc, playback
from server.audit import checkpoints, log, refusals, retention
from server.audit.note import AuditKey
from server.centres import ptz
from server.grants import approve, requests
from server.incidents import attachments, expiry
from server.models import (
    AccessChange,
    Grant,
    IdempotencyKey,
    OutboxEvent,
    PlaybackSession,
    RefreshToken,
    SeenProof,
    Shift,
)
from server.persons import over
from server.plates import reads
from server.plates import retention as tracks
from server.sensing import events
from server.webhooks import queue

EVENTS_KEPT = timedelta(hours=1)  # how far Last-Event-ID reaches back
ANSWERS_KEPT = timedelta(hours=24)
CHANGES_KEPT = timedelta(minutes=10)  # a gate that heard nothing for seconds begins anew
TOKENS_KEPT = timedelta(hours=24)  # after their shift, so that a late reuse is still seen as one


def expire(session: Session, *, now: datetime) -> None:
    """End the grants, the sessions and the access requests whose time is over, and tell who is concerned."""
    requests.expire(session, now=now)
    approve.expire(session, now=now)
    for grant_id, sessions in grants.end(session, Grant.until <= now, playback.GRANT_EXPIRED, now=now):
        log.record(session, log.Tag.GRANT_EXPIRED, log.SYSTEM, now=now, grant=grant_id, sessions_ended=sessions)
    kept = playback.end(session, PlaybackSession.grace_until <= now, playback.INCIDENT_CLOSED, now=now)
    if kept:
        log.record(session, log.Tag.GRACE_ENDED, log.SYSTEM, now=now, sessions_ended=kept)
    ended = playback.end(session, PlaybackSession.expires_at <= now, playback.EXPIRED, now=now)
    if ended:
        log.record(session, log.Tag.PLAYBACK_EXPIRED, log.SYSTEM, now=now, sessions=ended)


def expired_incidents(session: Session, *, now: datetime) -> Sequence[str]:
    """The incidents whose time is over."""
    return expiry.expired(session, now=now)


def close_incident(session: Session, incident_id: str, *, now: datetime) -> None:
    """Close one of them, and tell its rooms and units."""
    expiry.close(session, incident_id, now=now)


def ended_alerts(session: Session, *, now: datetime) -> Sequence[str]:
    """The alerts that ended with their incidents."""
    return over.ended(session, now=now)


def settle_alert(session: Session, alert_id: str, *, now: datetime) -> None:
    """Write down that one of them is over, and tell those it is for."""
    over.settle(session, alert_id, now=now)


def purge(session: Session, *, now: datetime) -> None:
    """Delete events, changes, stored answers, used proofs, logins and attachments that nobody may ask for any more."""
    attachments.forget(session)
    lockout.purge(session, now=now)
    oidc.purge(session, now=now)
    queue.drop(session, now=now)
    over = Shift.ends_at < now - TOKENS_KEPT
    for old in (
        delete(AccessChange).where(AccessChange.at < now - CHANGES_KEPT),
        delete(OutboxEvent).where(OutboxEvent.at < now - EVENTS_KEPT),
        delete(IdempotencyKey).where(IdempotencyKey.at < now - ANSWERS_KEPT),
        delete(SeenProof).where(SeenProof.until < now),
        delete(RefreshToken).where(RefreshToken.shift_id.in_(select(Shift.id).where(over))),
        delete(Shift).where(over),
    ):
        session.execute(old.execution_options(synchronize_session=False))


def tell_refusals(session: Session, *, now: datetime) -> None:
    """Record how often callers were refused the same again, once their minute is over."""
    refusals.close(session, now=now)


def remind_of_duties(session: Session, *, now: datetime) -> None:
    """Tell the agencies of the duties that have become overdue."""
    duties.remind(session, now=now)


def forget_people(kept: timedelta) -> Callable[..., None]:
    """The job that forgets whom alerts that are over were about."""

    def forget(session: Session, *, now: datetime) -> None:
        over.forget(session, kept, now=now)

    return forget


def end_holds(session: Session, *, now: datetime) -> None:
    """Record which cameras are steered no more, and which are back at their preset."""
    ptz.tidy(session, now=now)


def drop_reads(session: Session, *, now: datetime) -> None:
    """Delete plate reads that were of no wanted vehicle and whose time is over."""
    reads.drop(session, now=now)


def drop_events(session: Session, *, now: datetime) -> None:
    """Delete what centres' analytics reported, once its time is over."""
    events.drop(session, now=now)


def forget_tracks(session: Session, *, now: datetime) -> None:
    """Delete wanted vehicles and their tracks thirty days after they were last wanted."""
    tracks.forget(session, now=now)


def checkpoint(key: AuditKey) -> Callable[..., None]:
    """The job that signs what was recorded since the last time."""

    def sign(session: Session, *, now: datetime) -> None:
        checkpoints.make(session, key, now=now)

    return sign


def retain(kept: retention.Kept) -> Callable[..., None]:
    """The job that removes from the record what is past its time."""

    def empty(session: Session, *, now: datetime) -> None:
        retention.remove(session, kept, now=now)

    return empty
