import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server import __main__ as command
from server import keyfile
from server.access import rotation, tokens
from server.access.keys import Keys
from server.access.ring import Ring, SigningKey
from server.access.rotation import RotationRefused, Step
from server.models import AuditEvent

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = rotation.KEPT_FOR
SECOND = timedelta(seconds=1)


def ring(*keys):
    """Keys by (published ago, signed until ago or None); the first one signs."""
    made = [(SigningKey.new(NOW - published), until) for published, until in keys]
    return Ring(tuple(SigningKey(key.private, key.published_at, until and NOW - until) for key, until in made))


def test_a_ring_comes_back_from_its_file_as_it_was():
    before = ring((90 * DAY, None), (DAY, 2 * SECOND))
    after = Ring.parse(before.text(), written_at=NOW)
    assert [(key.kid, key.published_at, key.signed_until) for key in after.keys] == [
        (key.kid, key.published_at, key.signed_until) for key in before.keys
    ]


def test_a_key_without_its_times_was_published_when_the_file_was_written():
    text = b"".join(line + b"\n" for line in ring((DAY, None)).text().splitlines() if b": " not in line)
    assert Ring.parse(text, written_at=NOW).signing.published_at == NOW


@pytest.mark.parametrize("text", [b"", b"Published: x", ring((DAY, None)).text() + b"-----BEGIN PRIVATE KEY-----\n"])
def test_half_a_file_is_no_ring(text):
    with pytest.raises(ValueError, match="no key"):
        Ring.parse(text, written_at=NOW)


@pytest.mark.parametrize(
    ("keys", "step"),
    [
        ([(89 * DAY, None)], None),
        ([(90 * DAY, None)], Step.ADD),
        ([(95 * DAY, None), (DAY - SECOND, None)], None),
        ([(95 * DAY, None), (DAY, None)], Step.ACTIVATE),
        ([(DAY, None), (95 * DAY, KEPT - SECOND)], None),
        ([(DAY, None), (95 * DAY, KEPT)], Step.RETIRE),
        ([(95 * DAY, None), (200 * DAY, KEPT - SECOND)], None),  # two at most: the next one waits
    ],
)
def test_what_is_due(keys, step):
    assert rotation.due(ring(*keys), after=90 * DAY, now=NOW) == step


def test_a_planned_rotation_is_three_steps_and_never_has_more_than_two_keys():
    first, now, steps = ring((90 * DAY, None)), NOW, []
    held = first
    while len(steps) < 3:
        if step := rotation.due(held, after=90 * DAY, now=now):
            held = rotation.taken(held, step, now=now)
            steps.append((step, now - NOW, len(held.keys)))
        now += timedelta(seconds=30)
    assert steps == [(Step.ADD, 0 * DAY, 2), (Step.ACTIVATE, DAY, 2), (Step.RETIRE, DAY + KEPT, 1)]
    assert held.signing.kid != first.signing.kid


@pytest.mark.parametrize(
    ("keys", "step", "why"),
    [
        ([(DAY, None), (DAY, None)], Step.ADD, "two keys"),
        ([(DAY, None)], Step.ACTIVATE, "no key is waiting"),
        ([(DAY, None), (DAY - SECOND, None)], Step.ACTIVATE, "from 2026-11-02T09:30:01"),
        ([(DAY, None), (9 * DAY, SECOND)], Step.ACTIVATE, "no key is waiting"),
        ([(DAY, None)], Step.RETIRE, "the only key"),
        ([(DAY, None), (9 * DAY, KEPT - SECOND)], Step.RETIRE, "from 2026-11-02T09:30:01"),
    ],
)
def test_a_step_out_of_turn_is_refused_with_the_reason(keys, step, why):
    with pytest.raises(RotationRefused, match=why):
        rotation.taken(ring(*keys), step, now=NOW)


def test_a_retired_key_has_no_valid_token_left(clock):
    assert tokens.LIFETIME + timedelta(seconds=tokens.SKEW_S) < rotation.KEPT_FOR


@pytest.mark.parametrize(
    ("keys", "taken", "left"),
    [
        ([(DAY, None)], [0], ["new"]),
        ([(DAY, None), (DAY, None)], [0], [1]),
        ([(DAY, None), (DAY, None)], [1], [0]),
        ([(DAY, None), (9 * DAY, SECOND)], [0], ["new", 1]),  # what signed before never signs again
        ([(DAY, None), (9 * DAY, SECOND)], [0, 1], ["new"]),
    ],
)
def test_what_is_left_when_keys_are_revoked(keys, taken, left):
    held, new = ring(*keys), SigningKey.new(NOW)
    after = rotation.revoked(held, [held.keys[i].kid for i in taken], new)
    assert [key.kid for key in after.keys] == [new.kid if i == "new" else held.keys[i].kid for i in left]


def test_an_unknown_key_cannot_be_revoked():
    with pytest.raises(RotationRefused, match="no key nothing"):
        rotation.revoked(ring((DAY, None)), ["nothing"], SigningKey.new(NOW))


class Callers:
    """Tablets that refresh and call as fast as they can, each in a thread."""

    def __init__(self, phones):
        self.failed, self.rounds, self.over = [], [0] * len(phones), threading.Event()
        self.threads = [threading.Thread(target=self.call, args=one, daemon=True) for one in enumerate(phones)]

    def call(self, at, phone):
        while not self.over.is_set():
            for reply in (phone.refresh(), phone.get("/v1/me/dispatches")):
                if reply.status_code == 401 and reply.json["code"] == "dpop_proof_invalid":
                    continue  # the clock was put forward between the proof and the call
                if reply.status_code != 200:
                    self.failed.append(reply.text)
                    return
                if "access_token" in (reply.json or {}):
                    phone.tokens = reply.json
            self.rounds[at] += 1

    def all_called_again(self):
        """Everybody has a token that is newer than this moment, and has used it."""
        wanted, deadline = [count + 2 for count in self.rounds], time.monotonic() + 60
        pause = threading.Event()
        while any(count < least for count, least in zip(self.rounds, wanted, strict=True)):
            assert not self.failed, self.failed
            assert time.monotonic() < deadline
            pause.wait(0.005)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)


def change(keys, ring):
    keyfile.replace(keys.path, ring.text())


def test_a_planned_rotation_under_load_fails_no_request(keys, phone, clock):
    before = keys.ring
    with Callers([phone("kim"), phone("supervisor"), phone("auditor")]) as callers:
        callers.all_called_again()
        change(keys, rotation.added(keys.ring, SigningKey.new(clock() - DAY)))
        callers.all_called_again()
        change(keys, rotation.activated(keys.ring, now=clock()))
        callers.all_called_again()
        for _ in range(3):
            clock.forward(seconds=KEPT.total_seconds() / 3)
            callers.all_called_again()
        change(keys, rotation.retired(keys.ring, now=clock()))
        callers.all_called_again()
    assert not callers.failed
    assert before.signing.kid not in keys.ring.public
    assert sum(callers.rounds) >= 42


@pytest.fixture
def keys_command(data_dir, database_url, monkeypatch, capsys):
    """``python -m server keys …`` in this process: its return value and what it said."""
    monkeypatch.setenv("GOLDENTIME_DATA_DIR", str(data_dir))
    monkeypatch.setenv("GOLDENTIME_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDENTIME_PUBLIC_URL", "https://goldentime.test")
    monkeypatch.setattr(command.os, "umask", lambda _mask: None)

    def run(*words):
        monkeypatch.setattr("sys.argv", ["server", "keys", *words])
        returned, said = command.main(), capsys.readouterr()
        return returned, said.out + said.err

    return run


def recorded(read):
    with read() as session:
        rows = session.scalars(
            select(AuditEvent).where(AuditEvent.tag.startswith("operator:")).order_by(AuditEvent.seq)
        )
        return [(row.tag, row.subject) for row in rows]


def test_a_stolen_key_is_refused_at_once_everywhere_and_the_shift_goes_on(keys, phone, clock, read, keys_command):
    other_process, stolen = Keys(keys.path.parents[1]), keys.ring
    kim = phone("kim")
    returned, said = keys_command("revoke", stolen.signing.kid)
    assert returned == 0
    assert f"signs: {keys.ring.signing.kid}" in said
    assert kim.get("/v1/me/dispatches").json["code"] == "token_invalid"
    forged = tokens.mint(
        other_process, "officer:admin", bound=tokens.Bound("l", "key"), issuer="https://goldentime.test", now=clock()
    )
    assert tokens.jwt.get_unverified_header(forged)["kid"] == keys.ring.signing.kid
    assert stolen.signing.kid not in [key["kid"] for key in phone().get("/.well-known/jwks.json").json["keys"]]
    kim.tokens = kim.refresh().json
    assert kim.get("/v1/me/dispatches").status_code == 200
    subject = {"kid": stolen.signing.kid, "signs": keys.ring.signing.kid}
    assert recorded(read) == [("operator:key:revoked", subject)]


def test_the_commands_of_a_planned_rotation_are_recorded_and_refused_out_of_turn(keys, read, keys_command, clock):
    assert keys_command("rotate") == (0, f"{rotation.lines(keys.ring)[0]}\n")
    assert keys_command("add")[0] == 0
    old, new = keys.ring.keys
    assert keys_command("activate")[0] == keys_command("add")[0] == keys_command("retire")[0] == 1
    a_day_ago = SigningKey(new.private, new.published_at - DAY)
    change(keys, Ring((old, a_day_ago)))
    assert keys_command("rotate", "--after-days", "9999")[0] == 0
    assert keys.ring.signing.kid == new.kid
    long_ago = SigningKey(old.private, old.published_at, keys.ring.keys[1].signed_until - KEPT)
    change(keys, Ring((keys.ring.signing, long_ago)))
    assert keys_command("retire") == (0, f"retire: {old.kid}\n")
    returned, said = keys_command("list")
    assert (returned, said.count("\n"), said.split()[:2]) == (0, 1, [new.kid, "signs,"])
    assert recorded(read) == [
        ("operator:key:added", {"kid": new.kid}),
        ("operator:key:activated", {"kid": new.kid}),
        ("operator:key:retired", {"kid": old.kid}),
    ]


def test_what_cannot_be_recorded_is_not_done_but_a_key_is_revoked_in_any_case(keys, keys_command, engine, monkeypatch):
    before = keys.ring
    monkeypatch.setenv("GOLDENTIME_DATABASE_URL", f"sqlite:///{keys.path}")  # there, and no database
    returned, said = keys_command("add")
    assert (returned, keys.ring.keys == before.keys or list(keys.ring.public) == list(before.public)) == (1, True)
    assert "nothing was changed" in said
    returned, said = keys_command("revoke", "--all")
    assert (returned, before.signing.kid in keys.ring.public) == (1, False)
    assert "revoked, but not recorded" in said


@pytest.mark.parametrize("words", [["revoke"], ["revoke", "nothing"], ["fly"], []])
def test_a_wrong_command_changes_nothing(words, keys, keys_command):
    before = keys.path.read_bytes()
    try:
        assert keys_command(*words)[0] == 1
    except SystemExit as refused:
        assert refused.code == 2  # noqa: PT017 — argparse leaves by it
    assert keys.path.read_bytes() == before
