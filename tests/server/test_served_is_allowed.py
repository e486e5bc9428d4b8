"""Whatever happens in whatever order: what the gate serves is allowed at that moment, and what is allowed is served.

A plain model of the rules runs beside the server; the gate, new sessions and the model must agree after every step.
"""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import sampled_from
from sqlalchemy import select

from server import app as application
from server import db, jobs
from server.access.keys import Keys
from server.api.deps import Deps
from server.cameras.credentials import Vault
from server.gate.app import Gate
from server.models import Grant, Officer, PlaybackSession
from tests import town
from tests.phone import Phone, ask

CAMERAS = ("cam-near", "cam-looks")
CREWS = {"kim": "car1", "lee": "car2"}
GRANTED_S, STEP_S = 3600, 1800


class Access(RuleBasedStateMachine):
    """One incident, two crews, one centre; everything that gives, takes or ends access."""

    template = keys_dir = None

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp(prefix="goldentime-served-"))
        shutil.copy(self.template, self.folder / "town.db")
        self.engine = db.engine(f"sqlite:///{self.folder / 'town.db'}")
        self.transaction, self.read = db.transaction(self.engine), db.read(self.engine)
        self.clock = town.Clock()
        parts = (Keys(self.keys_dir), Vault(self.keys_dir))
        app = application.create_app(
            Deps(self.transaction, self.read, *parts, "https://goldentime.test", self.clock), town.UNLIMITED
        )
        self.gate = Gate(self.engine, self.clock, town.Steady())
        self.gate.feed.look()
        self.who = {name: Phone(app.test_client(), name) for name in ("kim", "lee", "cad112", "supervisor", "centre")}
        reported = self.who["cad112"].post("/v1/incidents", town.report(units=[])).json
        self.incident, self.is_open = reported["id"], True
        self.dispatches, self.grants, self.dark, self.disabled = {}, [], set(), set()
        self.sessions = []

    def teardown(self):
        if hasattr(self, "engine"):
            self.gate.feed.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    @precondition(lambda self: self.is_open)
    @rule(crew=sampled_from(sorted(CREWS)))
    def dispatch(self, crew):
        reply = self.who["cad112"].post(f"/v1/incidents/{self.incident}/dispatches", {"unit": CREWS[crew]})
        self.dispatches[crew] = reply.json["id"]

    @precondition(lambda self: self.dispatches)
    @rule()
    def withdraw(self):
        _, id_ = self.dispatches.popitem()
        assert self.who["cad112"].delete(f"/v1/dispatches/{id_}").status_code == 204

    @precondition(lambda self: self.is_open)
    @rule()
    def close(self):
        body = {"status": "closed", "closing_reason": "끝"}
        assert self.who["cad112"].patch(f"/v1/incidents/{self.incident}", body).status_code == 200
        self.is_open, self.dispatches = False, {}

    @rule(crew=sampled_from(sorted(CREWS)), camera=sampled_from(CAMERAS), begins_s=sampled_from([0, STEP_S]))
    def grant(self, crew, camera, begins_s):
        begins = self.clock() + timedelta(seconds=begins_s)
        until = begins + timedelta(seconds=GRANTED_S)
        body = {"to": {"unit": CREWS[crew]}, "camera_ids": [camera], "reason": "수색", "legal_basis": "PIPA_18_2_3"}
        times = {"from": begins.isoformat(), "until": until.isoformat()}
        reply = self.who["supervisor"].post("/v1/grants", body | times)
        assert (reply.status_code == 422) == (camera in self.dark), reply.text
        if reply.status_code == 422:
            return
        given = reply.json
        known = {"id": given["id"], "crew": crew, "camera": camera, "begins": begins, "until": until}
        self.grants.append(known | {"ended": False, "accepted": False})

    @precondition(lambda self: self.grants)
    @rule()
    def accept(self):
        grant = self.grants[-1]
        reply = self.who[grant["crew"]].post(f"/v1/grants/{grant['id']}/acceptance")
        if reply.status_code == 200:
            grant["accepted"] = True

    @precondition(lambda self: self.grants)
    @rule()
    def revoke(self):
        grant = self.grants[-1]
        assert self.who["supervisor"].delete(f"/v1/grants/{grant['id']}").status_code == 204
        grant["ended"] = True

    @rule(camera=sampled_from(CAMERAS))
    def switch(self, camera):
        on = camera not in self.dark
        body = {"on": on, "reason": "민원"}
        assert self.who["centre"].put(f"/v1/cameras/{camera}/blackout", body).status_code == 200
        self.dark ^= {camera}

    @rule(crew=sampled_from(sorted(CREWS)))
    def disable_or_enable(self, crew):
        self.disabled ^= {crew}
        with self.transaction() as session:
            session.get(Officer, crew).enabled = crew not in self.disabled
        if crew not in self.disabled:
            self.who[crew].sign_in(crew)

    @rule()
    def time_passes(self):
        self.clock.forward(seconds=STEP_S)
        for name, phone in self.who.items():
            if name not in self.disabled:
                phone.sign_in(name)

    @rule()
    def the_job_runs(self):
        with self.transaction() as session:
            jobs.expire(session, now=self.clock())

    @rule(crew=sampled_from(sorted(CREWS)), camera=sampled_from(CAMERAS))
    def watch_for_the_incident(self, crew, camera):
        self._open(crew, camera, None, {"incident_id": self.incident})

    @precondition(lambda self: self.grants)
    @rule(camera=sampled_from(CAMERAS))
    def watch_by_the_grant(self, camera):
        grant = self.grants[-1]
        self._open(grant["crew"], camera, grant, {"grant_id": grant["id"]})

    def _open(self, crew, camera, grant, by):
        reply = self.who[crew].post("/v1/playback", {"camera_id": camera} | by)
        if reply.status_code == 401:
            assert crew in self.disabled
            return
        assert reply.status_code in {201, 403}, reply.text
        assert (reply.status_code == 201) == self._allowed(crew, camera, grant), reply.text
        if reply.status_code == 201:
            self.sessions.append((crew, camera, grant, reply.json))

    def _allowed(self, crew, camera, grant):
        if crew in self.disabled or camera in self.dark:
            return False
        if grant is None:
            return self.is_open and crew in self.dispatches
        in_time = grant["begins"] <= self.clock() < grant["until"]
        return in_time and grant["accepted"] and not grant["ended"] and grant["camera"] == camera

    @invariant()
    def served_is_allowed(self):
        if not hasattr(self, "gate"):
            return
        with self.transaction() as session:
            town.live_host(session, self.clock())
        with self.read() as session:
            ended = set(session.scalars(select(PlaybackSession.id).where(PlaybackSession.ended_at.is_not(None))))
            over = set(session.scalars(select(Grant.id).where(Grant.ended_at.is_not(None))))
        for crew, camera, grant, opened in self.sessions:
            served = ask(self.gate, opened["url"])[0] == 204
            assert not served or self._allowed(crew, camera, grant)
            assert served == (self._allowed(crew, camera, grant) and opened["session_id"] not in ended)
            assert grant is None or grant["id"] not in over or opened["session_id"] in ended


@pytest.mark.process
def test_what_is_served_is_allowed_whatever_happened(settled_sqlite, keys_dir):
    Access.template, Access.keys_dir = settled_sqlite, keys_dir
    machine = Access.TestCase
    machine.settings = settings(
        max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    machine().runTest()
