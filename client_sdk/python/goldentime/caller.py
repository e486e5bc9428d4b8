"""What officers and rooms have in common: watching, access, events."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Literal, Self

from goldentime.access import AccessRequests, Grants
from goldentime.address import segment
from goldentime.alerts import Alerts
from goldentime.anomalies import Anomalies
from goldentime.answers import Playback, Stream, Watched
from goldentime.api import Api, given
from goldentime.attachments import Attachments
from goldentime.audit import Audit
from goldentime.cap import Cap
from goldentime.centres import Centres
from goldentime.clock import ServerClock
from goldentime.devices import Devices
from goldentime.directory import Directory
from goldentime.discovery import Discovery
from goldentime.duties import Duties
from goldentime.eido import Eido
from goldentime.events import Events
from goldentime.incidents import Incidents
from goldentime.plate_lookups import PlateLookups
from goldentime.plates import Plates
from goldentime.preservations import Preservations
from goldentime.ptz import Ptz
from goldentime.reports import Reports
from goldentime.reviews import Reviews
from goldentime.sensor_events import SensorEvents
from goldentime.sharings import Sharings
from goldentime.violations import Violations
from goldentime.wanted_vehicles import WantedVehicles
from goldentime.webhooks import Webhooks
from goldentime.wire import File


class Caller:
    """A server as somebody sees it. For several threads; as a context manager it closes its connections."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.incidents, self.reports, self.attachments = Incidents(api), Reports(api), Attachments(api)
        self.sharings, self.duties, self.directory = Sharings(api), Duties(api), Directory(api)
        self.grants, self.access_requests = Grants(api), AccessRequests(api)
        self.preservations, self.ptz, self.centres = Preservations(api), Ptz(api), Centres(api)
        self.plates, self.wanted_vehicles, self.plate_lookups = Plates(api), WantedVehicles(api), PlateLookups(api)
        self.violations, self.alerts, self.sensor_events = Violations(api), Alerts(api), SensorEvents(api)
        self.cap, self.eido, self.webhooks = Cap(api), Eido(api), Webhooks(api)
        self.devices, self.discovery = Devices(api), Discovery(api)
        self.audit, self.reviews, self.anomalies = Audit(api), Reviews(api), Anomalies(api)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def clock(self) -> ServerClock:
        """The server's time, for ages and waits."""
        return self._api.wire.clock

    def play(
        self,
        camera_id: str,
        *,
        incident_id: str | None = None,
        grant_id: str | None = None,
        centre: Literal["own"] | None = None,
        purpose: str | None = None,
    ) -> Playback:
        """Open a playback session by one of an incident, a grant and one's own centre, which needs a purpose."""
        by = {"incident_id": incident_id, "grant_id": grant_id, "centre": centre, "purpose": purpose}
        return self._api.get(Playback, "POST", "/v1/playback", given({"camera_id": camera_id} | by))

    def stop(self, session_id: str, reason: str | None = None) -> None:
        """Stop watching, or as a supervisor cut a session and say why. Repeating it changes nothing."""
        self._api.call("DELETE", f"/v1/playback/{segment(session_id)}", query={"reason": reason})

    def watched(self) -> Iterator[Watched]:
        """Who watches what now, for supervisors."""
        return self._api.listed(Watched, "/v1/playback", active="true")

    def stream(
        self,
        camera_id: str,
        *,
        incident_id: str | None = None,
        grant_id: str | None = None,
        centre: Literal["own"] | None = None,
    ) -> Stream:
        """How the stream of a camera fares: what the event ``stream`` says, for when nothing can be pushed."""
        by = {"incident_id": incident_id, "grant_id": grant_id, "centre": centre}
        return self._api.get(Stream, "GET", f"/v1/streams/{segment(camera_id)}", **by)

    def url(self, playback: Playback) -> str:
        """The whole address of a session's picture, for a player."""
        return self._api.wire.url(playback.url)

    def playlist(self, playback: Playback) -> str:
        """The multivariant playlist of a session, for a player that cannot be given an address."""
        return self._api.wire.text(playback.url)

    def events(self, *, last_id: str = "") -> Events:
        """What the server pushes from now on, or after that event."""
        return Events(self._api, last_id=last_id)

    def call(self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None) -> Any:
        """Any call of the API (``/v1/docs`` lists them): the parsed answer, None where it has no body."""
        return self._api.call(method, path, body, query=query)

    def file(self, path: str, *, query: Mapping[str, Any] | None = None) -> File:
        """Any answer that is a file."""
        return self._api.file(path, **(query or {}))

    def close(self) -> None:
        """Let go of the connections; the login goes on."""
        self._api.wire.close()
