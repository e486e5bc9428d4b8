"""``python -m server.scheduler``: runs the jobs on a timer, in one process, until SIGTERM."""

import signal
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from server import clock, db, jobs, logs, settings
from server.audit import copies, retention, store
from server.audit.note import AuditKey, AuditKeyMissing
from server.audit.store import Store, StoreInvalid
from server.cameras.credentials import Vault, VaultClosed
from server.db import Transaction
from server.reviews import anomalies, months
from server.thresholds import Thresholds
from server.webhooks.sender import Sender

Job = Callable[..., None]
Due = Callable[..., Sequence[str]]
EVERY_S: dict[Job, int] = {
    jobs.expire: 5,
    jobs.purge: 60,
    jobs.drop_reads: 5,
    jobs.end_holds: 5,
    jobs.drop_events: 15,
    jobs.tell_refusals: 15,
    jobs.forget_tracks: 600,
    jobs.remind_of_duties: 60,
}
EACH_S: dict[tuple[Due, Job], int] = {  # what is due, and what is done about each
    (jobs.expired_incidents, jobs.close_incident): 5,
    (jobs.ended_alerts, jobs.settle_alert): 5,
}
CHECKPOINT_S = 5
COPY_S = 10
PEOPLE_S = 5
RETENTION_S = 60
LOOK_S = 60
DELIVER_S = 1
STOPS = (signal.SIGTERM, signal.SIGINT)
LOG = logs.get("scheduler")


def run(job: Job, transaction: Transaction, *about: str) -> None:
    """Run one job in one transaction. A failure is said, and the job is tried again next time."""
    try:
        with transaction() as session:
            job(session, *about, now=clock.now())
    except Exception:
        LOG.exception("job failed", job=job.__name__, about=about)


def run_each(due: Due, job: Job, read: Transaction, transaction: Transaction) -> None:
    """Run a job for each id that is due, each in a transaction of its own: one that fails holds up no other."""
    try:
        with read() as session:
            ids = due(session, now=clock.now())
    except Exception:
        LOG.exception("job failed", job=due.__name__)
        return
    for one in ids:
        run(job, transaction, one)


def send(engine: Engine, key: AuditKey, into: Store) -> None:
    """Copy what was signed. No transaction is open while the store is talked to; what fails is sent the next time."""
    try:
        copies.send(db.read(engine), db.transaction(engine), key.public, into, now=clock.now)
    except Exception:
        LOG.exception("the record could not be copied")


def look(engine: Engine, limits: Thresholds) -> None:
    """Look for anomalies, and have a row for each month to review."""
    try:
        anomalies.look(db.read(engine), db.transaction(engine), limits, now=clock.now())
        with db.transaction(engine)() as session:
            months.begin(session, limits, now=clock.now())
    except Exception:
        LOG.exception("the record could not be looked through")


def deliver(sender: Sender) -> None:
    """Send to rooms' systems what is waiting for them."""
    try:
        sender.tick()
    except Exception:
        LOG.exception("webhooks could not be looked through")


def main() -> int:
    """Run until SIGTERM or SIGINT. Returns 0, or 2 when the settings are wrong or a key file is missing."""
    logs.configure()
    try:
        found = settings.load()
        key = AuditKey(found.data_dir)
        vault = Vault(found.data_dir)
        into = store.at(found.copies, keys=found.data_dir / "keys", endpoint=found.s3_address)
    except (settings.SettingsInvalid, AuditKeyMissing, VaultClosed, StoreInvalid) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    engine = db.engine(found.database)
    transaction = db.transaction(engine)
    scheduler = BackgroundScheduler(timezone="UTC")
    kept = retention.Kept.days(**found.kept_days)
    forget = jobs.forget_people(timedelta(seconds=found.alerts_kept_s))
    every_s: dict[Job, int] = {
        **EVERY_S,
        forget: PEOPLE_S,
        jobs.checkpoint(key): CHECKPOINT_S,
        jobs.retain(kept): RETENTION_S,
    }
    doors = (db.read(engine), transaction)
    sender = Sender(doors, vault, found.webhook_networks, now=clock.now)
    add = partial(scheduler.add_job, trigger="interval", coalesce=True, max_instances=1)
    for job, seconds in every_s.items():
        add(run, seconds=seconds, args=[job, transaction], id=job.__name__)
    for (due, job), seconds in EACH_S.items():
        add(run_each, seconds=seconds, args=[due, job, *doors], id=job.__name__)
    add(send, seconds=COPY_S, args=[engine, key, into])
    add(deliver, seconds=DELIVER_S, args=[sender])
    add(look, seconds=LOOK_S, args=[engine, found.thresholds])

    # A handler would stop it between two steps of the timer's own, and wait for ever for a lock that these hold.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    scheduler.start()
    signal.sigwait(STOPS)
    scheduler.shutdown(wait=False)
    sender.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
