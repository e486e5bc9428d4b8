"""What stands behind nginx in the page's tests: an API, a gate, pushed events and an origin, in one event loop of a thread.

It behaves like the product at its borders and lets a test change the world: dispatch, close, revoke, fall silent.
"""

import asyncio
import json
import secrets
import threading
from datetime import UTC, datetime, timedelta

from aiohttp import web

from demo.pictures import portrait
from tests.client_sdk.origin import Origin

PASSWORD = "correct horse battery"
CODE = "ABCD-EFGH-JKLM"


def camera(rank, name, distance_m, reasons, **more):
    return {
        "id": f"cam-{rank}",
        "name": name,
        "lat": 34.79,
        "lon": 126.38,
        "health": "ok",
        "looks_deg": 30.0 * rank,
        "fov_deg": 70.0,
        "range_m": 80.0,
        "rank": rank,
        "distance_m": distance_m,
        "bearing_deg": 40.0 * rank,
        "reasons": reasons,
    } | more


CAMERAS = [
    camera(1, "목포역 광장 1", 34.2, ["nearest", "in_view"]),
    camera(2, "영산로 중앙시장 입구", 88.0, ["in_view"]),
    camera(3, "죽동 우체국 앞", 143.5, ["looks_towards"]),
    camera(4, "목포역 뒤편 주차장", 160.0, ["facing_away"]),
    camera(5, "유달로 사거리", 312.0, ["looks_towards", "degraded"], health="degraded"),
    camera(6, "항동시장 북문", 455.8, ["facing_away", "down"], health="down"),
]


def dispatch(number=1, **incident):
    now = datetime.now(UTC).isoformat()
    return {
        "id": f"dispatch-{number}",
        "status": "sent",
        "created_at": now,
        "incident": {
            "id": f"incident-{number}",
            "agency_id": "room112",
            "service": "police_112",
            "type": "assault",
            "priority": 0,
            "status": "open",
            "location": {
                "lat": 34.79,
                "lon": 126.38,
                "accuracy_m": 20,
                "address": "전라남도 목포시 영산로 98 목포역 광장",
            },
            "summary": "역 광장에서 남자 두 명이 한 사람을 폭행 중. 흰 상의, 검은 모자.",
            "reported_at": now,
            "cameras": CAMERAS,
        }
        | incident,
    }


def grant(number=1, **more):
    """An hour's access that a supervisor gave to the unit; ``lasts_s`` says for how long else."""
    now, lasts_s = datetime.now(UTC), more.pop("lasts_s", 3600)
    return {
        "id": f"grant-{number}",
        "status": "active",
        "incident_id": None,
        "from": now.isoformat(),
        "until": (now + timedelta(seconds=lasts_s)).isoformat(),
        "reason": "실종 노인 수색 지원",
        "conditions": "밝힌 목적으로만 열람합니다.",
        "accepted": False,
        "given_by_name": "성춘향",
        "agency_name": "전남경찰청 112치안종합상황실",
        "cameras": [one | {"distance_m": None, "bearing_deg": None, "reasons": []} for one in CAMERAS[:4]],
    } | more


class Backend:
    def __init__(self, film):
        self.origin = Origin(film)
        self.dispatches = []
        self.grants = []
        self.sessions = {}
        self.calls = []
        self.refuse_playback = None
        self.ended = []
        self.events_down = False
        self.streams = set()
        self.told = {}
        self.last_event = 0
        self.tokens = set()
        self.otp = None  # the code of the account's second factor, if it has one
        self.refresh = ""
        self.pin = None
        self.wrong_pins = 0
        self.locked = False
        self.only_enrolled = False
        self.map = None
        self.positions = []  # of the units under way, our own among them
        self.deaf = False  # it takes no report of a unit
        self.steers = False  # cameras turn, and this officer may
        self.hold = None
        self.refuse_steering = None  # a code, and what else it says
        self._loop = asyncio.new_event_loop()
        self._runners = []
        self.answering = asyncio.Event()
        self.answering.set()

    # The world, changed from the test's thread.

    def send(self, one):
        self._do(self._send, one)

    def see(self, number, cameras):
        """Other cameras are an incident's from now on."""
        self._do(self._see, f"incident-{number}", cameras)

    def close(self, number=1, reason="incident_closed"):
        self._do(self._close, f"incident-{number}", reason)

    def give(self, one):
        self._do(self._give, one)

    def take_back(self, number=1, reason="grant_revoked"):
        self._do(self._take_back, f"grant-{number}", reason)

    def close_with_grace(self, number, seconds):
        """The incident is closed, and what is watched goes on for a while."""
        self._do(self._keep, f"incident-{number}", seconds)

    def cut(self, reason="session_cut"):
        """The sessions end, the dispatch goes on."""
        self._do(self._cut, reason)

    def revoke_silently(self):
        """As when the push line is down: only the gate knows, until ``cut`` tells."""
        self._do(self._lose)

    def hang(self):
        """The API takes calls and does not answer."""
        self._do(self.answering.clear)

    def tell(self, state, camera_id="cam-1", **more):
        """How the stream of a camera fares: pushed now, and the answer to who asks."""
        self._do(self._tell, camera_id, {"state": state} | more)

    def news(self, kind, **data):
        """Something is pushed; what it tells of the test has changed itself."""
        self._do(self._push, kind, data)

    def cut_events(self):
        self._do(self._cut_events)

    # Starting and stopping.

    def start(self, sockets, origin_port):
        started = threading.Event()

        def run():
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(self._serve(sockets, origin_port))
            started.set()
            self._loop.run_forever()
            self._loop.run_until_complete(self._end_all())
            self._loop.close()

        self._thread = threading.Thread(target=run)
        self._thread.start()
        assert started.wait(10)

    def stop(self):
        self._do(self._cut_events)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, sockets, origin_port):
        faces = {
            "api": [
                web.post("/v1/auth/token", self._token),
                web.post("/v1/auth/revoke", self._end),
                web.get("/v1/auth/oidc", self._services),
                web.put("/v1/auth/pin", self._choose),
                web.post("/v1/auth/pin", self._unlock),
                web.post("/v1/devices/enrolment", self._enrol),
                web.get("/v1/me/dispatches", self._mine),
                web.get("/v1/incidents/{id}/positions", self._positions),
                web.patch("/v1/dispatches/{id}", self._report),
                web.post("/v1/grants/{id}/acceptance", self._accept),
                web.post("/v1/playback", self._play),
                web.delete("/v1/playback/{id}", self._stop),
                web.put("/v1/units/{id}/position", self._take),
                web.post("/v1/units/{id}/passenger", self._take),
                web.post("/v1/access-requests", self._take),
                web.post("/v1/incidents/{id}/reports", self._take),
                web.post("/v1/preservation-requests", self._take),
                web.get("/v1/streams/{camera}", self._stream),
                web.get("/v1/vulnerable-persons/alerts/{id}", self._alert),
                web.get("/v1/vulnerable-persons/alerts/{id}/photo", self._photo),
                web.post("/v1/cameras/{camera}/ptz", self._hold),
                web.get("/v1/cameras/{camera}/ptz", self._held),
                web.post("/v1/cameras/{camera}/ptz/moves", self._move),
                web.delete("/v1/cameras/{camera}/ptz", self._let_go),
            ],
            "events": [web.get("/v1/events", self._events)],
            "gate": [web.get("/internal/gate", self._gate)],
        }
        for name, routes in faces.items():
            runner = await self._runner(routes)
            await web.UnixSite(runner, str(sockets / f"{name}.sock")).start()
        runner = await self._runner(self.origin.routes())
        await web.TCPSite(runner, "127.0.0.1", origin_port).start()

    async def _end_all(self):
        await asyncio.gather(*(runner.cleanup() for runner in self._runners))
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _runner(self, routes):
        app = web.Application()
        app.add_routes(routes)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        return runner

    def _do(self, act, *args):
        done = threading.Event()

        def inside():
            act(*args)
            done.set()

        self._loop.call_soon_threadsafe(inside)
        assert done.wait(5)

    # The faces.

    async def _token(self, request):
        form = await request.post()
        if form["grant_type"] == "password" and form["password"] != PASSWORD:
            return _problem(400, "invalid_grant")
        if form["grant_type"] == "password" and self.otp not in {None, form.get("otp")}:
            return _problem(400, "otp_invalid" if "otp" in form else "otp_needed")
        if form["grant_type"] == "password" and self.only_enrolled:
            return _problem(403, "device_not_enrolled")
        restarted = form.get("access_token") not in self.tokens
        if form["grant_type"] == "refresh_token" and (
            form["refresh_token"] != self.refresh or (restarted and self.pin is None)
        ):
            return _problem(400, "invalid_grant")
        self.locked = form["grant_type"] == "refresh_token" and (self.locked or restarted)
        self.refresh = secrets.token_urlsafe(16)
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        body = {"access_token": token, "refresh_token": self.refresh, "token_type": "DPoP", "expires_in": 300}
        return web.json_response(body | self._lock())

    def _lock(self):
        return {"locked": self.locked, "pin_set": self.pin is not None}

    async def _choose(self, request):
        self.pin = (await request.json())["pin"]
        return web.json_response(self._lock())

    async def _unlock(self, request):
        if (await request.json())["pin"] != self.pin:
            self.wrong_pins += 1
            return _problem(403, "pin_wrong", tries_left=5 - self.wrong_pins)
        self.locked = False
        return web.json_response(self._lock())

    async def _enrol(self, request):
        if (await request.json())["code"] != CODE:
            return _problem(403, "enrolment_code_invalid")
        self.only_enrolled = False
        return web.json_response({"id": "device", "label": "순11", "agency_id": "a", "unit_id": None}, status=201)

    async def _end(self, _request):
        self.refresh = ""
        return web.Response()

    def _known(self, request):
        return request.headers.get("Authorization", "").removeprefix("DPoP ") in self.tokens

    async def _services(self, _request):
        return web.json_response({"items": []})

    async def _mine(self, request):
        if not self._known(request):
            return _problem(401, "token_invalid")
        if self.locked:
            return _problem(403, "login_locked")
        await self.answering.wait()
        unit = {"id": "unit-1", "call_sign": "목포 순11", "kind": "patrol_car"}
        shown = {"unit": unit, "dispatches": self.dispatches, "grants": self.grants, "map": self.map}
        return web.json_response(shown)

    async def _alert(self, request):
        self.calls.append(("person", request.match_info["id"]))
        if not any(one["incident"].get("alert_id") == request.match_info["id"] for one in self.dispatches):
            return _problem(404, "alert_unknown")
        person = {"name": "홍콩쥐", "description": "7세, 노란 우산, 분홍 장화"}
        return web.json_response({"id": request.match_info["id"], "photo": True, "person": person})

    async def _photo(self, _request):
        return web.Response(body=portrait.png(), content_type="image/png", headers={"Cache-Control": "no-store"})

    async def _positions(self, request):
        if not any(one["incident"]["id"] == request.match_info["id"] for one in self.dispatches):
            return _problem(404, "incident_unknown")
        return web.json_response({"items": self.positions, "next_cursor": None})

    async def _report(self, request):
        said = await request.json()
        if "seen" in said:
            self.calls.append(("seen", request.match_info["id"], said["seen"]))
            return web.json_response({})
        if self.deaf:
            return _problem(503, "server_unavailable")
        status = said["status"]
        self.calls.append(("report", request.match_info["id"], status))
        for one in self.dispatches:
            if one["id"] == request.match_info["id"]:
                one["status"] = status
                if status == "cleared":
                    self._close(one["incident"]["id"], "dispatch_cleared")
        return web.json_response({"id": request.match_info["id"], "unit": "unit-1", "status": status})

    async def _accept(self, request):
        self.calls.append(("accept", request.match_info["id"]))
        (found,) = [one for one in self.grants if one["id"] == request.match_info["id"]]
        found["accepted"] = True
        return web.json_response(found)

    async def _play(self, request):
        wish = await request.json()
        self.calls.append(("play", wish["camera_id"]))
        if self.refuse_playback:
            return _problem(403, self.refuse_playback)
        accepted = {one["id"] for one in self.grants if one["accepted"]}
        if "incident_id" not in wish and wish["grant_id"] not in accepted:
            return _problem(403, "grant_not_accepted")
        sid, session = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.sessions[sid] = (session, wish["camera_id"], wish.get("incident_id") or wish["grant_id"])
        folder = f"/live/{sid}/{wish['camera_id']}"
        body = {
            "session_id": session,
            "url": f"{folder}/index.m3u8",
            "still_url": f"{folder}/still.jpg",
            "expires_at": "2099-01-01T00:00:00Z",
            "basis": {"kind": "dispatch", "id": "dispatch-1"},
            "steers_for": wish.get("incident_id") if self.steers else None,
        }
        return web.json_response(body, status=201)

    async def _take(self, request):
        if self.deaf:
            return _problem(503, "server_unavailable")
        self.calls.append((request.path.rsplit("/", 1)[-1], await request.json()))
        return web.json_response({"id": f"call-{len(self.calls)}"})

    async def _stop(self, request):
        self.calls.append(("stop", request.match_info["id"]))
        self.sessions = {sid: one for sid, one in self.sessions.items() if one[0] != request.match_info["id"]}
        return web.Response(status=204)

    async def _stream(self, request):
        self.calls.append(("stream", request.match_info["camera"], request.query.get("incident_id")))
        told = self.told.get(request.match_info["camera"])
        return web.json_response(told) if told else _problem(403, "camera_not_listed")

    async def _hold(self, request):
        wish = await request.json()
        if self.refuse_steering:
            return _problem(409, **self.refuse_steering)
        self.calls.append(("steer", request.match_info["camera"], wish["reason"]))
        until = (datetime.now(UTC) + timedelta(seconds=wish["seconds"])).isoformat()
        fresh = {"id": "hold-1", "moves": 0, "done": 0, "outcome": None, "presets": [{"token": "gate", "name": "정문"}]}
        self.hold = (self.hold or fresh) | {"until": until}
        return web.json_response(self.hold, status=201)

    async def _held(self, _request):
        return web.json_response(self.hold) if self.hold else _problem(409, "ptz_not_held")

    async def _move(self, request):
        if not self.hold:
            return _problem(409, "ptz_not_held")
        self.calls.append(("move", await request.json()))
        self.hold["moves"] += 1
        return web.json_response(self.hold, status=202)

    async def _let_go(self, request):
        self.calls.append(("let_go", request.match_info["camera"]))
        self.hold = None
        return web.Response(status=204)

    async def _gate(self, request):
        known = self.sessions.get(request.headers.get("X-Session"))
        if known is None or known[1] != request.headers.get("X-Camera"):
            return web.Response(status=403)
        return web.Response(status=204, headers={"X-Origin": "host-1"})

    async def _events(self, request):
        if self.events_down:
            return _problem(503, "server_unavailable")
        if not self._known(request):
            return _problem(401, "token_invalid")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        await response.write(b": hello\n\n")
        self.streams.add(response)
        closed = asyncio.Event()
        response.closed = closed
        await closed.wait()
        return response

    # What changes.

    def _send(self, one):
        self.dispatches.insert(0, one)
        self._push("dispatch", {"dispatch_id": one["id"], "incident_id": one["incident"]["id"], "status": "sent"})

    def _give(self, one):
        self.grants.insert(0, one)
        self._push("grant", {"grant_id": one["id"], "incident_id": one["incident_id"], "status": "given"})

    def _take_back(self, grant_id, reason):
        self.grants = [one for one in self.grants if one["id"] != grant_id]
        ended = [session for session, _, by in self.sessions.values() if by == grant_id]
        self.sessions = {sid: one for sid, one in self.sessions.items() if one[2] != grant_id}
        if ended:
            self._push("revoked", {"session_ids": ended, "incident_id": None, "reason": reason})
        self._push("grant", {"grant_id": grant_id, "incident_id": None, "status": reason})

    def _see(self, incident_id, cameras):
        for one in self.dispatches:
            if one["incident"]["id"] == incident_id:
                one["incident"]["cameras"] = cameras
        self._push("cameras", {"incident_id": incident_id})

    def _close(self, incident_id, reason):
        self.dispatches = [one for one in self.dispatches if one["incident"]["id"] != incident_id]
        ended = [session for session, _, incident in self.sessions.values() if incident == incident_id]
        self.sessions = {sid: one for sid, one in self.sessions.items() if one[2] != incident_id}
        if ended:
            self._push("revoked", {"session_ids": ended, "incident_id": incident_id, "reason": reason})
        self._push("incident", {"incident_id": incident_id, "status": "closed"})

    def _keep(self, incident_id, seconds):
        kept = [session for session, _, incident in self.sessions.values() if incident == incident_id]
        until = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        told = {"session_ids": kept, "incident_id": incident_id, "reason": "incident_closed", "until": until}
        self.dispatches = [one for one in self.dispatches if one["incident"]["id"] != incident_id]
        self._push("grace", told)
        self._push("incident", {"incident_id": incident_id, "status": "closed"})

    def _lose(self):
        self.ended += [session for session, _, _ in self.sessions.values()]
        self.sessions.clear()

    def _cut(self, reason):
        self._lose()
        self._push("revoked", {"session_ids": self.ended, "incident_id": "incident-1", "reason": reason})

    def _tell(self, camera_id, said):
        plain = {"age_s": None, "reason": None, "step": "full", "frozen": False, "picture_at": None}
        self.told[camera_id] = {"camera_id": camera_id, **plain, "at": datetime.now(UTC).isoformat(), **said}
        self._write(f"event: stream\ndata: {json.dumps(self.told[camera_id])}\n\n")

    def _push(self, event, data):
        self.last_event += 1
        self._write(f"id: {self.last_event}\nevent: {event}\ndata: {json.dumps(data)}\n\n")

    def _write(self, text):
        for response in self.streams:
            self._loop.create_task(response.write(text.encode()))

    def _cut_events(self):
        for response in self.streams:
            response.closed.set()
        self.streams.clear()


def _problem(status, code, **more):
    body = more | {
        "type": f"urn:goldentime:problem:{code}",
        "title": code,
        "status": status,
        "detail": code,
        "code": code,
    }
    return web.json_response(body, status=status, content_type="application/problem+json")
