"""``python -m server.scheduler``: runs the jobs on a timer, in one process, until SIGTERM."""

import signal
import sys
from collections.abc import Callable
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler

from server import clock, db, jobs, logs, settings
from server.audit.note import AuditKey, AuditKeyMissing
from server.db import Transaction

Job = Callable[..., None]
EVERY_S: dict[Job, int] = {jobs.expire: 5, jobs.purge: 60}
CHECKPOINT_S = 5
LOG = logs.get("scheduler")


def run(job: Job, transaction: Transaction) -> None:
    """Run one job in one transaction. A failure is said, and the job is tried again next time."""
    try:
        with transaction() as session:
            job(session, now=clock.now())
    except Exception:
        LOG.exception("job failed", job=job.__name__)


def main() -> int:
    """Run until SIGTERM or SIGINT. Returns 0, or 2 when the settings are wrong or the key of the record is missing."""
    logs.configure()
    try:
        found = settings.load()
        every_s = {**EVERY_S, jobs.checkpoint(AuditKey(found.data_dir)): CHECKPOINT_S}
    except (settings.SettingsInvalid, AuditKeyMissing) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    transaction = db.transaction(db.engine(found.database))
    scheduler = BlockingScheduler(timezone="UTC")
    for job, seconds in every_s.items():
        scheduler.add_job(
            run, "interval", seconds=seconds, args=[job, transaction], coalesce=True, max_instances=1, id=job.__name__
        )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
