"""One caller in one state, in front of the real API, the real gate's decision and a real nginx: what do they let out?"""

import json
from datetime import timedelta

from server import outbox
from server.events import wire
from server.events.app import EventsApp
from server.events.hub import Hub
from server.models import Base
from tests import town
from tests.conftest import ISSUER
from tests.nginx.wire import ask

SEED = "seed".ljust(22, "s")  # a session that the stand-in for the gate always allows: it fills nginx's cache
STRANGE = "strange".ljust(22, "x")
NOT_OURS = {
    "refusal_tallies",
    "audit_events",
    "audit_head",
    "idempotency_keys",
    "refresh_tokens",
    "login_attempts",
    "seen_proofs",
}


class World:
    """``who`` asks by ``sid`` for ``camera``; ``incident`` and ``grant`` are what it names as its reason."""

    def __init__(self, front, phone, gate, *, read, transaction, keys, clock):
        self.front, self.phone, self.gate = front, phone, gate
        self.read, self.transaction, self.keys, self.clock = read, transaction, keys, clock
        front.gate.answer = self._decide
        self.camera, self.sid, self.grant, self.account = "cam-near", STRANGE, None, None
        self.room = phone("cad112")
        self.incident = self.room.post("/v1/incidents", town.report()).json
        lat, lon = town.place(0, 3000)
        self.far = {"location": {"lat": lat, "lon": lon}, "external_id": "far", "summary": "다른 곳"}
        bystander = (
            phone("watcher").post("/v1/playback", {"camera_id": "cam-far", "centre": "own", "purpose": "순찰"}).json
        )
        self.ids = {"incident_id": self.incident["id"], "session_id": bystander["session_id"], "unit_id": "car1"}
        self.ids |= {"dispatch_id": self.incident["dispatches"][0]["id"], "agency_id": "station", "officer_id": "kim"}
        self.ids |= {"centre_id": "centre", "grant_id": "of-nobody"}

    # the states

    def allowed(self):
        """The control: everything that can be seen is seen by it."""
        self._be("kim")
        self._open(incident_id=self.incident["id"])

    def no_basis(self):
        """An officer of the same station, sent to another incident."""
        self._elsewhere("cad112", "lee", "car2")

    def another_camera(self):
        """The officer who is sent, asking for a camera that is not of the incident."""
        self.allowed()
        self.camera = "cam-other"

    def revoked(self):
        """The officer whose dispatch was withdrawn."""
        self.allowed()
        self.room.delete(f"/v1/dispatches/{self.incident['dispatches'][0]['id']}")

    def expired(self):
        """An officer whose grant has run out."""
        body = {"to": {"unit": "car2"}, "camera_ids": ["cam-near"], "reason": "지원", "legal_basis": "PIPA_18_2_3"}
        body["until"] = (self.clock() + timedelta(minutes=10)).isoformat()
        self.grant = self.phone("supervisor").post("/v1/grants", body).json["id"]
        self._be("lee")
        self.who.post(f"/v1/grants/{self.grant}/acceptance")
        self._open(grant_id=self.grant)
        self.clock.forward(minutes=11)
        self.who.sign_in("lee")

    def another_agency(self):
        """A fire engine at a call of its own."""
        self._elsewhere("cad119", "fire", "engine1", service="fire_119", type="fire", legal_basis="FIRE119_11_2_1")

    def admin(self):
        """The administrator, who has no basis to watch anything; by the management listener."""
        self._be("admin")

    # the channels

    def media(self, *files, rung="360p"):
        """The statuses of these files, and whether a picture came."""
        self.gate.feed.look()
        self.gate.feed.look_at_hosts()
        replies = [ask(self.front.port, f"/live/{self.sid}/{self.camera}/{file.format(rung=rung)}") for file in files]
        assert all((b"picture of" in reply.body) == (reply.status == 200) for reply in replies)
        [status] = {reply.status for reply in replies}
        return str(status)

    def cached(self, file):
        """The same for what nginx has just given somebody else."""
        assert ask(self.front.port, f"/live/{SEED}/{self.camera}/{file}").status == 200
        return self.media(file)

    def opening(self):
        """What opening a session is answered with."""
        reply = self.call("POST", "/v1/playback", {"camera_id": self.camera, **self._reason()})
        return reply.json.get("code", str(reply.status_code))

    def standing(self):
        """What asking how the camera's stream fares is answered with."""
        reason = "&".join(f"{name}={value}" for name, value in self._reason().items())
        reply = self.call("GET", f"/v1/streams/{self.camera}?{reason}")
        return reply.json.get("code", str(reply.status_code))

    def told(self, operations):
        """Which of these tell of the camera or, where that is the caller's own, of the incident; else how all refuse."""
        ids = Ids(self.ids | {"camera_id": self.camera})
        replies = {path: self.call("GET", path.format_map(ids)) for path in operations}
        assert not [path for path, reply in replies.items() if reply.status_code >= 500]
        telling = {path for path, reply in replies.items() if any(secret in reply.text for secret in self._secrets())}
        codes = {(reply.get_json(silent=True) or {}).get("code") for reply in replies.values()}
        return "+".join(sorted(telling)) or (codes.pop() if len(codes) == 1 else None) or "nothing"

    def events(self):
        """The kinds of event that name the incident or the camera, of all that ever happened."""
        with self.transaction() as session:
            outbox.append(session, f"officer:{self.account}", "last", {}, now=self.clock())
        app = EventsApp(
            Hub(self.read, self.clock), (self.transaction, self.read), self.keys, issuer=ISSUER, now=self.clock
        )
        environ = {"PATH_INFO": "/v1/events", "REQUEST_METHOD": "GET", "HTTP_LAST_EVENT_ID": "0"}
        said = self.who.headers("GET", "/v1/events")
        environ |= {f"HTTP_{name.upper()}": value for name, value in said.items()}
        kinds, stream = set(), iter(app(environ, lambda *_: None))
        next(stream)
        for chunk in stream:
            assert chunk != wire.PING, "the last event never came"
            said = dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines())
            if said["event"] == "last":
                stream.close()
                return "+".join(sorted(kinds)) or "nothing"
            if any(secret in said["data"] for secret in self._secrets()):
                kinds.add(said["event"])
        raise AssertionError("the stream ended")

    def acts(self, operations):
        """What is otherwise in the tables after all these were tried on other people's things."""
        before = self._tables()
        for method, path in operations:
            ids = Ids(self.ids | {"camera_id": self.camera})
            assert self.call(method, path.format_map(ids), {}).status_code < 500, path
        after = self._tables()
        return "+".join(sorted(name for name in before if before[name] != after[name])) or "nothing"

    def call(self, method, path, body=None):
        listener = "management" if self.account == "admin" else "public"
        return self.who.call(method, path, body, headers={"X-Listener": listener})

    def _secrets(self):
        """What must not be heard; who is sent knows the incident, and asks for a camera that is not of it."""
        if self.camera == "cam-other":
            return [self.camera]
        return [self.camera, self.incident["id"], town.report()["summary"]]

    def _be(self, account):
        self.account, self.who = account, self.phone(account)

    def _open(self, camera="cam-near", **reason):
        reply = self.who.post("/v1/playback", {"camera_id": camera, **reason})
        assert reply.status_code == 201, reply.text
        self.sid = reply.json["url"].split("/")[2]

    def _elsewhere(self, room, account, unit, **more):
        report = town.report(**self.far, units=[unit], **more)
        incident = self.phone(room).post("/v1/incidents", report)
        assert incident.status_code == 201, incident.text
        self._be(account)
        self._open("cam-other", incident_id=incident.json["id"])

    def _reason(self):
        return {"grant_id": self.grant} if self.grant else {"incident_id": self.incident["id"]}

    def _decide(self, handler):
        sid, camera = handler.headers["X-Session"], handler.headers["X-Camera"]
        status, _ = (204, "") if sid == SEED else self.gate.decide(sid, camera) or (403, "")
        return status, {"X-Origin": "host-1"} if status == 204 else {}, b""

    def _tables(self):
        with self.read() as session:
            return {
                table.name: sorted(json.dumps(list(row), default=str) for row in session.execute(table.select()))
                for table in Base.metadata.sorted_tables
                if table.name not in NOT_OURS
            }


class Ids(dict):
    """Ids that stand for those nobody made."""

    def __missing__(self, name):
        return "of-nobody"
