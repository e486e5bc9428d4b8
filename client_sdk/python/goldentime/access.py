"""Temporary access: giving it, taking it back, accepting it; asking for it, and answering who asks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given

Ring = Sequence[tuple[float, float]]


class GrantedCamera(Answer):
    """A camera of a grant."""

    id: str
    name: str
    lat: float
    lon: float
    health: str


class Grant(Answer):
    """Temporary access. ``cameras`` is empty when it covers the incident's set; ``accepted``: by the caller."""

    id: str
    status: str  # pending active ended
    to_kind: str
    to_id: str
    covers: str
    incident_id: str | None
    cameras: list[GrantedCamera]
    starts_at: datetime = Field(alias="from")
    until: datetime
    reason: str
    legal_basis: str
    conditions: str
    accepted: bool
    given_by: str
    agency_id: str
    created_at: datetime
    emergency: bool
    needs_approval: bool
    confirm_by: datetime | None
    approved_at: datetime | None
    approved_by: str | None
    explanation_due: bool
    explanation: str | None
    explained_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    to_name: str | None = None  # in lists
    given_by_name: str | None = None


class AccessRequest(Answer):
    """A request for access, and the grant that answered it."""

    id: str
    officer_id: str
    agency_id: str
    incident_id: str | None
    camera_ids: list[str]
    reason: str
    status: str  # open granted refused expired
    created_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    grant_id: str | None
    officer_name: str | None = None  # in lists


class Grants:
    """``/v1/grants`` and breaking the glass."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Iterator[Grant]:
        """The grants to the caller; for a supervisor also those the agency gave and got."""
        return self._api.listed(Grant, "/v1/grants")

    def give(
        self,
        to: dict[str, str],
        *,
        until: datetime,
        reason: str,
        legal_basis: str,
        incident_id: str | None = None,
        camera_ids: Sequence[str] = (),
        area: Ring | None = None,
        starts_at: datetime | None = None,
        conditions: str | None = None,
    ) -> Grant:
        """Let somebody watch.

        Args:
            to: exactly one of unit, officer and agency with its id, such as ``{"unit": "car1"}``.
            until: at most 12 hours after ``starts_at``, which is now if it is not said.
            incident_id: its closing ends the grant; without cameras and area it is the incident's set.
            area: ``(lat, lon)`` pairs, the last the same as the first.
        """
        more: dict[str, Any] = {"incident_id": incident_id, "area": area, "conditions": conditions}
        body = {"to": to, "until": until, "reason": reason, "legal_basis": legal_basis}
        body |= {"camera_ids": [*camera_ids], "from": starts_at} | more
        return self._api.get(Grant, "POST", "/v1/grants", given(body))

    def accept(self, grant_id: str) -> Grant:
        """Accept the conditions of a grant to the caller, who may watch by it from then on."""
        return self._api.get(Grant, "POST", f"/v1/grants/{segment(grant_id)}/acceptance")

    def approve(self, grant_id: str) -> Grant:
        """Approve a grant that another gave, or confirm a glass that another has broken."""
        return self._api.get(Grant, "POST", f"/v1/grants/{segment(grant_id)}/approval")

    def renew(self, grant_id: str, until: datetime) -> Grant:
        """Let a grant last until then, at most 12 hours from now."""
        return self._api.get(Grant, "POST", f"/v1/grants/{segment(grant_id)}/renewal", {"until": until})

    def revoke(self, grant_id: str) -> None:
        """Take a grant back, with everything that is watched on it. Repeating it changes nothing."""
        self._api.call("DELETE", f"/v1/grants/{segment(grant_id)}")

    def break_glass(self, incident_id: str, *, reason: str, legal_basis: str) -> Grant:
        """Take an incident's cameras at once, for ten minutes; a second person must confirm it within three."""
        body = {"incident_id": incident_id, "reason": reason, "legal_basis": legal_basis}
        return self._api.get(Grant, "POST", "/v1/break-glass", body)

    def explain(self, grant_id: str, text: str) -> Grant:
        """Explain why the glass was broken."""
        return self._api.get(Grant, "POST", f"/v1/grants/{segment(grant_id)}/explanation", {"text": text})


class AccessRequests:
    """``/v1/access-requests``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Iterator[AccessRequest]:
        """One's own requests; for a supervisor also those to the agency."""
        return self._api.listed(AccessRequest, "/v1/access-requests")

    def ask(
        self, agency: str, *, reason: str, incident_id: str | None = None, camera_ids: Sequence[str] = ()
    ) -> AccessRequest:
        """Ask the supervisors of an agency for cameras, or for those of an incident. It is over after ten minutes."""
        body = {"agency": agency, "reason": reason, "incident_id": incident_id, "camera_ids": [*camera_ids]}
        return self._api.get(AccessRequest, "POST", "/v1/access-requests", given(body))

    def grant(
        self, request_id: str, *, legal_basis: str, until: datetime | None = None, conditions: str | None = None
    ) -> AccessRequest:
        """Give what was asked for, for an hour if ``until`` is not said."""
        body = {"granted": True, "legal_basis": legal_basis, "until": until, "conditions": conditions}
        return self._answer(request_id, given(body))

    def refuse(self, request_id: str) -> AccessRequest:
        """Do not give what was asked for."""
        return self._answer(request_id, {"granted": False})

    def _answer(self, request_id: str, body: dict[str, Any]) -> AccessRequest:
        return self._api.get(AccessRequest, "POST", f"/v1/access-requests/{segment(request_id)}/answer", body)
