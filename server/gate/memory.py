"""What one gate process knows: the sessions by sid hash, and by whatever could change them. No clock, no database.

One thread writes, another reads at the same time: each session is replaced whole, never changed in place.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from server.access.facts import Watching
from server.access.origins import Origins

Concern = tuple[str, str]  # kind and key of access_changes


def concerns(watching: Watching) -> set[Concern]:
    """What could change whether it may go on. Pure."""
    viewer, known = watching.viewer, watching.facts
    found = {
        "session": watching.session_id,
        "camera": watching.camera_id,
        "centre": known.camera_centre_id,
        "incident": known.incident_id,
        "grant": known.grant.id if known.grant else None,
        viewer.kind: viewer.id,
        "agency": viewer.agency_id,
    }
    return {(kind, key) for kind, key in found.items() if key is not None}


class Memory:
    """The sessions in use, and the hosts that serve them."""

    def __init__(self) -> None:
        self.origins = Origins()
        self.served: set[str] = set()  # ids of the sessions that this process has said yes to
        self._by_hash: dict[str, Watching] = {}
        self._by_id: dict[str, Watching] = {}
        self._concerned: dict[Concern, set[str]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._by_hash)

    def get(self, sid_hash: str) -> Watching | None:
        """The session of a sid, as it was when it last changed."""
        return self._by_hash.get(sid_hash)

    def ids(self) -> list[str]:
        """Of all sessions."""
        return list(self._by_id)

    def concerned(self, changes: Iterable[Concern]) -> set[str]:
        """The ids of the sessions that these changes may concern; one that is not known yet is concerned by its own."""
        found = {key for kind, key in changes if kind == "session"}
        return found.union(*(self._concerned.get(change, ()) for change in changes))

    def replace(self, ids: Collection[str], now_so: Iterable[Watching]) -> None:
        """Know of these sessions what was read, and forget those of which nothing was."""
        read = {watching.session_id: watching for watching in now_so}
        for session_id in ids:
            old, new = self._by_id.get(session_id), read.get(session_id)
            if new is not None:
                self._put(new)
            if old is not None:
                self._drop(old, kept=concerns(new) if new else set())

    def add(self, read: Iterable[Watching]) -> None:
        """Know these too."""
        for watching in read:
            self._put(watching)

    def _put(self, watching: Watching) -> None:
        self._by_hash[watching.sid_hash] = self._by_id[watching.session_id] = watching
        for concern in concerns(watching):
            self._concerned[concern].add(watching.session_id)

    def _drop(self, old: Watching, *, kept: set[Concern]) -> None:
        for concern in concerns(old) - kept:
            self._concerned[concern].discard(old.session_id)
            if not self._concerned[concern]:
                del self._concerned[concern]
        if not kept:
            self._by_hash.pop(old.sid_hash, None)
            self._by_id.pop(old.session_id, None)
            self.served.discard(old.session_id)
