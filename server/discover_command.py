"""``python -m server cameras discover CAMERA…``: has cameras asked by ONVIF what they are, and prints what differs.

The transcoder asks them, one of a centre at a time. Nothing that is registered changes.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from server import clock, db
from server.access.viewer import Caller, Viewer
from server.centres import discovery
from server.db import Transaction
from server.errors import Refusal
from server.inert import inert
from server.models import AgencyKind, Camera, Discovery, DiscoveryWish

POLL_S = 0.5
WAIT_S = 60.0  # one camera answers within some seconds; several of a centre take their turns
BY = Caller(Viewer("system", "command line", "", AgencyKind.PROVINCE, enabled=True), request_id="")
FOUND = "found"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what may follow ``cameras discover``."""
    parser.add_argument("cameras", nargs="+", metavar="CAMERA", help="the ids of cameras with an ONVIF port")
    parser.add_argument("--wait", type=float, default=WAIT_S, metavar="SECONDS", help="for how long (default 60)")


def run(command: argparse.Namespace, database: str) -> int:
    """Run it. Returns 0; 1 when one of the cameras was not asked, did not answer in time, or not what it was asked."""
    engine = db.engine(database)
    try:
        wanted = dict.fromkeys(command.cameras)
        asked = [id_ for id_ in wanted if _want(db.transaction(engine), id_)]
        answered = _await(db.read(engine), asked, command.wait)
    finally:
        engine.dispose()
    for id_ in asked:
        if id_ not in answered:
            sys.stderr.write(f"{id_}: no answer within {command.wait:g} s; does a transcoder run?\n")
    return 0 if [answered.get(id_) for id_ in wanted] == [FOUND] * len(wanted) else 1


def _want(door: Transaction, camera_id: str) -> bool:
    """Have it asked; why not, on stderr."""
    try:
        with door() as session:
            row = discovery.camera(session, camera_id, mine=lambda _: True)  # the host's operator looks after all
            discovery.want(session, BY, row, now=clock.now())
    except Refusal as refusal:
        sys.stderr.write(f"{inert(camera_id)}: {refusal}\n")
        return False
    return True


def _await(door: Transaction, asked: list[str], wait_s: float) -> dict[str, str]:
    """What became of those that answered in time, by id; each is printed as it comes."""
    answered: dict[str, str] = {}
    deadline = time.monotonic() + wait_s
    while len(answered) < len(asked):
        with door() as session:
            for id_ in asked:
                if id_ not in answered and (outcome := _told(session, id_, sys.stdout.write)):
                    answered[id_] = outcome
        if len(answered) == len(asked) or time.monotonic() >= deadline:
            break
        time.sleep(POLL_S)
    return answered


def _told(session: Session, camera_id: str, write: Callable[[str], Any]) -> str | None:
    """The outcome, printed with what differs; none while the camera has not answered."""
    wish, done = session.get_one(DiscoveryWish, camera_id), session.get(Discovery, camera_id)
    if done is None or done.seq < wish.seq or done.outcome is None:
        return None
    found = discovery.differences(session.get_one(Camera, camera_id), done.found) if done.found else []
    unlike = f"{len(found)} differences" if done.found else "nothing is known"
    write(f"{camera_id}: {inert(done.outcome)}, {unlike}\n")
    for one in found:
        registered, told = (inert(json.dumps(one[name], ensure_ascii=False)) for name in ("registered", "found"))
        write(f"  {one['field']}: registered {registered}, found {told}\n")
    return done.outcome
