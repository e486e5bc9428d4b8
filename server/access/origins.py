"""Which host serves a camera: the one that holds its lease, else one that lives. Read for all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Host, Lease

HOST_ALIVE = timedelta(seconds=10)  # hosts beat every 3 s


@dataclass(frozen=True, slots=True)
class Origins:
    """Leases by camera and hosts by name, each with the time at which it is over."""

    leases: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    hosts: Mapping[str, datetime] = field(default_factory=dict)

    def of(self, camera_id: str, *, now: datetime) -> str | None:
        """The host to ask; None when no host lives."""
        host_id, until = self.leases.get(camera_id, ("", now))
        if until > now:
            return host_id
        newest = max(self.hosts, key=self.hosts.__getitem__, default=None)
        return newest if newest is not None and self.hosts[newest] > now else None


def read(session: Session, *, now: datetime) -> Origins:
    """What the transcoder hosts wrote: all leases that hold, all hosts that live."""
    held = session.execute(select(Lease.camera_id, Lease.host_id, Lease.expires_at).where(Lease.expires_at > now))
    alive = session.execute(select(Host.id, Host.seen_at).where(Host.seen_at > now - HOST_ALIVE))
    return Origins(
        {row.camera_id: (row.host_id, row.expires_at) for row in held},
        {row.id: row.seen_at + HOST_ALIVE for row in alive},
    )
