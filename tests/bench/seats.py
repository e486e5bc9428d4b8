"""A town full of viewers, written as rows: each watches one camera, and each can lose it in one of five ways."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.access import facts
from server.models import (
    BasisKind,
    Centre,
    Dispatch,
    Grant,
    GrantAcceptance,
    GrantCamera,
    GrantCovers,
    GrantTo,
    Host,
    Incident,
    IncidentCamera,
    IncidentRoom,
    LegalBasis,
    Part,
    PlaybackSession,
    Role,
    Service,
)
from server.models.base import new_id
from tests import town

WAYS = ("incident closed", "dispatch cleared", "grant revoked", "officer disabled", "centre blacked out")
HOST_ID = "host-1"


@dataclass(frozen=True)
class Revocation:
    """The call that takes it away: by whom, what. ``centre_id`` is the one that the caller's agency must run then."""

    account: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    centre_id: str | None = None


@dataclass(frozen=True)
class Seat:
    sid: str
    camera_id: str
    way: str
    revocation: Revocation


class Rows:
    """Rows in the order of their foreign keys."""

    def __init__(self, session, now):
        self.session, self.now = session, now

    def seat(self, number):
        way = WAYS[number % len(WAYS)]
        make = (self._incident, self._dispatch, self._grant, self._officer, self._centre)[number % len(WAYS)]
        viewer, camera_id, basis, revocation = make(number)
        sid = new_id()
        kind, basis_id = basis.pop("basis_kind"), basis.pop("basis_id")
        self._add(
            PlaybackSession(
                sid_hash=facts.sid_hash(sid),
                camera_id=camera_id,
                viewer_kind="officer",
                viewer_id=viewer,
                basis_kind=kind,
                basis_id=basis_id,
                started_at=self.now,
                **{"seen_at": self.now, "expires_at": self.now + timedelta(hours=12), **basis},
            )
        )
        return Seat(sid, camera_id, way, revocation)

    def incident(self, name, unit_id):
        incident = Incident(
            service=Service.POLICE_112,
            external_id=f"bench-{name}",
            content_hash="0" * 64,
            agency_id="room112",
            type="robbery",
            priority=1,
            summary="시험",
            accuracy_m=20,
            lat=town.SQUARE[0],
            lon=town.SQUARE[1],
            legal_basis=LegalBasis.POLICE112_9_1,
            reported_at=self.now,
            created_at=self.now,
            rooms=[IncidentRoom(agency_id="room112", part=Part.OWNS, since=self.now)],
        )
        self._add(incident)
        where = {"rank": 1, "distance_m": 40.0, "bearing_deg": 0.0, "reasons": []}
        self._add(IncidentCamera(incident_id=incident.id, camera_id="cam-near", **where))
        dispatch = Dispatch(incident_id=incident.id, unit_id=unit_id, agency_id="room112", created_at=self.now)
        self._add(dispatch)
        return incident.id, dispatch.id

    def _incident(self, number):
        incident_id, dispatch_id = self.incident(number, "car1")
        closing = {"status": "closed", "closing_reason": "끝"}
        revocation = Revocation("cad112", "PATCH", f"/v1/incidents/{incident_id}", closing)
        return "kim", "cam-near", _by_dispatch(incident_id, dispatch_id), revocation

    def _dispatch(self, number):
        incident_id, dispatch_id = self.incident(number, "car2")
        revocation = Revocation("lee", "PATCH", f"/v1/dispatches/{dispatch_id}", {"status": "cleared"})
        return "lee", "cam-near", _by_dispatch(incident_id, dispatch_id), revocation

    def _grant(self, _):
        grant = Grant(
            to_kind=GrantTo.OFFICER,
            to_id="fire",
            covers=GrantCovers.CAMERAS,
            reason="수색",
            starts_at=self.now,
            until=self.now + timedelta(hours=8),
            created_at=self.now,
            legal_basis=LegalBasis.PIPA_18_2_3,
            given_by="supervisor",
            agency_id="room112",
        )
        self._add(grant)
        self._add(GrantCamera(grant_id=grant.id, camera_id="cam-near"))
        self._add(GrantAcceptance(grant_id=grant.id, viewer_kind="officer", viewer_id="fire", at=self.now))
        basis = {"grant_id": grant.id, "basis_kind": BasisKind.GRANT, "basis_id": grant.id}
        return "fire", "cam-near", basis, Revocation("supervisor", "DELETE", f"/v1/grants/{grant.id}")

    def _officer(self, number):
        if not hasattr(self, "shared"):
            self.shared = self.incident("shared", "engine1")
        officer = town.officer(f"officer-{number}", Role.OFFICER, "firehouse", "engine1")
        self._add(officer)
        revocation = Revocation("admin", "PATCH", f"/v1/officers/{officer.id}", {"enabled": False})
        return officer.id, "cam-near", _by_dispatch(*self.shared), revocation

    def _centre(self, number):
        where = {"lat": town.SQUARE[0], "lon": town.SQUARE[1], "networks": town.NETWORKS}
        centre = Centre(id=f"centre-{number}", code=str(50_000 + number), name="시", name_en="City", **where)
        self._add(centre)
        camera = town.camera(f"cam-{number}", 0, 60, centre_id=centre.id)
        self._add(camera)
        incident_id, dispatch_id = self.incident(number, "car1")
        rest = {"rank": 2, "distance_m": 60.0, "bearing_deg": 0.0, "reasons": []}
        self._add(IncidentCamera(incident_id=incident_id, camera_id=camera.id, **rest))
        body = {"on": True, "reason": "민원"}
        revocation = Revocation("centre", "PUT", f"/v1/centres/{centre.id}/blackout", body, centre.id)
        return "kim", camera.id, _by_dispatch(incident_id, dispatch_id), revocation

    def _add(self, row):
        self.session.add(row)
        self.session.flush()


def fill(session, count, *, now):
    """``count`` seats, the five ways in turn, and a host that seems to live for an hour."""
    session.merge(Host(id=HOST_ID, seen_at=now + timedelta(hours=1)))
    rows = Rows(session, now)
    return [rows.seat(number) for number in range(count)]


def _by_dispatch(incident_id, dispatch_id):
    return {"incident_id": incident_id, "basis_kind": BasisKind.DISPATCH, "basis_id": dispatch_id}
