"""Whatever happens in whatever order: what the gate serves is allowed at that moment, and what is allowed is served.

A plain model of the rules runs beside the server; the gate, new sessions and the model must agree after every step.
"""

import shutil
import tempfile
from datetime import datetime, timedelta
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
CREWS = {"kim": "car1", "lee": "car2", "fire": "engine1"}
ROOMS = {"cad112": "room112", "cad119": "room119"}
VERBS = ("transfer", "mutual_aid", "joint_response")
GRANTED_S, STEP_S, GRACE_S = 3600, 1800, 600


class Unfailing(Phone):
    """Whatever is asked in whatever order, the server makes no mistake."""

    def call(self, method, path, json=None, **more):
        reply = super().call(method, path, json, **more)
        assert reply.status_code < 500, reply.text
        return reply


class Access(RuleBasedStateMachine):
    """One incident, two rooms, three crews, one centre; everything that gives, shares, takes or ends access."""

    template = keys_dir = None

    @initialize(verb=sampled_from([None, "mutual_aid", "joint_response"]), grace_s=sampled_from([0, GRACE_S]))
    def begin(self, verb, grace_s):
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
        people = (*CREWS, *ROOMS, "supervisor", "centre", "admin")
        self.who = {name: Unfailing(app.test_client(), name) for name in people}
        reported = self.who["cad112"].post("/v1/incidents", town.report(units=[])).json
        self.incident, self.parts = reported["id"], {"cad112": "owns"}
        self.dispatches, self.grants, self.dark, self.disabled = {}, [], set(), set()
        self.offers, self.aid, self.grace_s = [], None, 0
        self.sessions, self.over = [], set()
        self.leave_a_grace(grace_s)
        if verb:  # most of what can go wrong needs two rooms at work
            self.share(verb, "cad112")
            self.accept_the_sharing()
        for crew, room in (("kim", "cad112"), ("fire", "cad119")):
            if room in self.parts:
                self.dispatch(crew, room)
                self.watch_for_the_incident(crew, CAMERAS[0])
                self.watch_for_the_incident(room, CAMERAS[0])

    @property
    def is_open(self):
        return "owns" in self.parts.values()

    def teardown(self):
        if hasattr(self, "engine"):
            self.gate.feed.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    @rule(crew=sampled_from(sorted(CREWS)), room=sampled_from(sorted(ROOMS)))
    def dispatch(self, crew, room):
        reply = self.who[room].post(f"/v1/incidents/{self.incident}/dispatches", {"unit": CREWS[crew]})
        assert (reply.status_code == 201) == (room in self.parts), reply.text
        if room in self.parts:
            self.dispatches.setdefault(crew, (reply.json["id"], room))

    @precondition(lambda self: self.dispatches)
    @rule(room=sampled_from(sorted(ROOMS)))
    def withdraw(self, room):
        crew, (id_, sent_by) = list(self.dispatches.items())[-1]
        reply = self.who[room].delete(f"/v1/dispatches/{id_}")
        assert reply.status_code == (204 if room == sent_by else 404), reply.text
        if room == sent_by:
            del self.dispatches[crew]

    @rule(room=sampled_from(sorted(ROOMS)))
    def close(self, room):
        owners = [one for one, part in self.parts.items() if part == "owns"]
        leaving = list(self.parts) if owners == [room] else [room]
        works, before = room in self.parts, self._open_sessions(leaving)
        body = {"status": "closed", "closing_reason": "끝"}
        reply = self.who[room].patch(f"/v1/incidents/{self.incident}", body)
        assert reply.status_code == (200 if works else reply.status_code), reply.text
        assert works or reply.status_code in {404, 409}
        if works:
            for one in leaving:
                self._leave(one)
            for kept in before if self.grace_s else ():
                kept["kept_until"] = self.clock() + timedelta(seconds=self.grace_s)

    @rule(seconds=sampled_from([0, GRACE_S]))
    def leave_a_grace(self, seconds):
        assert self.who["admin"].put("/v1/services/police_112/policy", {"grace_s": seconds}).status_code == 200
        self.grace_s = seconds

    @rule(verb=sampled_from(VERBS), room=sampled_from(sorted(ROOMS)))
    def share(self, verb, room):
        (other,) = ROOMS.keys() - {room}
        body = {"verb": verb, "to_agency": ROOMS[other], "reason": "지원"}
        reply = self.who[room].post(f"/v1/incidents/{self.incident}/sharings", body)
        asked = [one for one in self.offers if one["to"] == other]
        theirs = self.parts.get(other)
        helps_already = verb != "transfer" and theirs is not None and (theirs == "owns" or verb == "mutual_aid")
        fits = asked[0]["verb"] == verb if asked else not helps_already
        assert (reply.status_code == 201) == (self.parts.get(room) == "owns" and fits), reply.text
        if reply.status_code == 201 and not asked:
            self.offers.append({"id": reply.json["id"], "verb": verb, "from": room, "to": other})

    @precondition(lambda self: self.offers)
    @rule()
    def accept_the_sharing(self):
        offer = self.offers.pop()
        assert self.who[offer["to"]].post(f"/v1/sharings/{offer['id']}/acceptance").status_code == 200
        self.parts[offer["to"]] = "aids" if offer["verb"] == "mutual_aid" else "owns"
        self.aid = offer if offer["verb"] == "mutual_aid" else None
        if offer["verb"] == "transfer":
            for crew, (id_, sent_by) in self.dispatches.items():
                if sent_by == offer["from"]:
                    self.dispatches[crew] = (id_, offer["to"])
            self._leave(offer["from"])

    @precondition(lambda self: self.offers)
    @rule(side=sampled_from(["from", "to"]))
    def take_the_sharing_back(self, side):
        offer = self.offers.pop()
        assert self.who[offer[side]].delete(f"/v1/sharings/{offer['id']}").status_code == 200

    @precondition(lambda self: self.aid and self.parts.get(self.aid["to"]) == "aids")
    @rule(side=sampled_from(["from", "to"]))
    def end_the_aid(self, side):
        assert self.who[self.aid[side]].delete(f"/v1/sharings/{self.aid['id']}").status_code == 200
        self._leave(self.aid["to"])

    def _leave(self, room):
        self.parts.pop(room, None)
        self.dispatches = {crew: sent for crew, sent in self.dispatches.items() if sent[1] != room}
        self.offers = [offer for offer in self.offers if offer["from"] != room and self.is_open]

    def _open_sessions(self, rooms):
        """Those that the rooms, or units they sent, have open for the incident."""
        sent = {id_ for id_, room in self.dispatches.values() if room in rooms}
        return [
            one
            for one in self.sessions
            if one["grant"] is None and one["kept_until"] is None and one["id"] not in self._ended()
            if one["viewer"] in rooms or one["dispatch"] in sent
        ]

    def _ended(self):
        with self.read() as session:
            return set(session.scalars(select(PlaybackSession.id).where(PlaybackSession.ended_at.is_not(None))))

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

    @rule(viewer=sampled_from([*CREWS, *ROOMS]), camera=sampled_from(CAMERAS))
    def watch_for_the_incident(self, viewer, camera):
        self._open(viewer, camera, None, {"incident_id": self.incident})

    @precondition(lambda self: self.grants)
    @rule(camera=sampled_from(CAMERAS))
    def watch_by_the_grant(self, camera):
        grant = self.grants[-1]
        self._open(grant["crew"], camera, grant, {"grant_id": grant["id"]})

    def _open(self, viewer, camera, grant, by):
        reply = self.who[viewer].post("/v1/playback", {"camera_id": camera} | by)
        if reply.status_code == 401:
            assert viewer in self.disabled
            return
        assert reply.status_code in {201, 403}, reply.text
        assert (reply.status_code == 201) == self._allowed(viewer, camera, grant), reply.text
        if reply.status_code == 201:
            known = {"viewer": viewer, "camera": camera, "grant": grant, "url": reply.json["url"]}
            known |= {"id": reply.json["session_id"], "until": datetime.fromisoformat(reply.json["expires_at"])}
            self.sessions.append(known | {"dispatch": reply.json["basis"]["id"], "kept_until": None})

    def _allowed(self, viewer, camera, grant, kept_until=None):
        if viewer in self.disabled or camera in self.dark:
            return False
        if grant is None:
            kept = kept_until is not None and self.clock() < kept_until
            return kept or viewer in self.dispatches or viewer in self.parts
        in_time = grant["begins"] <= self.clock() < grant["until"]
        return in_time and grant["accepted"] and not grant["ended"] and grant["camera"] == camera

    @invariant()
    def served_is_allowed(self):
        if not hasattr(self, "gate"):
            return
        with self.transaction() as session:
            town.live_host(session, self.clock())
        with self.read() as session:
            over = set(session.scalars(select(Grant.id).where(Grant.ended_at.is_not(None))))
        ended = self._ended()
        assert self.over <= ended, "what has ended stays ended"
        self.over = ended
        for one in self.sessions:
            grant, until = one["grant"], min(one["until"], one["kept_until"] or one["until"])
            allowed = self._allowed(one["viewer"], one["camera"], grant, one["kept_until"]) and self.clock() < until
            served = ask(self.gate, one["url"])[0] == 204
            assert not served or allowed
            assert served == (allowed and one["id"] not in ended)
            assert grant is None or grant["id"] not in over or one["id"] in ended


@pytest.mark.process
def test_what_is_served_is_allowed_whatever_happened(settled_sqlite, keys_dir):
    Access.template, Access.keys_dir = settled_sqlite, keys_dir
    machine = Access.TestCase
    machine.settings = settings(
        max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    machine().runTest()
